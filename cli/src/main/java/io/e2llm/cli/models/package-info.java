/** The commands that list, fetch and verify models. */
@NullMarked
package io.e2llm.cli.models;

import org.jspecify.annotations.NullMarked;
