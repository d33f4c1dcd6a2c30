package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Sampling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The fields of a request that say how an answer is made, with OpenAI's names, ranges and defaults.
 * What this server does not do is refused where an answer without it would be another one.
 */
final class AnswerFields {
  private static final int MOST_STOPS = 4;
  private static final int MOST_CHOICES = 8;
  private static final double MOST_TEMPERATURE = 2;

  private AnswerFields() {}

  /** Settings of the answer, without what differs between chat and completion. */
  static GenerateSettings.Builder read(Fields body) {
    GenerateSettings.Builder settings = GenerateSettings.newBuilder().setSampling(sampling(body));
    mode(body).ifPresent(settings::setContextMode);
    body.whole("ratio", 1, Integer.MAX_VALUE).ifPresent(ratio -> settings.setRatio((int) ratio));
    body.whole("verbatim_tokens", 1, Integer.MAX_VALUE)
        .ifPresent(tokens -> settings.setVerbatimTokens((int) tokens));
    OptionalLong completion = body.whole("max_completion_tokens", 1, Integer.MAX_VALUE);
    OptionalLong most = body.whole("max_tokens", 1, Integer.MAX_VALUE);
    (completion.isPresent() ? completion : most)
        .ifPresent(tokens -> settings.setMaxTokens((int) tokens));
    List<String> stop = body.texts("stop");
    if (stop.size() > MOST_STOPS) {
      throw body.wrong("stop", "has more than " + MOST_STOPS + " strings");
    }
    return settings.addAllStop(stop);
  }

  /** How many answers are wanted. */
  static int choices(Fields body) {
    return (int) body.whole("n", 1, MOST_CHOICES).orElse(1);
  }

  private static Sampling sampling(Fields body) {
    Sampling.Builder sampling = Sampling.newBuilder();
    sampling.setTemperature((float) body.number("temperature", 0, MOST_TEMPERATURE).orElse(1));
    body.number("top_p", 0, 1).ifPresent(p -> sampling.setTopP((float) p));
    body.number("min_p", 0, 1).ifPresent(p -> sampling.setMinP((float) p));
    body.whole("top_k", 0, Integer.MAX_VALUE).ifPresent(k -> sampling.setTopK((int) k));
    body.number("presence_penalty", -2, 2)
        .ifPresent(penalty -> sampling.setPresencePenalty((float) penalty));
    body.number("frequency_penalty", -2, 2)
        .ifPresent(penalty -> sampling.setFrequencyPenalty((float) penalty));
    body.number("repetition_penalty", 0, 100)
        .ifPresent(penalty -> sampling.setRepetitionPenalty((float) penalty));
    body.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE).ifPresent(sampling::setSeed);
    for (Map.Entry<String, JsonNode> bias : body.entries("logit_bias")) {
      sampling.putLogitBias(token(body, bias.getKey()), bias(body, bias));
    }
    return sampling.build();
  }

  private static int token(Fields body, String id) {
    try {
      return Integer.parseInt(id);
    } catch (NumberFormatException e) {
      throw body.wrong("logit_bias", "has a name that is no token id");
    }
  }

  private static float bias(Fields body, Map.Entry<String, JsonNode> bias) {
    double value = bias.getValue().isNumber() ? bias.getValue().doubleValue() : Double.NaN;
    if (!(value >= -100 && value <= 100)) {
      throw HttpFailure.field(
          body.path("logit_bias") + "." + bias.getKey(), "is no number from -100 to 100");
    }
    return (float) value;
  }

  private static Optional<ContextMode> mode(Fields body) {
    return body.text("context_mode")
        .map(
            name ->
                switch (name) {
                  case "soft" -> ContextMode.CONTEXT_MODE_SOFT;
                  case "hybrid" -> ContextMode.CONTEXT_MODE_HYBRID;
                  case "retrieval" -> ContextMode.CONTEXT_MODE_RETRIEVAL;
                  case "text" -> ContextMode.CONTEXT_MODE_TEXT;
                  default ->
                      throw body.wrong("context_mode", "is none of soft, hybrid, retrieval, text");
                });
  }

  /** Refuses what would be missed if it were passed over. */
  static void refuse(Fields body) {
    for (String name : List.of("tools", "functions")) {
      if (body.value(name).filter(value -> !value.isArray() || !value.isEmpty()).isPresent()) {
        throw HttpFailure.unsupported(name, "this server calls no tools");
      }
    }
    String format = body.object("response_format").flatMap(f -> f.text("type")).orElse("text");
    if (!format.equals("text")) {
      throw HttpFailure.unsupported(
          "response_format", "answers are text; decoding is not constrained to " + format);
    }
    if (body.whole("top_logprobs", 0, Integer.MAX_VALUE).orElse(0) > 0) {
      throw HttpFailure.unsupported(
          "top_logprobs", "only the probability of the token that was chosen is known");
    }
  }
}
