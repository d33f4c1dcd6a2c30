package io.e2llm.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * An OpenAI-compatible endpoint and how it is asked.
 *
 * @param base its address, up to {@code /v1}
 * @param model name of the model
 * @param completions whether {@code /completions} is asked instead of {@code /chat/completions}
 * @param key bearer token
 * @param ignoreEnd whether end tokens are to be ignored, where the endpoint knows {@code
 *     ignore_eos}
 * @param more fields to add to each request, an object
 * @param timeout how long an answer may take
 */
record OpenAiEndpoint(
    URI base,
    String model,
    boolean completions,
    Optional<String> key,
    boolean ignoreEnd,
    JsonNode more,
    Duration timeout) {
  /** Where requests go. */
  URI address() {
    String path = base.getPath().replaceAll("/+$", "");
    return base.resolve(path + (completions ? "/completions" : "/chat/completions"));
  }
}
