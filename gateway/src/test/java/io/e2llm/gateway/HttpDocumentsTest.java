package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.gateway.documents.DocumentKey;
import io.e2llm.gateway.documents.DocumentSettings;
import io.e2llm.gateway.documents.DocumentStore;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.documents.SqlDocumentStore;
import io.e2llm.gateway.documents.StoredDocument;
import io.e2llm.gateway.http.HttpDoor;
import io.e2llm.gateway.http.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpDocumentsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NOW = 1_700_000_000;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC);
  private static final String TEXT = "The tower of Pisa leans. 𝄞 It has leant for long.";

  private final DocumentStore store;
  private final Fleet fleet;
  private final HttpDoor door;
  private final HttpClient client = HttpClient.newHttpClient();

  HttpDocumentsTest(@TempDir Path folder) {
    store = SqlDocumentStore.file(folder.resolve("documents.db"));
    fleet = fleet(new FakeEncoder("b", true), Optional.of(store));
    door = open(fleet);
  }

  private static Fleet fleet(FakeEncoder encoder, Optional<DocumentStore> store) {
    DocumentSettings settings =
        ConfigLoader.load(DocumentSettings.class, ConfigInput.of(Map.of("most-bytes", "64KiB")));
    return new Fleet(
        List.of(encoder),
        List.of(new FakeDecoder("b", 2048)),
        new Documents(store, settings, CLOCK),
        "max-context-code-points=20000");
  }

  private static HttpDoor open(Fleet fleet) {
    HttpSettings settings =
        ConfigLoader.load(HttpSettings.class, ConfigInput.of(Map.of("listen.port", "0")));
    return HttpDoor.open(settings, fleet.channel(), fleet.tier, CLOCK);
  }

  @AfterAll
  void close() {
    client.close();
    door.close();
    fleet.close();
    store.close();
  }

  private HttpRequest.Builder to(HttpDoor at, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> put(String idAndQuery, String text)
      throws IOException, InterruptedException {
    return send(
        to(door, "/v1/documents/" + idAndQuery)
            .header("content-type", "text/plain")
            .PUT(BodyPublishers.ofString(text)));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(to(door, path));
  }

  private static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  private static void refused(int status, String code, HttpResponse<String> response)
      throws IOException {
    assertEquals(status, response.statusCode(), response.body());
    assertEquals(code, json(response).path("error").path("code").asText(), response.body());
  }

  @Test
  void upload_isStoredEncodedAndToldAsItStands() throws Exception {
    HttpResponse<String> response = put("pisa?title=Towers&ttl=60", TEXT);
    assertEquals(201, response.statusCode(), response.body());
    JsonNode document = json(response);
    assertEquals("pisa", document.path("id").asText());
    assertEquals("Towers", document.path("title").asText());
    assertEquals("ready", document.path("state").asText());
    assertEquals(TEXT.codePointCount(0, TEXT.length()), document.path("characters").asInt());
    assertTrue(document.path("chunks").asInt() > 0);
    assertTrue(document.path("tokens").asInt() > 0);
    assertEquals(NOW + 60, document.path("expires_at").asLong());
    assertEquals(document, json(get("/v1/documents/pisa")));
    assertEquals(200, put("pisa", TEXT + " Still.").statusCode());
  }

  @Test
  void upload_asEvents_tellsProgressThenTheDocument() throws Exception {
    String body =
        send(to(door, "/v1/documents/told")
                .header("content-type", "text/markdown; charset=utf-8")
                .header("accept", "text/event-stream")
                .PUT(BodyPublishers.ofString(TEXT.repeat(20))))
            .body();
    List<String> lines = body.lines().toList();
    assertEquals("event: progress", lines.getFirst(), body);
    int at = lines.indexOf("event: document");
    assertTrue(at > 0, body);
    JsonNode document = JSON.readTree(lines.get(at + 1).substring("data: ".length()));
    assertEquals("text/markdown", document.path("media_type").asText());
    assertEquals("ready", document.path("state").asText());
  }

  @Test
  void chat_aboutAStoredDocument_readsAndCitesIt() throws Exception {
    assertEquals(201, put("asked", TEXT).statusCode());
    HttpResponse<String> response = ask(door, "asked");
    assertEquals(200, response.statusCode(), response.body());
    JsonNode answer = json(response);
    assertEquals("asked", answer.path("citations").path(0).path("document").asText());
    assertEquals(
        json(get("/v1/documents/asked")).path("tokens").asInt(),
        answer.path("usage").path("context_tokens").asInt());
    refused(404, "unknown_document", ask(door, "nobody"));
  }

  private HttpResponse<String> ask(HttpDoor at, String document)
      throws IOException, InterruptedException {
    String body =
        "{\"model\": \"default\", \"context_mode\": \"hybrid\", \"documents\": [{\"id\": \""
            + document
            + "\"}], \"messages\": [{\"role\": \"user\", \"content\": \"What leans?\"}]}";
    return send(
        to(at, "/v1/chat/completions")
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void text_isReadInCodePoints() throws Exception {
    assertEquals(201, put("range", TEXT).statusCode());
    assertEquals(TEXT, get("/v1/documents/range/text").body());
    int note = TEXT.codePointCount(0, TEXT.indexOf("𝄞"));
    String path = "/v1/documents/range/text?begin=" + note + "&end=" + (note + 4);
    assertEquals("𝄞 It", get(path).body());
    refused(404, "unknown_document", get("/v1/documents/none/text"));
    refused(400, "invalid_request", get("/v1/documents/range/text?begin=x"));
  }

  @Test
  void chunks_areTheTextInOrder() throws Exception {
    String text = TEXT.repeat(30);
    assertEquals(201, put("cut", text).statusCode());
    JsonNode ranges = json(get("/v1/documents/cut/chunks")).path("data");
    assertEquals(json(get("/v1/documents/cut")).path("chunks").asInt(), ranges.size());
    long at = 0;
    for (JsonNode range : ranges) {
      assertEquals(at, range.path(0).asLong());
      at = range.path(1).asLong();
    }
    assertEquals(text.codePointCount(0, text.length()), at);
  }

  @Test
  void documents_areListedChangedAndDeleted() throws Exception {
    for (String id : List.of("list-a", "list-b", "list-c")) {
      assertEquals(201, put(id, TEXT).statusCode());
    }
    JsonNode page = json(get("/v1/documents?limit=2&after=list-"));
    assertEquals("list-a", page.path("data").path(0).path("id").asText(), page.toString());
    assertTrue(page.path("has_more").asBoolean());
    HttpResponse<String> changed =
        send(
            to(door, "/v1/documents/list-a")
                .header("content-type", "application/json")
                .method(
                    "PATCH",
                    BodyPublishers.ofString("{\"pinned\": true, \"title\": \"T\", \"ttl\": 0}")));
    JsonNode document = json(changed);
    assertTrue(document.path("pinned").asBoolean(), changed.body());
    assertEquals("T", document.path("title").asText());
    assertTrue(document.path("expires_at").isNull());
    HttpResponse<String> deleted = send(to(door, "/v1/documents/list-a").DELETE());
    assertTrue(json(deleted).path("deleted").asBoolean(), deleted.body());
    refused(404, "unknown_document", get("/v1/documents/list-a"));
    refused(404, "unknown_document", send(to(door, "/v1/documents/list-a").DELETE()));
  }

  @Test
  void upload_thatIsNoDocument_isRefused() throws Exception {
    refused(400, "invalid_request", put("bad%20id", TEXT));
    refused(400, "invalid_request", put("empty", ""));
    refused(400, "invalid_request", put("ttl?ttl=soon", TEXT));
    refused(400, "context_too_long", put("long", "x ".repeat(10_001)));
    HttpRequest.Builder latin =
        to(door, "/v1/documents/latin")
            .header("content-type", "text/plain")
            .PUT(BodyPublishers.ofByteArray("h\u00e9".getBytes(StandardCharsets.ISO_8859_1)));
    refused(400, "malformed_text", send(latin));
    HttpRequest.Builder picture =
        to(door, "/v1/documents/picture")
            .header("content-type", "image/png")
            .PUT(BodyPublishers.ofString("x"));
    refused(415, "unsupported_media_type", send(picture));
    for (String id : List.of("empty", "latin", "long", "ttl")) {
      refused(404, "unknown_document", get("/v1/documents/" + id));
    }
  }

  @Test
  void upload_overAllTheRoom_isRefused() throws Exception {
    for (int i = 0; i < 5; i++) {
      HttpResponse<String> response = put("full-" + i, "word ".repeat(3_900));
      if (response.statusCode() == 413) {
        refused(413, "limit_exceeded", response);
        for (int j = 0; j < i; j++) {
          assertEquals(200, send(to(door, "/v1/documents/full-" + j).DELETE()).statusCode());
        }
        return;
      }
      assertEquals(201, response.statusCode(), response.body());
    }
    throw new AssertionError("more was stored than there is room for");
  }

  @Test
  void change_whileItIsEncoded_stays() throws Exception {
    assertEquals(201, put("changed", TEXT).statusCode());
    DocumentKey key = new DocumentKey("", "changed");
    StoredDocument before = store.find(key, CLOCK.instant()).orElseThrow();
    HttpResponse<String> pinned =
        send(
            to(door, "/v1/documents/changed")
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"pinned\": true}")));
    assertEquals(200, pinned.statusCode());
    assertTrue(store.encoded(before, new StoredDocument.Encoding("other", 3, 1)));
    JsonNode after = json(get("/v1/documents/changed"));
    assertTrue(after.path("pinned").asBoolean(), after.toString());
    assertEquals("stored", after.path("state").asText());
  }

  @Test
  void upload_withANul_anEndlessLifetimeOrAnUnknownCharset_isRefused() throws Exception {
    refused(400, "invalid_request", put("nul", "a\u0000b"));
    refused(400, "invalid_request", put("ages?ttl=999999999999", TEXT));
    HttpRequest.Builder charset =
        to(door, "/v1/documents/charset")
            .header("content-type", "text/plain; charset=x-nobody")
            .PUT(BodyPublishers.ofString(TEXT));
    refused(415, "unsupported_media_type", send(charset));
  }

  @Test
  void upload_thatIsBrokenOff_storesNothing() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.port())) {
      String head =
          "PUT /v1/documents/broken HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 1000\r\n\r\nThe tower";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
      FakeClock.until(() -> fleet.tier.status().running() > 0);
    }
    FakeClock.until(() -> fleet.tier.status().running() == 0);
    assertTrue(store.find(new DocumentKey("", "broken"), CLOCK.instant()).isEmpty());
  }

  @Test
  void upload_whileEncodersFail_isStoredAllTheSame() throws Exception {
    FakeEncoder failing = new FakeEncoder("b", true);
    failing.failsAfter = 0;
    failing.failure =
        io.e2llm.common.error.StatusMapping.status(
            io.e2llm.common.error.Reason.INTERNAL, "a defect");
    try (Fleet own = fleet(failing, Optional.of(store));
        HttpDoor at = open(own)) {
      HttpResponse<String> response =
          send(
              to(at, "/v1/documents/unread")
                  .header("content-type", "text/plain")
                  .PUT(BodyPublishers.ofString(TEXT)));
      assertEquals(201, response.statusCode(), response.body());
      assertEquals("stored", json(response).path("state").asText());
    }
  }

  @Test
  void gatewayWithoutDocuments_saysSo() throws Exception {
    try (Fleet own = fleet(new FakeEncoder("b", true), Optional.empty());
        HttpDoor at = open(own)) {
      refused(409, "no_documents", send(to(at, "/v1/documents")));
      refused(409, "no_documents", ask(at, "any"));
    }
  }
}
