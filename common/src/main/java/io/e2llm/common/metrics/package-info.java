/** Prometheus instruments and the page they are read from. */
@NullMarked
package io.e2llm.common.metrics;

import org.jspecify.annotations.NullMarked;
