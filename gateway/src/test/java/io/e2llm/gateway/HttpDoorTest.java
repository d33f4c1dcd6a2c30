package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.gateway.http.HttpDoor;
import io.e2llm.gateway.http.HttpSettings;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpDoorTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_700_000_000), ZoneOffset.UTC);

  private final Fleet fleet = Fleet.of("b", true, 2048);
  private final HttpDoor door =
      HttpDoor.open(
          ConfigLoader.load(
              HttpSettings.class,
              ConfigInput.of(
                  Map.of(
                      "listen.port", "0", "listen.max-message", "8KiB", "encode-threshold", "40"))),
          fleet.channel(),
          fleet.tier,
          CLOCK);
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterAll
  void close() {
    client.close();
    door.close();
    fleet.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path));
  }

  private HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return client.send(
        to(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> chat(String fields) throws IOException, InterruptedException {
    return post("/v1/chat/completions", "{\"model\": \"default\", " + fields + "}");
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  private static final String ASKED =
      "\"max_tokens\": 32, \"context_mode\": \"retrieval\", \"messages\": [{\"role\": \"user\", \"content\": \"Who?\"}]";

  private String overGrpc() {
    GenerateRequest request = Asked.message(ContextMode.CONTEXT_MODE_RETRIEVAL, "Who?");
    return Asked.begin(fleet, request).await().text();
  }

  @Test
  void chat_question_isAnsweredAsOverGrpc() throws Exception {
    HttpResponse<String> response = chat(ASKED);
    JsonNode answer = json(response);
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(
        "application/json; charset=utf-8",
        response.headers().firstValue("content-type").orElseThrow());
    JsonNode choice = answer.path("choices").path(0);
    assertEquals(overGrpc(), choice.path("message").path("content").asText());
    assertEquals("assistant", choice.path("message").path("role").asText());
    assertEquals("stop", choice.path("finish_reason").asText());
    assertEquals("chat.completion", answer.path("object").asText());
    assertEquals(1_700_000_000, answer.path("created").asLong());
    JsonNode usage = answer.path("usage");
    assertTrue(usage.path("prompt_tokens").asInt() > 0);
    assertEquals(
        usage.path("total_tokens").asInt(),
        usage.path("prompt_tokens").asInt() + usage.path("completion_tokens").asInt());
    assertEquals("retrieval", answer.path("context_mode").asText());
  }

  @Test
  void chat_stream_bringsTheSameTextThenUsageThenDone() throws Exception {
    HttpResponse<String> response =
        chat("\"stream\": true, \"stream_options\": {\"include_usage\": true}, " + ASKED);
    assertEquals("text/event-stream", response.headers().firstValue("content-type").orElseThrow());
    List<String> events = events(response.body());
    assertEquals("[DONE]", events.getLast());
    StringBuilder text = new StringBuilder();
    List<String> reasons = new ArrayList<>();
    for (String event : events.subList(0, events.size() - 1)) {
      JsonNode choice = JSON.readTree(event).path("choices").path(0);
      text.append(choice.path("delta").path("content").asText(""));
      if (choice.path("finish_reason").isTextual()) {
        reasons.add(choice.path("finish_reason").asText());
      }
    }
    assertEquals(overGrpc(), text.toString());
    assertEquals(List.of("stop"), reasons);
    assertEquals(
        "assistant",
        JSON.readTree(events.getFirst())
            .path("choices")
            .path(0)
            .path("delta")
            .path("role")
            .asText());
    JsonNode last = JSON.readTree(events.get(events.size() - 2));
    assertEquals(0, last.path("choices").size());
    assertTrue(last.path("usage").path("completion_tokens").asInt() > 0);
  }

  private static List<String> events(String body) {
    return body.lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring(6))
        .toList();
  }

  @Test
  void chat_longPartOfAMessage_becomesContext() throws Exception {
    String fact = "The tower of Pisa leans. ".repeat(20);
    JsonNode answer =
        json(
            chat(
                "\"context_mode\": \"hybrid\", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": \""
                    + fact
                    + "\"}, {\"type\": \"text\", \"text\": \"What leans?\"}]}]"));
    assertTrue(answer.path("usage").path("context_tokens").asInt() > 40, answer.toString());
    assertTrue(answer.path("usage").path("soft_tokens").asInt() > 0, answer.toString());
    assertEquals("message-1", answer.path("citations").path(0).path("document").asText());
    String read = fleet.decoder().heard.getLast().text();
    assertTrue(read.contains("What leans?"), read);
  }

  @Test
  void chat_systemMessage_neverBecomesContextUnlessItSaysSo() throws Exception {
    String rules = "Speak of nothing but towers. ".repeat(20);
    String messages =
        "\"context_mode\": \"soft\", \"messages\": [{\"role\": \"system\", %s\"content\": \""
            + rules
            + "\"}, {\"role\": \"user\", \"content\": \"What leans?\"}]";
    assertEquals(
        0, json(chat(messages.formatted(""))).path("usage").path("context_tokens").asInt());
    JsonNode encoded = json(chat(messages.formatted("\"encode\": true, ")));
    assertTrue(encoded.path("usage").path("context_tokens").asInt() > 40, encoded.toString());
  }

  @Test
  void chat_documents_areCitedByTheirIds() throws Exception {
    JsonNode answer =
        json(
            chat(
                "\"documents\": [{\"id\": \"pisa\", \"text\": \"The tower of Pisa leans.\"}], \"context_mode\": \"hybrid\", \"messages\": [{\"role\": \"user\", \"content\": \"What leans?\"}]"));
    assertEquals(
        "pisa", answer.path("citations").path(0).path("document").asText(), answer.toString());
    assertEquals(0, answer.path("citations").path(0).path("begin").asInt());
  }

  @Test
  void chat_progress_comesBeforeTheFirstToken() throws Exception {
    List<String> events =
        events(
            chat("\"stream\": true, \"stream_options\": {\"include_progress\": true}, \"documents\": [{\"text\": \"The tower of Pisa leans.\"}], "
                    + ASKED)
                .body());
    JsonNode first = JSON.readTree(events.getFirst());
    assertEquals(1, first.path("progress").path("chunks_total").asInt(), first.toString());
    assertEquals(0, first.path("choices").size());
  }

  @Test
  void chat_twoChoices_bothCome() throws Exception {
    JsonNode whole = json(chat("\"n\": 2, " + ASKED));
    assertEquals(2, whole.path("choices").size());
    assertEquals(1, whole.path("choices").path(1).path("index").asInt());
    List<String> events = events(chat("\"n\": 2, \"stream\": true, " + ASKED).body());
    long ended =
        events.stream().filter(event -> event.contains("\"finish_reason\":\"stop\"")).count();
    assertEquals(2, ended);
  }

  @Test
  void wrongField_isToldWithItsPath() throws Exception {
    Map<String, String> wrong =
        Map.of(
            "\"temperature\": \"hot\", " + ASKED,
            "temperature",
            "\"temperature\": 3, " + ASKED,
            "temperature",
            "\"n\": 1.5, " + ASKED,
            "n",
            "\"stop\": [\"a\", 1], " + ASKED,
            "stop[1]",
            "\"stream_options\": {\"include_usage\": 1}, " + ASKED,
            "stream_options.include_usage",
            "\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"text\", \"text\": 7}]}]",
            "messages[0].content[0].text",
            "\"messages\": [{\"role\": \"king\", \"content\": \"x\"}]",
            "messages[0].role",
            "\"messages\": []",
            "messages",
            "\"logit_bias\": {\"5\": 200}, " + ASKED,
            "logit_bias.5",
            "\"response_format\": {\"type\": \"json_object\"}, " + ASKED,
            "response_format");
    for (Map.Entry<String, String> each : wrong.entrySet()) {
      HttpResponse<String> response = chat(each.getKey());
      assertEquals(400, response.statusCode(), each.getKey());
      JsonNode error = json(response).path("error");
      assertEquals(each.getValue(), error.path("param").asText(), response.body());
      assertEquals("invalid_request_error", error.path("type").asText());
    }
  }

  @Test
  void body_thatIsNoJson_isRefused() throws Exception {
    refused(400, "malformed_json", post("/v1/chat/completions", "{\"model\": "));
    refused(400, "malformed_json", post("/v1/chat/completions", "[]"));
    refused(400, "malformed_json", post("/v1/chat/completions", "{} {}"));
    HttpRequest latin =
        to("/v1/chat/completions")
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofByteArray(
                    "{\"model\": \"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1)))
            .build();
    refused(400, "malformed_json", client.send(latin, BodyHandlers.ofString()));
    HttpRequest text =
        to("/v1/chat/completions")
            .header("content-type", "text/plain")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    refused(415, "unsupported_media_type", client.send(text, BodyHandlers.ofString()));
    refused(413, "limit_exceeded", chat("\"x\": \"" + "y".repeat(9000) + "\", " + ASKED));
  }

  private static void refused(int status, String code, HttpResponse<String> response)
      throws IOException {
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(code, json(response).path("error").path("code").asText(), response.body());
    assertFalse(json(response).path("error").path("message").asText().isEmpty());
  }

  private HttpResponse<String> embeddings(String fields) throws IOException, InterruptedException {
    return post("/v1/embeddings", "{\"model\": \"default\", " + fields + "}");
  }

  private static double[] values(JsonNode embedding) {
    double[] values = new double[embedding.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = embedding.path(i).asDouble();
    }
    return values;
  }

  @Test
  void embeddings_ofSeveralTexts_areOfLengthOneAndInOrder() throws Exception {
    JsonNode both = json(embeddings("\"input\": [\"red roof\", \"blue sea\"]"));
    JsonNode second = json(embeddings("\"input\": \"blue sea\""));
    assertEquals(2, both.path("data").size(), both.toString());
    assertEquals(
        both.path("data").path(1).path("embedding"), second.path("data").path(0).path("embedding"));
    assertEquals(1, both.path("data").path(1).path("index").asInt());
    double square =
        Arrays.stream(values(both.path("data").path(0).path("embedding"))).map(v -> v * v).sum();
    assertEquals(1, square, 1e-5);
    assertTrue(
        both.path("usage").path("total_tokens").asInt()
            > second.path("usage").path("total_tokens").asInt());
  }

  @Test
  void embeddings_base64_areTheSameNumbers() throws Exception {
    JsonNode plain = json(embeddings("\"input\": \"red roof\""));
    JsonNode coded = json(embeddings("\"input\": \"red roof\", \"encoding_format\": \"base64\""));
    FloatBuffer floats =
        ByteBuffer.wrap(
                Base64.getDecoder().decode(coded.path("data").path(0).path("embedding").asText()))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    double[] wanted = values(plain.path("data").path(0).path("embedding"));
    assertEquals(wanted.length, floats.remaining());
    for (double value : wanted) {
      assertEquals(value, floats.get(), 1e-6);
    }
  }

  @Test
  void embeddings_longText_isTheMeanOfItsPieces() throws Exception {
    String longText = "red roof ".repeat(60) + "blue sea ".repeat(60);
    JsonNode answer = json(embeddings("\"input\": \"" + longText + "\""));
    double[] values = values(answer.path("data").path(0).path("embedding"));
    assertEquals(1, Arrays.stream(values).map(v -> v * v).sum(), 1e-5);
    double[] red =
        values(json(embeddings("\"input\": \"red roof\"")).path("data").path(0).path("embedding"));
    double[] blue =
        values(json(embeddings("\"input\": \"blue sea\"")).path("data").path(0).path("embedding"));
    assertTrue(dot(values, red) > 0.5, "red " + dot(values, red));
    assertTrue(dot(values, blue) > 0.5, "blue " + dot(values, blue));
  }

  private static double dot(double[] first, double[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      sum += first[i] * second[i];
    }
    return sum;
  }

  @Test
  void embeddings_wrongFields_areTold() throws Exception {
    for (String[] wrong :
        List.of(
            new String[] {"\"input\": []", "input"},
            new String[] {"\"input\": \"\"", "input"},
            new String[] {"\"input\": [[1, 2]]", "input[0]"},
            new String[] {"\"input\": \"x\", \"dimensions\": 8", "dimensions"},
            new String[] {"\"input\": \"x\", \"encoding_format\": \"hex\"", "encoding_format"})) {
      HttpResponse<String> response = embeddings(wrong[0]);
      assertEquals(400, response.statusCode(), response.body());
      assertEquals(wrong[1], json(response).path("error").path("param").asText());
    }
  }

  private HttpResponse<String> complete(String fields) throws IOException, InterruptedException {
    return post("/v1/completions", "{\"model\": \"default\", " + fields + "}");
  }

  @Test
  void completion_goesOnWithThePromptAsItStands() throws Exception {
    JsonNode answer = json(complete("\"prompt\": \"Once upon\", \"max_tokens\": 32"));
    assertEquals("text_completion", answer.path("object").asText(), answer.toString());
    assertFalse(answer.path("choices").path(0).path("text").asText().isEmpty());
    FakeDecoder.Heard heard = fleet.decoder().heard.getLast();
    assertEquals("Once upon", heard.head() + heard.text());
  }

  @Test
  void completion_streamOfTwoPromptsWithEcho_bringsBoth() throws Exception {
    String fields = "\"prompt\": [\"Once upon\", \"Long ago\"], \"echo\": true, \"max_tokens\": 32";
    JsonNode whole = json(complete(fields));
    StringBuilder[] texts = {new StringBuilder(), new StringBuilder()};
    for (String event : events(complete("\"stream\": true, " + fields).body())) {
      if (!event.equals("[DONE]")) {
        JsonNode choice = JSON.readTree(event).path("choices").path(0);
        texts[choice.path("index").asInt()].append(choice.path("text").asText());
      }
    }
    for (int i = 0; i < 2; i++) {
      assertEquals(whole.path("choices").path(i).path("text").asText(), texts[i].toString());
    }
    assertTrue(texts[1].toString().startsWith("Long ago"), texts[1].toString());
  }

  @Test
  void completion_whatItCannotDo_isRefused() throws Exception {
    for (String[] wrong :
        List.of(
            new String[] {"\"prompt\": []", "prompt"},
            new String[] {"\"prompt\": [1, 2]", "prompt[0]"},
            new String[] {"\"prompt\": \"x\", \"suffix\": \"y\"", "suffix"},
            new String[] {"\"prompt\": \"x\", \"best_of\": 3", "best_of"},
            new String[] {"\"prompt\": \"x\", \"logprobs\": 2", "logprobs"})) {
      HttpResponse<String> response = complete(wrong[0]);
      assertEquals(400, response.statusCode(), response.body());
      assertEquals(wrong[1], json(response).path("error").path("param").asText());
    }
  }

  @Test
  void status_countsWhatWasAnswered() throws Exception {
    JsonNode before = json(get("/v1/status"));
    assertEquals(200, chat(ASKED).statusCode());
    JsonNode after = json(get("/v1/status"));
    assertTrue(after.path("ready").asBoolean(), after.toString());
    assertEquals("serving", after.path("encoders").path(0).path("state").asText());
    assertEquals("trained", after.path("bundle").asText());
    assertEquals(64, after.path("answers").path("limit").asInt());
    int generated =
        after.path("tokens").path("generated").asInt()
            - before.path("tokens").path("generated").asInt();
    assertEquals(FakeDecoder.TOKENS, generated, 1);
  }

  @Test
  void page_isServedWithItsLibrariesAndAPolicy() throws Exception {
    HttpResponse<String> page = get("/");
    assertEquals(200, page.statusCode());
    assertTrue(page.headers().firstValue("content-type").orElseThrow().startsWith("text/html"));
    String policy = page.headers().firstValue("content-security-policy").orElseThrow();
    assertTrue(policy.startsWith("default-src 'none'"), policy);
    Matcher files = Pattern.compile("(?:src|href)=\"(/[^\"#]+)\"").matcher(page.body());
    int found = 0;
    while (files.find()) {
      assertEquals(200, get(files.group(1)).statusCode(), files.group(1));
      found++;
    }
    assertTrue(found > 2, page.body());
    for (String library : List.of("marked.js", "dompurify.js", "uplot.js", "uplot.css")) {
      HttpResponse<String> file = get("/lib/" + library);
      assertEquals(200, file.statusCode(), library);
      String type = file.headers().firstValue("content-type").orElseThrow();
      assertTrue(
          type.startsWith(library.endsWith("js") ? "application/javascript" : "text/css"), type);
    }
    refused(404, "unknown_path", get("/nothing.js"));
  }

  @Test
  void models_areListedAndShown() throws Exception {
    JsonNode list = json(get("/v1/models"));
    String decoder = list.path("data").path(0).path("id").asText();
    assertEquals(2, list.path("data").size());
    assertEquals(
        decoder, json(get("/v1/models/" + decoder.replace(" ", "%20"))).path("id").asText());
    refused(404, "model_not_found", get("/v1/models/gpt-9"));
    refused(
        404,
        "model_not_found",
        post("/v1/chat/completions", "{\"model\": \"gpt-9\", " + ASKED + "}"));
    refused(404, "unknown_path", get("/v1/nothing"));
    refused(405, "method_not_allowed", get("/v1/chat/completions"));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(to(path).build(), BodyHandlers.ofString());
  }

  @Test
  void prompt_thatDoesNotFit_isRefusedBeforeTheStreamBegins() throws Exception {
    HttpResponse<String> response =
        chat(
            "\"stream\": true, \"max_tokens\": 100000, \"messages\": [{\"role\": \"user\", \"content\": \"Who?\"}]");
    refused(400, "prompt_too_long", response);
  }

  @Test
  void client_thatLeaves_endsTheGeneration() throws Exception {
    for (boolean stream : List.of(true, false)) {
      try (Fleet own = Fleet.of("b", true, 2048);
          HttpDoor at = open(own)) {
        own.decoder().silent = true;
        String body = "{\"model\": \"default\", \"stream\": " + stream + ", " + ASKED + "}";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port())) {
          socket
              .getOutputStream()
              .write(
                  ("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body)
                      .getBytes(StandardCharsets.UTF_8));
          assertTrue(own.decoder().prompted.await(30, TimeUnit.SECONDS));
        }
        assertTrue(own.decoder().cancelled.await(30, TimeUnit.SECONDS), "stream " + stream);
      }
    }
  }

  @Test
  void stream_thatFailsMidway_tellsSoAndHasNoDone() throws Exception {
    try (Fleet own = Fleet.of("b", true, 2048);
        HttpDoor at = open(own)) {
      own.decoder().failsAt = 3;
      own.decoder().failure = StatusMapping.status(Reason.KV_FULL, "the generation does not fit");
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + at.port() + "/v1/chat/completions"))
              .header("content-type", "application/json")
              .POST(
                  BodyPublishers.ofString(
                      "{\"model\": \"default\", \"stream\": true, " + ASKED + "}"))
              .build();
      List<String> events = events(client.send(request, BodyHandlers.ofString()).body());
      assertEquals(
          "kv_full",
          JSON.readTree(events.getLast()).path("error").path("code").asText(),
          events.toString());
    }
  }

  @Test
  void body_thatDoesNotCome_isGivenUp() throws Exception {
    try (HttpDoor at = open(fleet, "body-timeout", "200ms");
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), at.port())) {
      String head =
          "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      byte[] begun = socket.getInputStream().readNBytes(12);
      assertEquals("HTTP/1.1 408", new String(begun, StandardCharsets.UTF_8));
    }
  }

  @Test
  void tokens_areWantedWhereThereAreSome() throws Exception {
    try (HttpDoor locked =
        open(fleet, "listen.tokens", "s3cret", "cors-origins", "https://page.example")) {
      URI uri = URI.create("http://127.0.0.1:" + locked.port() + "/v1/models");
      HttpRequest bare = HttpRequest.newBuilder(uri).build();
      HttpResponse<String> refused = client.send(bare, BodyHandlers.ofString());
      refused(401, "invalid_api_key", refused);
      assertEquals("Bearer", refused.headers().firstValue("www-authenticate").orElseThrow());
      HttpRequest wrong = HttpRequest.newBuilder(uri).header("authorization", "Bearer no").build();
      refused(401, "invalid_api_key", client.send(wrong, BodyHandlers.ofString()));
      HttpRequest right =
          HttpRequest.newBuilder(uri)
              .header("authorization", "Bearer s3cret")
              .header("origin", "https://page.example")
              .build();
      HttpResponse<String> told = client.send(right, BodyHandlers.ofString());
      assertEquals(200, told.statusCode());
      assertEquals(
          "https://page.example",
          told.headers().firstValue("access-control-allow-origin").orElseThrow());
      assertEquals("nosniff", told.headers().firstValue("x-content-type-options").orElseThrow());
      HttpRequest preflight =
          HttpRequest.newBuilder(URI.create(uri.toString().replace("models", "chat/completions")))
              .method("OPTIONS", BodyPublishers.noBody())
              .header("origin", "https://page.example")
              .header("access-control-request-method", "POST")
              .header("access-control-request-headers", "authorization,content-type")
              .build();
      HttpResponse<String> allowed = client.send(preflight, BodyHandlers.ofString());
      assertEquals(200, allowed.statusCode(), allowed.body());
      assertTrue(
          allowed.headers().firstValue("access-control-allow-methods").orElse("").contains("POST"),
          allowed.headers().toString());
    }
  }

  private static HttpDoor open(Fleet fleet, String... settings) {
    Map<String, String> all = new TreeMap<>(Map.of("listen.port", "0"));
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    HttpSettings loaded = ConfigLoader.load(HttpSettings.class, ConfigInput.of(all));
    return HttpDoor.open(loaded, fleet.channel(), fleet.tier, CLOCK);
  }

  @Test
  void addressBeyondLoopback_withoutTlsAndTokens_isRefused() {
    StartupException refused =
        assertThrows(StartupException.class, () -> open(fleet, "listen.host", "0.0.0.0"));
    assertTrue(String.valueOf(refused.getMessage()).contains("needs TLS"), refused.getMessage());
  }

  @Test
  void port_thatIsTaken_isTold() {
    StartupException refused =
        assertThrows(
            StartupException.class, () -> open(fleet, "listen.port", String.valueOf(door.port())));
    assertTrue(String.valueOf(refused.getMessage()).contains("is taken"), refused.getMessage());
  }
}
