package io.e2llm.gateway.http.openai;

import com.linecorp.armeria.common.HttpResponse;
import io.e2llm.gateway.http.Exchange;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.JsonEndpoint;
import io.e2llm.gateway.http.Streaming;
import io.grpc.Channel;
import java.time.Clock;

/** {@code POST /v1/chat/completions}. Thread-safe. */
public final class ChatEndpoint implements JsonEndpoint.Handler {
  private final Channel gateway;
  private final Models models;
  private final LongText longText;
  private final Streaming streaming;
  private final Clock clock;

  /**
   * The endpoint.
   *
   * @param gateway where answers are asked for
   * @param streaming how answers are streamed
   */
  public ChatEndpoint(
      Channel gateway, Models models, LongText longText, Streaming streaming, Clock clock) {
    this.gateway = gateway;
    this.models = models;
    this.longText = longText;
    this.streaming = streaming;
    this.clock = clock;
  }

  @Override
  public HttpResponse answer(Fields body, Exchange exchange) throws InterruptedException {
    ChatRequest request = ChatRequest.read(body, longText);
    Envelope envelope = Envelope.of("chatcmpl-", clock, models.decoder(request.model()));
    boolean probabilities = request.question().settings().getLogProbabilities();
    return new Answering(
            gateway,
            request.questions(),
            request.choices(),
            request.delivery(),
            new ChatForm(envelope, probabilities),
            exchange.departure())
        .run(streaming);
  }
}
