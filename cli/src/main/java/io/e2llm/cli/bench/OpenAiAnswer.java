package io.e2llm.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** One streamed answer of an OpenAI-compatible endpoint. One thread only. */
final class OpenAiAnswer {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DONE = "[DONE]";

  private final TokenClock clock;
  private final Map<String, Object> usage = new LinkedHashMap<>();
  private boolean finished;
  private boolean done;

  OpenAiAnswer(TokenClock clock) {
    this.clock = clock;
  }

  /** Takes the data of an event; a failure when the endpoint tells one. */
  Optional<Outcome.Failed> event(String data) {
    if (data.strip().equals(DONE)) {
      done = true;
      return Optional.empty();
    }
    JsonNode event;
    try {
      event = MAPPER.readTree(data);
    } catch (JsonProcessingException e) {
      return Optional.of(new Outcome.Failed("malformed event", "an event is no JSON"));
    }
    if (event.has("error")) {
      return Optional.of(failed("error event", event));
    }
    JsonNode choice = event.path("choices").path(0);
    if (hasText(choice)) {
      clock.token();
    }
    finished |= choice.hasNonNull("finish_reason");
    keep(event.path("usage"));
    return Optional.empty();
  }

  /** Whether {@code [DONE]} has come. */
  boolean done() {
    return done;
  }

  /** The outcome at the end of the stream. */
  Outcome end() {
    if (!done && !finished) {
      return new Outcome.Failed(
          "ended early", "the stream ended after " + clock.events() + " tokens, without an end");
    }
    if (clock.events() == 0) {
      return new Outcome.Failed("no tokens", "the answer has no text");
    }
    int counted = usage.get("completion_tokens") instanceof Integer tokens ? tokens : 0;
    return new Outcome.Answered(clock.sentNanos(), clock.times(counted), System.nanoTime(), usage);
  }

  /** A failure with the endpoint's own word for it. */
  static Outcome.Failed failed(String reason, JsonNode body) {
    JsonNode error = body.path("error");
    String word = error.path("type").asText("");
    String message = error.isTextual() ? error.asText() : error.path("message").asText("");
    return new Outcome.Failed(
        word.isEmpty() ? reason : reason + ": " + word, message.isEmpty() ? reason : message);
  }

  private static boolean hasText(JsonNode choice) {
    JsonNode delta = choice.path("delta");
    return !delta.path("content").asText("").isEmpty()
        || !delta.path("reasoning_content").asText("").isEmpty()
        || !choice.path("text").asText("").isEmpty();
  }

  private void keep(JsonNode told) {
    put("prompt_tokens", told.path("prompt_tokens"));
    put("completion_tokens", told.path("completion_tokens"));
    put("cached_tokens", told.path("prompt_tokens_details").path("cached_tokens"));
  }

  private void put(String name, JsonNode value) {
    if (value.isInt()) {
      usage.put(name, value.asInt());
    }
  }
}
