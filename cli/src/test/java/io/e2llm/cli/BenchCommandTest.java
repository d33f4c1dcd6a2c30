package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.cli.bench.OpenAiServer;
import io.e2llm.engine.TinyModels;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines = new CommandLines(folder.resolve("home"));

  @BeforeAll
  static void writeModels() throws IOException {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
  }

  private CommandLines.Result bench(String... more) {
    List<String> all = new ArrayList<>(List.of("bench", "--repetitions=2", "--requests=3"));
    all.addAll(Arrays.asList(more));
    return lines.run(all.toArray(String[]::new));
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void gateway_isAskedAsOrdered() throws IOException {
    try (FakeGateway gateway = new FakeGateway()) {
      CommandLines.Result result =
          bench(
              "--gateway",
              gateway.address(),
              "--mode=soft",
              "--ratio=8",
              "--output-tokens=3",
              "--context-tokens=100",
              "--json=-");

      assertEquals(0, result.status(), result.err());
      JsonNode json = json(result.out());
      assertEquals(6, json.path("answered").asInt());
      assertEquals(3, json.at("/repetitions/0/requests/0/tokens").asInt());
      assertEquals(2431, json.at("/repetitions/0/requests/0/usage/encoder_tokens").asInt());
      GenerateSettings settings = gateway.requests.getFirst().getSettings();
      assertEquals(ContextMode.CONTEXT_MODE_SOFT, settings.getContextMode());
      assertEquals(8, settings.getRatio());
      assertEquals(3, settings.getMaxTokens());
      assertTrue(settings.getIgnoreEndTokens());
      assertEquals(
          8,
          gateway.requests.stream().filter(GenerateRequest::hasSettings).count(),
          "with warm-up");
      assertTrue(gateway.context().length() > 8 * 300, "contexts are sent");
    }
  }

  @Test
  void gatewayRefuses_isCountedAndFails() throws IOException {
    try (FakeGateway gateway = new FakeGateway()) {
      gateway.refusal = Status.RESOURCE_EXHAUSTED.withDescription("full");

      CommandLines.Result result = bench("--gateway", gateway.address(), "--warmup=0");

      assertEquals(1, result.status());
      assertTrue(result.out().contains("answered 0, failed 6"), result.out());
      assertTrue(result.out().contains("6 x RESOURCE_EXHAUSTED: full"), result.out());
      assertEquals(
          "e2llm: no request was answered: RESOURCE_EXHAUSTED: full", result.err().strip());
    }
  }

  @Test
  void openAi_writesTableDataAndPicture() throws Exception {
    try (OpenAiServer server =
        OpenAiServer.start(
            "/v1/chat/completions",
            200,
            true,
            OpenAiServer.token("a"),
            OpenAiServer.token("b"),
            OpenAiServer.END)) {
      Path data = folder.resolve("out.json");
      Path plot = folder.resolve("out.svg");
      lines.with("SOME_KEY", "secret");

      CommandLines.Result result =
          bench(
              "--openai",
              server.base().toString(),
              "--api-key=SOME_KEY",
              "--streams=2",
              "--json",
              data.toString(),
              "--plot",
              plot.toString(),
              "--pid",
              "this=" + ProcessHandle.current().pid());

      assertEquals(0, result.status(), result.err());
      assertTrue(result.out().contains("time to first token, p95"), result.out());
      assertTrue(result.out().contains("this, resident"), result.out());
      assertTrue(result.out().contains("estimated"), result.out());
      assertEquals(6, json(Files.readString(data)).path("answered").asInt());
      assertTrue(Files.readString(plot).startsWith("<svg"));
      assertEquals("Bearer secret", server.keys().getFirst());
      assertFalse(result.out().contains("secret"));
    }
  }

  @Test
  void neither_measuresTiersOfThisProcess() throws IOException {
    Path bundle = folder.resolve("bundle");
    String encoder = folder.resolve("encoder").toString();
    String decoder = folder.resolve("decoder").toString();
    CommandLines.Result seeded =
        lines.run(
            "bench", "seed-bundle", "--encoder", encoder, "--decoder", decoder, bundle.toString());
    assertEquals(0, seeded.status(), seeded.err());
    assertTrue(seeded.out().contains("untrained"), seeded.out());

    CommandLines.Result result =
        bench(
            "--encoder=" + encoder,
            "--decoder=" + decoder,
            "--bundle=" + bundle,
            "--mode=soft",
            "--ratio=8",
            "--context-tokens=60",
            "--question-tokens=8",
            "--output-tokens=4",
            "--repeat-share=1",
            "--json=-");

    assertEquals(0, result.status(), result.err());
    JsonNode json = json(result.out());
    assertEquals(6, json.path("answered").asInt(), result.out());
    JsonNode request = json.at("/repetitions/0/requests/0");
    assertEquals("soft", request.at("/usage/mode").asText());
    assertEquals(8, request.at("/usage/ratio").asInt());
    assertEquals(4, request.path("tokens").asInt());
    assertTrue(request.path("repeated").asBoolean());
    assertEquals(request.at("/usage/chunks").asInt(), request.at("/usage/cached_chunks").asInt());
    assertFalse(json.at("/workload/tokens_estimated").asBoolean());
  }

  @Test
  void texts_areAsLongAsOrderedAndReproducible() throws IOException {
    String[] line = {
      "bench",
      "texts",
      "--tokens=50",
      "--count=2",
      "--decoder-model",
      folder.resolve("decoder").toString()
    };

    CommandLines.Result result = lines.run(line);

    assertEquals(0, result.status(), result.err());
    assertEquals(2, result.out().lines().count());
    int tokens = json(result.out().lines().findFirst().orElse("")).path("tokens").asInt();
    assertTrue(tokens > 46 && tokens <= 50, "tokens: " + tokens);
    assertEquals(result.out(), lines.run(line).out());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--openai=ftp://x --requests=1",
        "--openai=http://x/v1 --mode=soft",
        "--openai=http://x/v1 --gateway=127.0.0.1:1",
        "--openai=http://x/v1 --body=[]",
        "--gateway=127.0.0.1:1 --repeat-share=1 --warmup=0",
        "--gateway=127.0.0.1:1 --repeat-share=2",
        "--gateway=127.0.0.1:1 --streams=0",
        "--gateway=127.0.0.1:1 --pid=x=y",
        "--gateway=127.0.0.1:1 --json=/no/folder/x.json",
        "--gateway=127.0.0.1:1 --timeout=0"
      })
  void wrongUse_isToldBeforeAnythingIsAsked(String options) {
    CommandLines.Result result = bench(options.split(" ", -1));

    assertEquals(2, result.status(), result.err());
    assertEquals("", result.out());
  }
}
