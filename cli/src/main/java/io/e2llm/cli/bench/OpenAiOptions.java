package io.e2llm.cli.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of an OpenAI-compatible endpoint. */
final class OpenAiOptions {
  /** The variable that holds the key where no other is named. */
  private static final String KEY = "OPENAI_API_KEY";

  @Option(
      names = "--openai",
      paramLabel = "URL",
      description = "Measure an OpenAI-compatible endpoint, such as http://127.0.0.1:8080/v1.")
  private @Nullable String url;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      defaultValue = "default",
      description = "Model to name to it. Default: ${DEFAULT-VALUE}.")
  private String model = "default";

  @Option(names = "--completions", description = "Ask /completions instead of /chat/completions.")
  private boolean completions;

  @Option(
      names = "--api-key",
      paramLabel = "VARIABLE",
      defaultValue = KEY,
      description = "Environment variable with its key. Default: ${DEFAULT-VALUE}.")
  private String key = KEY;

  @Option(
      names = "--body",
      paramLabel = "JSON",
      description = "Fields to add to each request, an object.")
  private @Nullable String body;

  /** Whether such an endpoint is named. */
  boolean given() {
    return url != null;
  }

  /**
   * The endpoint.
   *
   * @throws CommandFailure when the options make no sense
   */
  OpenAiEndpoint endpoint(CommandContext context, boolean ignoreEnd, Duration timeout) {
    return new OpenAiEndpoint(
        address(String.valueOf(url)),
        model,
        completions,
        Optional.ofNullable(context.environment().get(key)).filter(value -> !value.isBlank()),
        ignoreEnd,
        more(),
        timeout);
  }

  private static URI address(String url) {
    URI address;
    try {
      address = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.wrongUse("--openai " + url + " is no address");
    }
    boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
    if (!http || address.getHost() == null) {
      throw CommandFailure.wrongUse("--openai " + url + " is not of the form http://HOST:PORT/v1");
    }
    return address;
  }

  private JsonNode more() {
    try {
      JsonNode more = new ObjectMapper().readTree(body == null ? "{}" : body);
      if (more.isObject()) {
        return more;
      }
    } catch (JsonProcessingException e) {
      // Told below.
    }
    throw CommandFailure.wrongUse("--body is no JSON object");
  }
}
