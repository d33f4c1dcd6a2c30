/** Needles in haystacks: facts put into long texts, and whether they are found again. */
@NullMarked
package io.e2llm.cli.needle;

import org.jspecify.annotations.NullMarked;
