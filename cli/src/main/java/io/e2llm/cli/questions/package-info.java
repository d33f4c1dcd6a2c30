/** Questions whose answers are known because the text was made for them. */
@NullMarked
package io.e2llm.cli.questions;

import org.jspecify.annotations.NullMarked;
