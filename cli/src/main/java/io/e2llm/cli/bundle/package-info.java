/** {@code e2llm bundle}: commands about adapter bundles. */
@NullMarked
package io.e2llm.cli.bundle;

import org.jspecify.annotations.NullMarked;
