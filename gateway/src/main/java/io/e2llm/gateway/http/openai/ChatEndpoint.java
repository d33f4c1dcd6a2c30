package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.e2llm.gateway.http.AnswerCall;
import io.e2llm.gateway.http.Departure;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.http.JsonEndpoint;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Token;
import io.grpc.Channel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;

/** {@code POST /v1/chat/completions}. Thread-safe. */
public final class ChatEndpoint implements JsonEndpoint.Handler {
  private final Channel gateway;
  private final Models models;
  private final LongText longText;
  private final Executor threads;
  private final Clock clock;

  /**
   * The endpoint.
   *
   * @param gateway where answers are asked for
   * @param threads on which answers that are streamed go on
   */
  public ChatEndpoint(
      Channel gateway, Models models, LongText longText, Executor threads, Clock clock) {
    this.gateway = gateway;
    this.models = models;
    this.longText = longText;
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public HttpResponse answer(Fields body, Departure departure) throws InterruptedException {
    ChatRequest request = ChatRequest.read(body, longText);
    String model = models.decoder(request.model());
    Envelope envelope =
        new Envelope("chatcmpl-" + UUID.randomUUID(), clock.instant().getEpochSecond(), model);
    return request.delivery().stream()
        ? new ChatStream(gateway, request, envelope, threads).begin(departure)
        : Responses.json(whole(request, envelope, departure));
  }

  private ObjectNode whole(ChatRequest request, Envelope envelope, Departure departure)
      throws InterruptedException {
    ObjectNode json = envelope.of("chat.completion");
    ArrayNode choices = json.putArray("choices");
    List<End> ends = new ArrayList<>();
    for (int i = 0; i < request.choices(); i++) {
      ends.add(choice(request, i, choices.addObject(), departure));
    }
    json.set("usage", AnswerJson.usage(ends));
    AnswerJson.ending(json, ends.getFirst());
    return json;
  }

  private End choice(ChatRequest request, int number, ObjectNode into, Departure departure)
      throws InterruptedException {
    try (AnswerCall call = new AnswerCall(gateway)) {
      departure.then(call::cancel);
      call.send(request.first(number), request.context(), request.last());
      StringBuilder text = new StringBuilder();
      ArrayNode tokens = Json.object().arrayNode();
      while (true) {
        GenerateResponse event = call.event();
        if (event.hasEnd()) {
          End end = event.getEnd();
          text.append(end.getText());
          into.put("index", number);
          into.putObject("message").put("role", "assistant").put("content", text.toString());
          into.put("finish_reason", AnswerJson.finishReason(end.getFinishReason()));
          if (request.settings().getLogProbabilities()) {
            into.putObject("logprobs").set("content", tokens);
          } else {
            into.putNull("logprobs");
          }
          return end;
        }
        if (event.hasToken()) {
          Token token = event.getToken();
          text.append(token.getText());
          tokens.add(AnswerJson.logProbability(token));
        }
      }
    }
  }
}
