package io.e2llm.cli.bench;

/**
 * One request to make.
 *
 * @param index its place in the plan, from 0, those of the warm-up first
 * @param document number of its document, the same for the same text
 * @param context the document's text; empty for none
 * @param question the question
 * @param contextTokens tokens of the document
 * @param questionTokens tokens of the question
 * @param outputTokens tokens wanted of the answer
 * @param repeated whether its document was sent before
 */
record PlannedRequest(
    int index,
    int document,
    String context,
    String question,
    int contextTokens,
    int questionTokens,
    int outputTokens,
    boolean repeated) {}
