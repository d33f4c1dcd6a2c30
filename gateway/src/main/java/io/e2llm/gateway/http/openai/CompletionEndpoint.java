package io.e2llm.gateway.http.openai;

import com.linecorp.armeria.common.HttpResponse;
import io.e2llm.gateway.http.Exchange;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.JsonEndpoint;
import io.e2llm.gateway.http.Streaming;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Role;
import io.grpc.Channel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code POST /v1/completions}: the model goes on with prompts as they stand, without its chat
 * template. Thread-safe.
 */
public final class CompletionEndpoint implements JsonEndpoint.Handler {
  private static final int TOKENS = 16;
  private static final int MOST_PROMPTS = 32;

  private final Channel gateway;
  private final Models models;
  private final Streaming streaming;
  private final Clock clock;

  /**
   * The endpoint.
   *
   * @param gateway where answers are asked for
   * @param streaming how answers are streamed
   */
  public CompletionEndpoint(Channel gateway, Models models, Streaming streaming, Clock clock) {
    this.gateway = gateway;
    this.models = models;
    this.streaming = streaming;
    this.clock = clock;
  }

  @Override
  public HttpResponse answer(Fields body, Exchange exchange) throws InterruptedException {
    refuse(body);
    List<String> prompts = body.texts("prompt");
    if (prompts.isEmpty() || prompts.size() > MOST_PROMPTS) {
      throw body.wrong("prompt", "holds none or more than " + MOST_PROMPTS + " texts");
    }
    boolean probabilities = body.whole("logprobs", 0, 0).isPresent();
    GenerateSettings.Builder settings =
        AnswerFields.read(body).setRaw(true).setLogProbabilities(probabilities);
    if (settings.getMaxTokens() == 0) {
      settings.setMaxTokens(TOKENS);
    }
    boolean echo = body.flag("echo");
    int choices = AnswerFields.choices(body);
    List<Question> questions = new ArrayList<>();
    List<String> echoed = new ArrayList<>();
    for (String prompt : prompts) {
      Question question = question(settings.build(), prompt);
      for (int i = 0; i < choices; i++) {
        questions.add(question.choice(i));
        echoed.add(echo ? prompt : "");
      }
    }
    Envelope envelope = Envelope.of("cmpl-", clock, models.decoder(body.needed("model")));
    AnswerForm form = new TextForm(envelope, probabilities, echoed);
    return new Answering(
            gateway, questions, choices, Delivery.read(body), form, exchange.departure())
        .run(streaming);
  }

  private static void refuse(Fields body) {
    AnswerFields.refuse(body);
    if (body.text("suffix").filter(suffix -> !suffix.isEmpty()).isPresent()) {
      throw HttpFailure.unsupported("suffix", "this model only goes on, it fills no gaps");
    }
    if (body.whole("best_of", 1, Integer.MAX_VALUE).orElse(1) > 1) {
      throw HttpFailure.unsupported("best_of", "ask for n choices and take the best");
    }
  }

  private static Question question(GenerateSettings settings, String prompt) {
    ChatMessage message =
        ChatMessage.newBuilder().setRole(Role.ROLE_USER).setContent(prompt).build();
    return new Question(settings, List.of(), List.of(), List.of(message));
  }
}
