package io.e2llm.gateway.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.e2llm.gateway.GatewayStatus;
import io.e2llm.gateway.GatewayTier;
import io.e2llm.gateway.http.openai.Models;
import io.e2llm.gateway.request.ModeChoice;
import io.e2llm.gateway.v1.GetGatewayResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/**
 * {@code GET /v1/status}: the tiers, what runs, and counts since the process began. Thread-safe.
 */
final class StatusEndpoint implements Function<ServiceRequestContext, JsonNode> {
  private final GatewayTier gateway;
  private final Models models;
  private final Clock clock;
  private final Instant begun;

  StatusEndpoint(GatewayTier gateway, Models models, Clock clock) {
    this.gateway = gateway;
    this.models = models;
    this.clock = clock;
    begun = clock.instant();
  }

  @Override
  public JsonNode apply(ServiceRequestContext context) {
    GatewayStatus status = gateway.status();
    ObjectNode json = Json.object();
    json.put("ready", status.ready());
    workers(json.putArray("encoders"), status.encoders());
    workers(json.putArray("decoders"), status.decoders());
    if (status.ready()) {
      describe(json);
    }
    json.putObject("answers").put("running", status.running()).put("limit", status.mostRunning());
    GatewayStatus.Counts counts = status.counts();
    json.putObject("chunks")
        .put("encoded", counts.chunks() - counts.cachedChunks())
        .put("cached", counts.cachedChunks());
    json.putObject("tokens")
        .put("prompt", counts.promptTokens())
        .put("soft", counts.softTokens())
        .put("generated", counts.generatedTokens());
    json.put("uptime_seconds", Duration.between(begun, clock.instant()).toSeconds());
    return json;
  }

  private static void workers(ArrayNode list, int count) {
    for (int i = 0; i < count; i++) {
      list.addObject().put("state", "serving");
    }
  }

  /** The models, unless they are lost at this moment. */
  private void describe(ObjectNode json) {
    GetGatewayResponse told;
    try {
      told = models.gateway();
    } catch (HttpFailure lost) {
      return;
    }
    json.put("encoder_model", told.getEncoderModel());
    json.put("decoder_model", told.getDecoderModel());
    json.put("window", told.getWindow());
    told.getRatiosList().forEach(json.putArray("ratios")::add);
    json.put("default_context_mode", ModeChoice.label(told.getDefaultContextMode()));
    json.put(
        "bundle",
        !told.getBundleInstalled() ? "none" : told.getBundleTrained() ? "trained" : "untrained");
  }
}
