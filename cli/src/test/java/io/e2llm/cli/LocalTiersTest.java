package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.files.ModelFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All tiers in this process, on tiny models given by path. */
class LocalTiersTest {
  @TempDir static Path folder = Path.of("");

  private final CommandLines lines = new CommandLines(folder.resolve("home"));

  @BeforeAll
  static void writeModels() throws IOException {
    TinyModels.writeEncoder(folder.resolve("encoder"));
    TinyModels.writeDecoder(folder.resolve("decoder"));
    Files.writeString(folder.resolve("a.txt"), "The cat sat on the mat. ".repeat(40));
    try (ModelFiles encoder = ModelFiles.open(folder.resolve("encoder"));
        ModelFiles decoder = ModelFiles.open(folder.resolve("decoder"))) {
      AdapterBundles.writeUntrained(
          folder.resolve("bundle"), AdapterBundles.untrained(encoder, decoder), 3);
    }
  }

  private static String path(String name) {
    return folder.resolve(name).toString();
  }

  private CommandLines.Result ask(String... more) {
    String[] head = {"ask", "--encoder", path("encoder"), "--decoder", path("decoder")};
    String[] all = new String[head.length + more.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(more, 0, all, head.length, more.length);
    return lines.run(all);
  }

  @Test
  void withoutBundle_answersByRetrievalAndSaysSo() {
    CommandLines.Result result = ask("--max-tokens=5", path("a.txt"), "Where?");

    assertEquals(0, result.status(), result.err());
    assertTrue(result.err().startsWith("retrieval, "), result.err());
    assertTrue(result.err().contains("no trained adapter bundle is installed"), result.err());
  }

  @Test
  void untrainedBundle_readsSoftPrompts() {
    CommandLines.Result result =
        ask(
            "--json",
            "--mode=soft",
            "--ratio=8",
            "--bundle",
            path("bundle"),
            "--max-tokens=5",
            path("a.txt"),
            "Where?");

    assertEquals(0, result.status(), result.err());
    assertTrue(result.out().contains("\"mode\":\"soft\""), result.out());
    assertTrue(result.out().contains("\"ratio\":8"), result.out());
  }

  @Test
  void missingModel_isTold() {
    CommandLines.Result result =
        lines.run("ask", "--encoder", path("none"), path("a.txt"), "Where?");

    assertEquals(1, result.status());
    assertEquals(
        "e2llm: no model %s: neither a file or folder nor one of all-minilm-l6-v2"
            .formatted(path("none")),
        result.err().strip());
  }

  @Test
  void bundleOfAnotherEncoder_isTold() throws IOException {
    Path other = folder.resolve("other");
    Files.createDirectories(other);
    Files.copy(folder.resolve("bundle/adapter.safetensors"), other.resolve("adapter.safetensors"));
    String json = Files.readString(folder.resolve("bundle/adapter.json"));
    Matcher digest = Pattern.compile("[0-9a-f]{64}").matcher(json);
    Files.writeString(other.resolve("adapter.json"), digest.replaceFirst("0".repeat(64)));

    CommandLines.Result result = ask("--bundle", other.toString(), path("a.txt"), "Where?");

    assertEquals(1, result.status());
    assertTrue(result.err().contains("the bundle was made for another encoder"), result.err());
    assertEquals(1, result.err().lines().count());
  }

  @Test
  void up_servesUntilStopped() throws Exception {
    try (CommandLines.Running up = up("--set", "gateway-listen.port=0")) {
      String printed = up.await("ready");
      Matcher gateway = Pattern.compile("gateway listens on (127.0.0.1:\\d+)").matcher(printed);
      assertTrue(gateway.find(), printed);
      assertTrue(printed.contains("metrics on http://127.0.0.1:"), printed);

      CommandLines.Result result =
          lines.run(
              "ask", "--gateway", gateway.group(1), "--max-tokens=3", path("a.txt"), "Where?");

      assertEquals(0, result.status(), result.err());
      Matcher http = Pattern.compile("http on (http://127.0.0.1:\\d+)").matcher(printed);
      assertTrue(http.find(), printed);
      HttpRequest models = HttpRequest.newBuilder(URI.create(http.group(1) + "/v1/models")).build();
      try (HttpClient client = HttpClient.newHttpClient()) {
        String told = client.send(models, BodyHandlers.ofString()).body();
        assertTrue(told.contains("\"object\":\"list\""), told);
      }
    }
  }

  @Test
  void gatewayWithoutTiers_saysThatTheyDoNotAnswer() throws Exception {
    String closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = "127.0.0.1:" + socket.getLocalPort();
    }
    try (CommandLines.Running gateway =
        lines.start(
            "gateway",
            "--listen",
            "127.0.0.1:0",
            "--metrics",
            "off",
            "--http",
            "off",
            "--encoders",
            closed,
            "--decoders",
            closed,
            "--set",
            "limits.tier-patience=100ms")) {
      Matcher at = Pattern.compile("listens on (127.0.0.1:\\d+)").matcher(gateway.await("ready"));
      assertTrue(at.find());

      CommandLines.Result result =
          lines.run("ask", "--gateway", at.group(1), path("a.txt"), "Where?");

      assertEquals(1, result.status());
      assertEquals(1, result.err().lines().count());
      assertTrue(
          result.err().matches("e2llm: no (en|de)coder answers at present\\R"), result.err());
    }
  }

  @Test
  void wrongSettings_areToldTogether() {
    CommandLines.Result result =
        lines.run("decoder", "--set", "limits.max-sequences=0", "--set", "no-such=1");

    assertEquals(2, result.status());
    assertTrue(result.err().contains("max-sequences"), result.err());
    assertTrue(result.err().contains("no-such"), result.err());
    assertEquals(1, result.err().lines().count());
  }

  @Test
  void openAddressWithoutTls_needsInsecure() throws Exception {
    try (CommandLines.Running gateway =
        lines.start("gateway", "--listen", "0.0.0.0:0", "--metrics", "off")) {
      gateway.await("--insecure");

      assertEquals(1, gateway.status());
    }
  }

  private CommandLines.Running up(String... more) {
    String[] head = {
      "up",
      "--encoder",
      path("encoder"),
      "--decoder",
      path("decoder"),
      "--set",
      "encoder-listen.port=0",
      "--set",
      "decoder-listen.port=0",
      "--set",
      "http.listen.port=0",
      "--set",
      "metrics.port=0"
    };
    String[] all = new String[head.length + more.length];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(more, 0, all, head.length, more.length);
    return lines.start(all);
  }
}
