/**
 * Configuration: immutable records read once from defaults, a YAML file, the environment and the
 * command line.
 */
@NullMarked
package io.e2llm.common.config;

import org.jspecify.annotations.NullMarked;
