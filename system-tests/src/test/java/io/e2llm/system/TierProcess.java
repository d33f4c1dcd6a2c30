package io.e2llm.system;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One tier as a process of its own on loopback, started the way a fleet starts it. */
final class TierProcess implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);

  private final Process process;
  private final Path log;
  private final int port;

  private TierProcess(Process process, Path log, int port) {
    this.process = process;
    this.log = log;
    this.port = port;
  }

  /** Starts {@code e2llm TIER --listen 127.0.0.1:PORT ARGUMENTS…}. Does not wait for it. */
  static TierProcess start(Path folder, String tier, String... arguments) throws IOException {
    int port = freePort();
    List<String> all = new ArrayList<>();
    all.addAll(List.of(tier, "--listen", "127.0.0.1:" + port));
    all.addAll(List.of("--metrics", "127.0.0.1:" + freePort()));
    if (tier.equals("gateway")) {
      all.addAll(List.of("--http", "off", "--set", "documents.enabled=false"));
    }
    all.addAll(List.of(arguments));
    return start(folder, port, all);
  }

  /** Starts {@code e2llm up}, all tiers in one process, on free ports. Does not wait for it. */
  static TierProcess startAll(Path folder, Fleet.Models models) throws IOException {
    int port = freePort();
    List<String> all = new ArrayList<>();
    all.addAll(List.of("up", "--set", "gateway-listen.port=" + port));
    for (String part : List.of("encoder-listen", "decoder-listen", "http.listen", "metrics")) {
      all.addAll(List.of("--set", part + ".port=0"));
    }
    all.addAll(List.of("--set", "documents.enabled=false"));
    all.addAll(List.of("--encoder", models.encoder().toString()));
    all.addAll(List.of("--decoder", models.decoder().toString()));
    models.bundle().ifPresent(bundle -> all.addAll(List.of("--bundle", bundle.toString())));
    return start(folder, port, all);
  }

  private static TierProcess start(Path folder, int port, List<String> arguments)
      throws IOException {
    String tier = arguments.getFirst();
    Path log = Files.createTempFile(folder, tier, ".log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx768m",
            "-XX:MaxDirectMemorySize=2g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.e2llm.cli.Main"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    // None outlives the tests, not even when they are ended for taking too long.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new TierProcess(process, log, port);
  }

  /** Where it listens. */
  String address() {
    return "127.0.0.1:" + port;
  }

  /** The port it listens on. */
  int port() {
    return port;
  }

  /** Waits until its health service answers SERVING; this same process, or the test fails. */
  TierProcess awaitServing() throws InterruptedException, IOException {
    ManagedChannel channel = channel();
    try {
      Iterator<HealthCheckResponse> health =
          HealthGrpc.newBlockingStub(channel)
              .withWaitForReady()
              .withDeadlineAfter(START_LIMIT.toSeconds(), TimeUnit.SECONDS)
              .watch(HealthCheckRequest.getDefaultInstance());
      while (health.next().getStatus() != ServingStatus.SERVING) {
        // waits for the next change
      }
    } catch (StatusRuntimeException e) {
      throw new IOException("tier did not serve in time: " + Files.readString(log), e);
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(5, TimeUnit.SECONDS);
    }
    if (!process.isAlive()) {
      throw new IOException("tier exited: " + Files.readString(log));
    }
    return this;
  }

  /** A plaintext channel to it; the caller shuts it down. */
  ManagedChannel channel() {
    return Grpc.newChannelBuilder(address(), InsecureChannelCredentials.create()).build();
  }

  /** Kills it without a word, as a crash would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to stop, with SIGTERM. Does not wait. */
  void askToStop() {
    process.destroy();
  }

  /** Whether it runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end and returns its exit status. */
  int awaitExit() throws InterruptedException, IOException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IOException("tier did not stop: " + Files.readString(log));
    }
    return process.exitValue();
  }

  /** What it printed. */
  String output() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
