package io.e2llm.decoder.scheduling;

import io.e2llm.engine.decoder.StepInput;

/**
 * What a generation reads in a step.
 *
 * @param generation which
 * @param input what it reads
 */
record Ready(Generation generation, StepInput input) {}
