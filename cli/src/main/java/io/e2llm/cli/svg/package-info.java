/** Pictures as SVG. */
@NullMarked
package io.e2llm.cli.svg;

import org.jspecify.annotations.NullMarked;
