package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Role;
import io.grpc.Status;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 170, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AskCommandTest {
  private final Path folder;
  private final FakeGateway gateway;

  AskCommandTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    this.gateway = new FakeGateway();
  }

  @AfterEach
  void stop() {
    gateway.close();
  }

  private CommandLines.Result ask(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "ask";
    all[1] = "--gateway";
    all[2] = gateway.address();
    System.arraycopy(args, 0, all, 3, args.length);
    return new CommandLines(folder.resolve("home")).run(all);
  }

  private String file(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.write(file, content).toString();
  }

  private String file(String name, String content) throws IOException {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void question_isAnswered() throws Exception {
    CommandLines.Result result = ask(file("a.txt", "Gödel 🙂"), "Who?");

    assertEquals("The answer." + System.lineSeparator(), result.out());
    assertEquals(
        "retrieval, 2,431 context tokens, 23 chunks (4 from cache), 0 soft tokens, first token"
            + " after 1.25 s, 30.0 tokens/s; no trained bundle is installed",
        result.err().strip());
    assertEquals(0, result.status());
    assertEquals("Gödel 🙂", gateway.context());
    GenerateRequest first = gateway.requests.getFirst();
    assertEquals(7, first.getContextCodePoints());
    assertEquals("Who?", gateway.requests.getLast().getMessages(0).getContent());
  }

  @Test
  void options_reachTheGateway() throws Exception {
    ask(
        "--mode=soft",
        "--ratio=16",
        "--max-tokens=9",
        "--verbatim-tokens=300",
        "--temperature=0.5",
        "--seed=11",
        "--system=Be brief.",
        file("a.txt", "a"),
        "Who?");

    GenerateRequest first = gateway.requests.getFirst();
    GenerateSettings settings = first.getSettings();
    assertEquals(ContextMode.CONTEXT_MODE_SOFT, settings.getContextMode());
    assertEquals(16, settings.getRatio());
    assertEquals(9, settings.getMaxTokens());
    assertEquals(300, settings.getVerbatimTokens());
    assertEquals(0.5f, settings.getSampling().getTemperature());
    assertEquals(11, settings.getSampling().getSeed());
    assertEquals(Role.ROLE_SYSTEM, first.getMessages(0).getRole());
  }

  @Test
  void json_isOneObject() throws Exception {
    CommandLines.Result result = ask("--json", file("a.txt", "a"), "Who?");

    assertTrue(result.out().startsWith("{\"answer\":\"The answer.\","), result.out());
    assertTrue(result.out().contains("\"mode\":\"retrieval\""), result.out());
    assertTrue(result.out().contains("\"context_tokens\":2431"), result.out());
    assertEquals("", result.err());
  }

  @Test
  void folder_bringsItsTextFilesSorted() throws Exception {
    file("d/b.md", "two ");
    file("d/a/x.txt", "one ");
    file("d/LICENSE", "zero ");
    file("d/c.png", "no");
    file("d/.hidden.md", "no");
    file("d/empty.txt", "");

    ask(folder.resolve("d").toString(), "Who?");

    assertEquals("zero one two ", gateway.context());
  }

  @Test
  void standardInput_isRead() {
    CommandLines.Result result =
        new CommandLines(folder)
            .input("piped".getBytes(StandardCharsets.UTF_8))
            .run("ask", "--gateway", gateway.address(), "-", "Who?");

    assertEquals(0, result.status());
    assertEquals("piped", gateway.context());
    assertEquals(0, gateway.requests.getFirst().getContextCodePoints());
  }

  @Test
  void emptyStandardInput_isRefused() {
    CommandLines.Result result =
        new CommandLines(folder).run("ask", "--gateway", gateway.address(), "-", "Who?");

    assertFailure(result, 1, "standard input: is empty");
  }

  @Test
  void blankStandardInput_isRefused() {
    CommandLines.Result result =
        new CommandLines(folder)
            .input(" \n\t".getBytes(StandardCharsets.UTF_8))
            .run("ask", "--gateway", gateway.address(), "-", "Who?");

    assertFailure(result, 1, "standard input: holds nothing but white space");
  }

  @Test
  void largeFile_arrivesWhole() throws Exception {
    String text = "Zażółć gęślą jaźń 🙂. ".repeat(20_000);

    ask(file("a.txt", text), "Who?");

    assertEquals(text, gateway.context());
    assertTrue(
        gateway.requests.stream().allMatch(request -> request.getSerializedSize() < 1 << 18));
  }

  @Test
  void badInput_isOneLine() throws Exception {
    assertFailure(ask(folder + "/none.txt", "Who?"), 1, folder + "/none.txt: no such file");
    String empty = file("empty.txt", "");
    assertFailure(ask(empty, "Who?"), 1, empty + ": is empty");
    String blank = file("blank.txt", " \n");
    assertFailure(ask(blank, "Who?"), 1, blank + ": holds nothing but white space");
    String binary = file("b.bin", new byte[] {'a', 0, 1});
    assertFailure(ask(binary, "Who?"), 1, binary + ": is a binary file, not UTF-8 text");
    String latin = file("l.txt", new byte[] {'a', 'b', (byte) 0xe4, 'c'});
    assertFailure(ask(latin, "Who?"), 1, latin + ": is not UTF-8 text (byte 0xe4 at offset 2)");
    String cut = file("c.txt", new byte[] {'a', (byte) 0xc3});
    assertFailure(ask(cut, "Who?"), 1, cut + ": is not UTF-8 text (byte 0xc3 at offset 1)");
    Files.createDirectories(folder.resolve("none"));
    assertFailure(
        ask(folder + "/none", "Who?"), 1, folder + "/none: holds no text or Markdown file");
    assertEquals(List.of(), gateway.requests);
  }

  @Test
  void wrongUse_isStatusTwo() throws Exception {
    String file = file("a.txt", "a");
    assertFailure(ask(file, " "), 2, "the question is empty");
    assertFailure(ask(file), 2, "ask wants FILE... and then a question");
    assertFailure(ask("--temperature=-1", file, "Who?"), 2, "--temperature is not within 0 to 10");
    assertFailure(ask("--max-tokens=0", file, "Who?"), 2, "--max-tokens is less than 1");
    assertEquals(2, ask("--mode=guess", file, "Who?").status());
    assertEquals(2, ask("--no-such", file, "Who?").status());
    assertFailure(
        ask("--bundle=x", file, "Who?"),
        2,
        "--gateway goes with none of --encoder, --decoder and --bundle");
  }

  @Test
  void unreachableGateway_isTold() throws Exception {
    String file = file("a.txt", "a");
    String address;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      address = "127.0.0.1:" + socket.getLocalPort();
    }

    CommandLines.Result result =
        new CommandLines(folder).run("ask", "--gateway", address, file, "Who?");

    assertFailure(result, 1, "the gateway at " + address + " does not answer");
  }

  @Test
  void pipe_isReadOnce() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    Thread writer =
        Thread.startVirtualThread(() -> assertDoesNotThrow(() -> Files.writeString(pipe, "piped")));

    CommandLines.Result result = ask(pipe.toString(), "Who?");

    writer.join();
    assertEquals(0, result.status(), result.err());
    assertEquals("piped", gateway.context());
  }

  @Test
  void refusalWhileStandardInputIsSilent_isTold() throws Exception {
    gateway.refusal = Status.INVALID_ARGUMENT.withDescription("the ratio is none of the bundle's");
    gateway.refusesAtOnce = true;
    try (PipedInputStream silent = new PipedInputStream();
        PipedOutputStream end = new PipedOutputStream(silent)) {
      CommandLines.Result result =
          new CommandLines(folder)
              .input(silent)
              .run("ask", "--gateway", gateway.address(), "-", "Who?");

      assertFailure(result, 1, "the ratio is none of the bundle's");
      end.flush();
    }
  }

  @Test
  void refusal_isTold() throws Exception {
    gateway.refusal = Status.INVALID_ARGUMENT.withDescription("the context does not fit");

    assertFailure(ask(file("a.txt", "a"), "Who?"), 1, "the context does not fit");
  }

  @Test
  void refusalWhileTheContextIsSent_isTold() throws Exception {
    gateway.refusal = Status.RESOURCE_EXHAUSTED.withDescription("too many requests");
    String file = file("a.txt", "Many words. ".repeat(100_000));

    for (int i = 0; i < 20; i++) {
      assertFailure(ask(file, "Who?"), 1, "too many requests");
    }
  }

  private static void assertFailure(CommandLines.Result result, int status, String message) {
    assertEquals("e2llm: " + message, result.err().strip());
    assertEquals("", result.out());
    assertEquals(status, result.status());
  }
}
