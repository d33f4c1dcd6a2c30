package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpStatus;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GetGatewayRequest;
import io.e2llm.gateway.v1.GetGatewayResponse;
import io.grpc.Channel;
import io.grpc.StatusException;

/** The models behind the gateway, by the names that clients use. Thread-safe. */
public final class Models {
  /** What stands for the decoder where a client does not care for its name. */
  private static final String ANY = "default";

  private final Channel gateway;

  /** Those behind this gateway. */
  public Models(Channel gateway) {
    this.gateway = gateway;
  }

  /**
   * What the gateway tells of itself.
   *
   * @throws HttpFailure when a tier has nobody who answers
   */
  public GetGatewayResponse gateway() {
    try {
      return GatewayServiceGrpc.newBlockingV2Stub(gateway)
          .getGateway(GetGatewayRequest.getDefaultInstance());
    } catch (StatusException failure) {
      throw HttpFailure.of(failure);
    }
  }

  /** The decoder's name, if that is what a client asks for. */
  String decoder(String wanted) {
    String name = gateway().getDecoderModel();
    if (!wanted.equals(name) && !wanted.equals(ANY)) {
      throw unknown(wanted, "model");
    }
    return name;
  }

  /** The encoder's name, if that is what a client asks for. */
  String encoder(String wanted) {
    String name = gateway().getEncoderModel();
    if (!wanted.equals(name) && !wanted.equals(ANY)) {
      throw unknown(wanted, "model");
    }
    return name;
  }

  private static HttpFailure unknown(String wanted, String param) {
    String shown = wanted.length() > 100 ? wanted.substring(0, 100) + "…" : wanted;
    return new HttpFailure(
        HttpStatus.NOT_FOUND,
        "model_not_found",
        param,
        "there is no model '%s' here; GET /v1/models lists them".formatted(shown));
  }

  /** All of them. */
  public ObjectNode list() {
    GetGatewayResponse told = gateway();
    ObjectNode list = Json.object().put("object", "list");
    ArrayNode data = list.putArray("data");
    data.add(decoder(told));
    data.add(encoder(told));
    return list;
  }

  /** One of them. */
  public ObjectNode one(String name) {
    GetGatewayResponse told = gateway();
    if (name.equals(told.getDecoderModel()) || name.equals(ANY)) {
      return decoder(told);
    }
    if (name.equals(told.getEncoderModel())) {
      return encoder(told);
    }
    throw unknown(name, "");
  }

  private static ObjectNode decoder(GetGatewayResponse told) {
    return model(told.getDecoderModel()).put("window", told.getWindow()).put("generates", true);
  }

  private static ObjectNode encoder(GetGatewayResponse told) {
    return model(told.getEncoderModel()).put("embeds", true);
  }

  private static ObjectNode model(String name) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", 0)
        .put("owned_by", "e2llm");
  }
}
