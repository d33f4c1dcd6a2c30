/** One call of the gateway: sends context and question, tells what comes back. */
@NullMarked
package io.e2llm.cli.answer;

import org.jspecify.annotations.NullMarked;
