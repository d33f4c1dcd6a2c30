package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that gets SIGTERM with answers under way: it says so, takes no new ones, lets those
 * end, and goes. Two answers run each time: one writes its tokens, the other has its chunks encoded
 * and its question still to come, so that the process surely has a call to wait for.
 */
@Timeout(240)
final class DrainTest {
  private static final int SIGTERM_STATUS = 128 + 15;
  private static final int MANY_TOKENS = 400;
  private static final String QUESTION = "What did it say?";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  Path folder;

  @Test
  void gateway_letsRunningAnswersEnd_takesNoNewOnes_andGoes() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Fleet.tinyModels(folder), 1)) {
      drain(fleet.gateway(), fleet.gateway(), DrainTest::assertRefused);
    }
  }

  @Test
  void decoder_letsRunningGenerationsEnd_andGoes() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Fleet.tinyModels(folder), 1)) {
      drain(fleet.gateway(), fleet.decoder(), channel -> {});
    }
  }

  @Test
  void encoder_itsChunksAreAnswered_laterOnesGoToTheOther() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Fleet.tinyModels(folder), 2)) {
      drain(fleet.gateway(), fleet.encoders().get(0), channel -> {});
      fleet.encoders().get(1).awaitServing();
    }
  }

  @Test
  void allTiersInOneProcess_letRunningAnswersEnd() throws Exception {
    try (TierProcess up = TierProcess.startAll(folder, Fleet.tinyModels(folder))) {
      up.awaitServing();
      drain(up, up, DrainTest::assertRefused);
    }
  }

  @Test
  void drainTimeoutOver_callsAreCancelled_andTheProcessGoes() throws Exception {
    try (Fleet fleet = Fleet.start(folder, Fleet.tinyModels(folder), 1);
        TierProcess gateway =
            TierProcess.start(
                folder,
                "gateway",
                "--encoders",
                fleet.encoders().getFirst().address(),
                "--decoders",
                fleet.decoder().address(),
                "--set",
                "listen.drain-timeout=100ms")) {
      gateway.awaitServing();
      ManagedChannel channel = gateway.channel();
      try (HealthWatch health = new HealthWatch(gateway)) {
        health.await(ServingStatus.SERVING);
        OpenAnswer endless = new OpenAnswer(channel);
        gateway.askToStop();
        assertEquals(SIGTERM_STATUS, gateway.awaitExit());
        StatusException failure = assertThrows(StatusException.class, endless::awaitToken);
        assertEquals(Status.Code.UNAVAILABLE, failure.getStatus().getCode());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private interface WhileDraining {
    void check(ManagedChannel gateway) throws Exception;
  }

  private static void drain(TierProcess gateway, TierProcess stopped, WhileDraining meanwhile)
      throws Exception {
    ManagedChannel channel = gateway.channel();
    try (HealthWatch health = new HealthWatch(stopped)) {
      Answer writing = Answer.of(channel, writing());
      Answer waiting = Answer.of(channel, waiting());
      assertEquals(MANY_TOKENS, writing.end().getUsage().getCompletionTokens());
      assertTrue(waiting.end().getUsage().getSoftTokens() > 0);
      health.await(ServingStatus.SERVING);

      OpenAnswer waits = new OpenAnswer(channel);
      waits.send(waiting().subList(0, 2));
      waits.awaitChunks();
      OpenAnswer writes = new OpenAnswer(channel);
      writes.send(writing());
      writes.sent();
      writes.awaitToken();
      stopped.askToStop();
      health.await(ServingStatus.NOT_SERVING);
      meanwhile.check(channel);
      assertTrue(stopped.isAlive());

      Answer written = writes.finish();
      waits.send(waiting().subList(2, 4));
      waits.sent();
      Answer waited = waits.finish();

      assertEquals(writing.ids(), written.ids());
      assertEquals(writing.text(), written.text());
      assertEquals(waiting.ids(), waited.ids());
      assertEquals(
          waiting.end().getUsage().getSoftTokens(), waited.end().getUsage().getSoftTokens());
    } finally {
      channel.shutdownNow();
    }
    assertEquals(SIGTERM_STATUS, stopped.awaitExit(), stopped.output());
    assertFree(stopped.port());
    assertQuiet(stopped);
  }

  private static void assertRefused(ManagedChannel gateway) {
    StatusException refusal =
        assertThrows(StatusException.class, () -> Answer.of(gateway, waiting()));
    assertEquals(Status.Code.UNAVAILABLE, refusal.getStatus().getCode());
    assertEquals(Optional.of(Reason.DRAINING), StatusMapping.reason(refusal));
  }

  private static void assertFree(int port) throws Exception {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertEquals(port, socket.getLocalPort());
    }
  }

  /** It said where it listens and nothing else: no warning, no trace. */
  private static void assertQuiet(TierProcess process) throws Exception {
    String printed = process.output();
    assertTrue(printed.lines().noneMatch(line -> line.startsWith("e2llm: ")), printed);
  }

  /** Everything in one message, and many tokens to write. */
  private static List<GenerateRequest> writing() {
    return List.of(
        Answer.request(
            ContextMode.CONTEXT_MODE_SOFT, MANY_TOKENS, Texts.filler(31, 4_000), QUESTION));
  }

  /**
   * Settings, context, more context, and the question. The announced length settles the ratio, so
   * that the first chunk encoded begins the generation.
   */
  private static List<GenerateRequest> waiting() {
    GenerateRequest first =
        Answer.request(ContextMode.CONTEXT_MODE_SOFT, 12, Texts.filler(32, 20_000), QUESTION);
    GenerateRequest second =
        Answer.request(ContextMode.CONTEXT_MODE_SOFT, 12, Texts.filler(33, 4_000), QUESTION);
    return List.of(
        GenerateRequest.newBuilder()
            .setSettings(first.getSettings())
            .setContextCodePoints(first.getContextCodePoints() + second.getContextCodePoints())
            .build(),
        GenerateRequest.newBuilder().addAllContext(first.getContextList()).build(),
        GenerateRequest.newBuilder().addAllContext(second.getContextList()).build(),
        GenerateRequest.newBuilder().addAllMessages(first.getMessagesList()).build());
  }
}
