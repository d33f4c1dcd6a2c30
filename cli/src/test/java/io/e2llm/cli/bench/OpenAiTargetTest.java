package io.e2llm.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OpenAiTargetTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final PlannedRequest REQUEST =
      new PlannedRequest(0, 0, "A document.", "What?", 3, 2, 2, false);

  private static OpenAiEndpoint endpoint(URI base, boolean completions, long timeoutMillis) {
    return new OpenAiEndpoint(
        base,
        "some-model",
        completions,
        Optional.of("a-key"),
        true,
        JsonNodeFactory.instance.objectNode().put("top_k", 1),
        Duration.ofMillis(timeoutMillis));
  }

  private static Outcome ask(URI base) throws InterruptedException {
    try (OpenAiTarget target = new OpenAiTarget(endpoint(base, false, 60_000))) {
      return target.ask(REQUEST);
    }
  }

  private static Outcome ask(int status, boolean complete, String... pieces) throws Exception {
    try (OpenAiServer server = OpenAiServer.start(CHAT, status, complete, pieces)) {
      return ask(server.base());
    }
  }

  private static Outcome.Failed failed(Outcome outcome) {
    return assertInstanceOf(Outcome.Failed.class, outcome);
  }

  @Test
  void answer_hasItsTokensAndTheEndpointsCount() throws Exception {
    String role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n";

    Outcome outcome =
        ask(
            200,
            true,
            ": a comment\n\n" + role + OpenAiServer.token("a"),
            OpenAiServer.token("b"),
            OpenAiServer.END);

    Outcome.Answered answer = assertInstanceOf(Outcome.Answered.class, outcome);
    assertEquals(2, answer.tokens().eventNanos().length);
    assertEquals(2, answer.tokens().count());
    assertEquals(9, answer.usage().get("prompt_tokens"));
  }

  @Test
  void eventsCutAnywhere_areTheSame() throws Exception {
    String all = OpenAiServer.token("é") + OpenAiServer.token("b") + OpenAiServer.END;
    String[] pieces = all.replace("\n", "\r\n").split("(?<=\\G.{7})", -1);

    Outcome outcome = ask(200, true, pieces);

    assertEquals(2, assertInstanceOf(Outcome.Answered.class, outcome).tokens().count());
  }

  @Test
  void noUsage_countsEvents() throws Exception {
    Outcome outcome =
        ask(200, true, OpenAiServer.token("a"), OpenAiServer.token("b"), "data: [DONE]\n\n");

    assertEquals(2, assertInstanceOf(Outcome.Answered.class, outcome).tokens().count());
  }

  @Test
  void request_hasDocumentThenQuestionAndSettings() throws Exception {
    try (OpenAiServer server =
        OpenAiServer.start(CHAT, 200, true, OpenAiServer.token("a"), OpenAiServer.END)) {
      ask(server.base());

      JsonNode body = new ObjectMapper().readTree(server.bodies().getFirst());
      assertEquals("A document.\n\nWhat?", body.at("/messages/0/content").asText());
      assertEquals("some-model", body.path("model").asText());
      assertEquals(2, body.path("max_tokens").asInt());
      assertTrue(body.path("ignore_eos").asBoolean());
      assertEquals(1, body.path("top_k").asInt());
      assertEquals("Bearer a-key", server.keys().getFirst());
    }
  }

  @Test
  void completions_arePlainText() throws Exception {
    String event = "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"length\"}]}\n\n";
    try (OpenAiServer server = OpenAiServer.start("/v1/completions", 200, true, event);
        OpenAiTarget target = new OpenAiTarget(endpoint(server.base(), true, 60_000))) {
      Outcome outcome = target.ask(REQUEST);

      assertInstanceOf(Outcome.Answered.class, outcome);
      JsonNode body = new ObjectMapper().readTree(server.bodies().getFirst());
      assertEquals("A document.\n\nWhat?", body.path("prompt").asText());
    }
  }

  @Test
  void refusal_hasStatusAndTheEndpointsWord() throws Exception {
    Outcome outcome =
        ask(400, true, "{\"error\":{\"message\":\"too long\",\"type\":\"exceed_context\"}}");

    assertEquals(new Outcome.Failed("HTTP 400: exceed_context", "too long"), outcome);
  }

  @Test
  void refusalWithoutJson_hasItsStatus() throws Exception {
    assertEquals("HTTP 502", failed(ask(502, true, "<html>")).reason());
  }

  @Test
  void errorEvent_isAFailure() throws Exception {
    Outcome outcome =
        ask(
            200,
            true,
            OpenAiServer.token("a"),
            "data: {\"error\":{\"message\":\"no memory\"}}\n\n");

    assertEquals(new Outcome.Failed("error event", "no memory"), outcome);
  }

  @Test
  void serverDiesWithinAnAnswer_isTold() throws Exception {
    Outcome.Failed failure = failed(ask(200, false, OpenAiServer.token("a")));

    assertEquals("connection lost", failure.reason());
    assertTrue(failure.detail().startsWith("after 1 tokens"), failure.detail());
  }

  @Test
  void streamWithoutAnEnd_isTold() throws Exception {
    assertEquals("ended early", failed(ask(200, true, OpenAiServer.token("a"))).reason());
  }

  @Test
  void noJson_isTold() throws Exception {
    assertEquals("malformed event", failed(ask(200, true, "data: {\n\n")).reason());
  }

  @Test
  void noText_isTold() throws Exception {
    assertEquals("no tokens", failed(ask(200, true, "data: [DONE]\n\n")).reason());
  }

  @Test
  void nobodyThere_isTold() throws Exception {
    URI base;
    try (ServerSocket socket = new ServerSocket(0)) {
      base = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/v1");
    }

    assertEquals("no connection", failed(ask(base)).reason());
  }

  @Test
  void streamThatStalls_timesOut() throws Exception {
    try (StalledServer server = new StalledServer(OpenAiServer.token("a"));
        OpenAiTarget target = new OpenAiTarget(endpoint(server.base(), false, 300))) {
      assertEquals("timeout", failed(target.ask(REQUEST)).reason());
    }
  }
}
