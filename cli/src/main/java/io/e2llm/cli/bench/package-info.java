/** {@code e2llm bench}: loads an endpoint with a reproducible workload and reports what it does. */
@NullMarked
package io.e2llm.cli.bench;

import org.jspecify.annotations.NullMarked;
