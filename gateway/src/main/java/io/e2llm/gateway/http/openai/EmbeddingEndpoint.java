package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import io.e2llm.gateway.http.Departure;
import io.e2llm.gateway.http.Exchange;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.http.JsonEndpoint;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.v1.EmbedRequest;
import io.e2llm.gateway.v1.EmbedResponse;
import io.e2llm.gateway.v1.Embedding;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** {@code POST /v1/embeddings}: sentence embeddings of the encoder. Thread-safe. */
public final class EmbeddingEndpoint implements JsonEndpoint.Handler {
  private final Channel gateway;
  private final Models models;

  /** The endpoint; {@code gateway} is asked for embeddings. */
  public EmbeddingEndpoint(Channel gateway, Models models) {
    this.gateway = gateway;
    this.models = models;
  }

  @Override
  public HttpResponse answer(Fields body, Exchange exchange) {
    if (body.value("dimensions").isPresent()) {
      throw HttpFailure.unsupported(
          "dimensions", "this encoder's embeddings lose their meaning when they are cut short");
    }
    boolean base64 =
        switch (body.text("encoding_format").orElse("float")) {
          case "float" -> false;
          case "base64" -> true;
          default -> throw body.wrong("encoding_format", "is neither float nor base64");
        };
    boolean questions =
        switch (body.text("input_type").orElse("passage")) {
          case "passage" -> false;
          case "query" -> true;
          default -> throw body.wrong("input_type", "is neither passage nor query");
        };
    List<String> texts = body.texts("input");
    if (texts.isEmpty()) {
      throw body.wrong("input", "is missing or empty");
    }
    if (texts.stream().anyMatch(String::isEmpty)) {
      throw body.wrong("input", "holds an empty text");
    }
    String model = models.encoder(body.needed("model"));
    EmbedRequest request =
        EmbedRequest.newBuilder().addAllTexts(texts).setQuestions(questions).build();
    return Responses.json(json(embed(request, exchange.departure()), model, base64));
  }

  private EmbedResponse embed(EmbedRequest request, Departure departure) {
    Context.CancellableContext context = Context.current().withCancellation();
    departure.then(() -> context.cancel(null));
    Context outer = context.attach();
    try {
      return GatewayServiceGrpc.newBlockingV2Stub(gateway).embed(request);
    } catch (StatusException failure) {
      throw HttpFailure.of(failure);
    } finally {
      context.detach(outer);
      context.cancel(null);
    }
  }

  private static ObjectNode json(EmbedResponse response, String model, boolean base64) {
    ObjectNode json = Json.object().put("object", "list");
    ArrayNode data = json.putArray("data");
    long tokens = 0;
    for (int i = 0; i < response.getEmbeddingsCount(); i++) {
      Embedding embedding = response.getEmbeddings(i);
      tokens += embedding.getTokens();
      ObjectNode one = data.addObject().put("object", "embedding").put("index", i);
      if (base64) {
        one.put("embedding", base64(embedding));
      } else {
        ArrayNode values = one.putArray("embedding");
        embedding.getValuesList().forEach(values::add);
      }
    }
    json.put("model", model);
    json.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return json;
  }

  /** Little-endian fp32. */
  private static String base64(Embedding embedding) {
    ByteBuffer bytes =
        ByteBuffer.allocate(embedding.getValuesCount() * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    embedding.getValuesList().forEach(bytes::putFloat);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
