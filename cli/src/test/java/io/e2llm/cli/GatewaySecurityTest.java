package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.server.Certificates;
import io.e2llm.common.server.ListenSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions to gateways that want TLS, a token, a certificate, and to one that wants nothing. */
@TestInstance(Lifecycle.PER_CLASS)
class GatewaySecurityTest {
  private static final String TOKEN = "a-token";

  private final Path folder;
  private final FakeGateway open = new FakeGateway(ListenSettings.loopback(0));
  private FakeGateway closed = open;
  private FakeGateway mutual = open;

  GatewaySecurityTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  void start() throws Exception {
    Certificates.Pair server = Certificates.selfSigned(folder, "server");
    Certificates.Pair client = Certificates.selfSigned(folder, "client");
    Map<String, String> tls = new HashMap<>();
    tls.put("certificate", server.certificate().toString());
    tls.put("private-key", server.key().toString());
    tls.put("tokens", TOKEN);
    closed = new FakeGateway(settings(tls));
    tls.put("client-ca", client.certificate().toString());
    mutual = new FakeGateway(settings(tls));
    Files.writeString(folder.resolve("text"), "text");
    Files.writeString(folder.resolve("token"), TOKEN + "\n");
    Files.writeString(folder.resolve("wrong-token"), "another");
    Files.writeString(folder.resolve("no-token"), "\n");
  }

  @AfterAll
  void stop() {
    open.close();
    closed.close();
    mutual.close();
  }

  private static ListenSettings settings(Map<String, String> settings) {
    return ConfigLoader.load(ListenSettings.class, ConfigInput.of(settings));
  }

  /** Asks; {@code %} stands for the test's folder. */
  private CommandLines.Result ask(CommandLines lines, String gateway, String options) {
    String line = "ask --gateway %s %s ".formatted(gateway, options).replace("%", folder + "/");
    String[] words = line.strip().split(" +", -1);
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = folder.resolve("text").toString();
    all[words.length + 1] = "Who?";
    return lines.run(all);
  }

  private CommandLines.Result ask(String gateway, String options) {
    return ask(new CommandLines(folder), gateway, options);
  }

  private static void assertTold(CommandLines.Result result, int status, String message) {
    assertEquals("e2llm: " + message, result.err().strip());
    assertEquals(status, result.status());
  }

  @Test
  void authorityAndTokenFile_areAnswered() {
    CommandLines.Result result = ask(closed.address(), "--ca=%server.pem --token-file=%token");

    assertEquals(0, result.status(), result.err());
    assertEquals("The answer." + System.lineSeparator(), result.out());
  }

  @Test
  void tokenOfTheEnvironment_isAnswered() {
    CommandLines lines = new CommandLines(folder).with("E2LLM_TOKEN", TOKEN);

    assertEquals(0, ask(lines, closed.address(), "--tls --ca=%server.pem").status());
    assertEquals(0, ask(lines, open.address(), "").status());
  }

  @Test
  void certificateOfTheCaller_isAnswered() {
    CommandLines.Result result =
        ask(
            mutual.address(),
            "--ca=%server.pem --certificate=%client.pem --private-key=%client.key"
                + " --token-file=%token");

    assertEquals(0, result.status(), result.err());
  }

  @Test
  void unknownOrNoToken_isTold() {
    String message = "the gateway wants a token it knows: --token-file or E2LLM_TOKEN";
    assertTold(ask(closed.address(), "--ca=%server.pem --token-file=%wrong-token"), 1, message);
    assertTold(ask(closed.address(), "--ca=%server.pem"), 1, message);
  }

  @Test
  void tlsThatDoesNotMatch_isTold() {
    assertTold(
        ask(closed.address(), ""),
        1,
        "the gateway at " + closed.address() + " ends the connection: does it want --tls?");
    assertTold(
        ask(open.address(), "--tls"),
        1,
        "the gateway at " + open.address() + " does not speak TLS");
    assertTold(
        ask(closed.address(), "--tls"),
        1,
        "the gateway at "
            + closed.address()
            + " shows a certificate of an authority that is not trusted: name it with --ca");
    assertTold(
        ask(mutual.address(), "--ca=%server.pem --token-file=%token"),
        1,
        "the gateway at "
            + mutual.address()
            + " wants another certificate: --certificate and --private-key");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--ca=%none.pem | the authority, certificate or private key for the gateway cannot be read",
        "--ca=%text | the authority, certificate or private key for the gateway cannot be read",
        "--token-file=%no-token | the token is empty or holds characters that no token has"
      })
  void unusableFiles_areTold(String options, String message) throws IOException {
    assertTold(ask(closed.address(), options), 1, message);
  }

  @Test
  void missingTokenFile_isTold() {
    assertTold(
        ask(closed.address(), "--token-file=%none"),
        1,
        folder.resolve("none") + ": the token cannot be read");
  }

  @Test
  void optionsThatDoNotGoTogether_areWrongUse() {
    assertEquals(2, ask(closed.address(), "--certificate=%client.pem").status());
    String text = folder.resolve("text").toString();
    assertTold(
        new CommandLines(folder).run("ask", "--tls", text, "Who?"),
        2,
        "--tls, --ca, --certificate, --private-key and --token-file go with --gateway");
  }

  @Test
  void tokenInPlainTextAcrossTheNetwork_isRefused() {
    assertTold(
        ask("192.0.2.1:7070", "--token-file=%token"),
        2,
        "the token would cross the network in plain text: add --tls");
  }
}
