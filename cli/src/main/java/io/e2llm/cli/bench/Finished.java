package io.e2llm.cli.bench;

/**
 * A request and how it ended.
 *
 * @param request the request
 * @param outcome its end
 */
record Finished(PlannedRequest request, Outcome outcome) {}
