package io.e2llm.cli.eval;

import java.util.Optional;

/**
 * What an arm made of a question.
 *
 * @param nats mean negative log-likelihood of a token of the answer that is right
 * @param answer what it answered; empty where that was not asked for
 * @param promptTokens of text before the answer
 * @param softTokens before the answer
 * @param millis from the request to the answer's first token
 */
record Scored(
    double nats, Optional<String> answer, int promptTokens, int softTokens, double millis) {}
