package io.e2llm.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The body of a request to an OpenAI-compatible endpoint: document first, then the question. */
final class OpenAiBody {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private OpenAiBody() {}

  static byte[] of(OpenAiEndpoint endpoint, PlannedRequest request) {
    ObjectNode body = MAPPER.createObjectNode();
    body.put("model", endpoint.model());
    String text =
        request.context().isEmpty()
            ? request.question()
            : request.context() + "\n\n" + request.question();
    if (endpoint.completions()) {
      body.put("prompt", text);
    } else {
      body.putArray("messages").addObject().put("role", "user").put("content", text);
    }
    body.put("max_tokens", request.outputTokens());
    body.put("temperature", 0);
    body.put("stream", true);
    body.putObject("stream_options").put("include_usage", true);
    if (endpoint.ignoreEnd()) {
      body.put("ignore_eos", true);
    }
    endpoint.more().properties().forEach(field -> body.set(field.getKey(), field.getValue()));
    try {
      return MAPPER.writeValueAsBytes(body);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON is always written", e);
    }
  }
}
