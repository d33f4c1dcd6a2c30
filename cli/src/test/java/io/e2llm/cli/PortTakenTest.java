package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A taken port is told before anything is fetched or loaded: each command here names models that do
 * not exist, which nobody may notice.
 */
class PortTakenTest {
  private final ServerSocket socket;
  private final int taken;
  private final CommandLines lines;

  PortTakenTest(@TempDir Path folder) throws IOException {
    socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    taken = socket.getLocalPort();
    lines = new CommandLines(folder);
  }

  @AfterEach
  void free() throws IOException {
    socket.close();
  }

  private void assertTold(CommandLines.Result result, String user) {
    assertEquals(
        "e2llm: port %d on 127.0.0.1 (%s) is taken".formatted(taken, user), result.err().strip());
    assertEquals("", result.out());
    assertEquals(1, result.status());
  }

  @ParameterizedTest
  @CsvSource({"encoder,--model=no-such", "decoder,--model=no-such", "gateway,--http=off"})
  void tier(String tier, String option) {
    String listen = "127.0.0.1:" + taken;
    assertTold(lines.run(tier, "--listen", listen, "--metrics=off", option), tier);
    assertTold(lines.run(tier, "--listen=127.0.0.1:0", "--metrics", listen, option), "metrics");
  }

  @Test
  void httpPortOfTheGateway() {
    String http = "127.0.0.1:" + taken;
    assertTold(
        lines.run("gateway", "--listen=127.0.0.1:0", "--metrics=off", "--http", http), "http");
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "encoder", "decoder"})
  void portOfOneOfAllTiers(String tier) {
    assertTold(up(tier + "-listen.port=" + taken), tier);
  }

  @Test
  void metricsPortOfAllTiers() {
    assertTold(up("metrics.port=" + taken), "metrics");
  }

  @Test
  void httpPortOfAllTiers() {
    assertTold(up("http.listen.port=" + taken), "http");
  }

  @Test
  void samePortTwice() throws IOException {
    socket.close();
    CommandLines.Result result = up("gateway-listen.port=" + taken, "decoder-listen.port=" + taken);
    assertTold(result, "decoder");
  }

  @Test
  void addressOfAnotherMachine() {
    CommandLines.Result result =
        lines.run("encoder", "--listen", "192.0.2.1:7071", "--insecure", "--model", "no-such");

    assertEquals(
        "e2llm: port 7071 on 192.0.2.1 (encoder) cannot be bound: that is no address of this"
            + " machine",
        result.err().strip());
    assertEquals(1, result.status());
  }

  @Test
  void openAddressWithoutTls() {
    CommandLines.Result result =
        lines.run("decoder", "--listen", "0.0.0.0:0", "--metrics=off", "--model", "no-such");

    assertEquals(
        "e2llm: listening on 0.0.0.0 needs TLS and authentication (a token or a client authority),"
            + " or --insecure",
        result.err().strip());
    assertEquals(1, result.status());
  }

  private CommandLines.Result up(String... settings) {
    List<String> all =
        new ArrayList<>(List.of("up", "--encoder", "no-such", "--decoder", "no-such"));
    for (String part :
        List.of("gateway-listen", "http.listen", "encoder-listen", "decoder-listen", "metrics")) {
      all.addAll(List.of("--set", part + ".port=0"));
    }
    for (String setting : settings) {
      all.addAll(List.of("--set", setting));
    }
    return lines.run(all.toArray(String[]::new));
  }
}
