/** Pictures (SVG) of what was measured. */
@NullMarked
package io.e2llm.cli.picture;

import org.jspecify.annotations.NullMarked;
