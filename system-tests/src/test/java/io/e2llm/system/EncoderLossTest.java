package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fleet of processes: two encoders, one decoder, one gateway; one encoder dies mid-request. */
@Timeout(600)
final class EncoderLossTest {
  private static final int CONTEXT_CHARACTERS = 1_000_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  Path folder;

  @Test
  void encoderKilledMidRequest_answerEqualsTheUndisturbedOne() throws Exception {
    Fleet.Models models = Fleet.tinyModels(folder);
    String context = Texts.filler(11, CONTEXT_CHARACTERS);
    List<GenerateRequest> requests =
        List.of(Answer.request(ContextMode.CONTEXT_MODE_SOFT, 24, context, "What did it say?"));

    Answer undisturbed;
    try (Fleet fleet = Fleet.start(folder, models, 2)) {
      undisturbed = ask(fleet, requests, progress -> {});
    }
    assertEquals(24, undisturbed.end().getUsage().getCompletionTokens());
    assertTrue(undisturbed.end().getUsage().getSoftTokens() > 0);

    AtomicBoolean killedMidway = new AtomicBoolean();
    Answer disturbed;
    try (Fleet fleet = Fleet.start(folder, models, 2)) {
      disturbed =
          ask(
              fleet,
              requests,
              progress -> {
                boolean midway =
                    progress.getChunksDone() > 0
                        && progress.getChunksDone() < progress.getChunksTotal();
                if (midway && killedMidway.compareAndSet(false, true)) {
                  fleet.encoders().get(0).kill();
                }
              });
      assertTrue(fleet.encoders().get(1).awaitServing() != null);
    }

    assertTrue(killedMidway.get(), "no progress event came while chunks were under way");
    assertEquals(undisturbed.ids(), disturbed.ids());
    assertEquals(undisturbed.text(), disturbed.text());
    assertEquals(
        undisturbed.end().getUsage().getSoftTokens(), disturbed.end().getUsage().getSoftTokens());
    assertFalse(disturbed.progress().isEmpty());
  }

  private static Answer ask(
      Fleet fleet, List<GenerateRequest> requests, Answer.OnProgress onProgress) throws Exception {
    ManagedChannel channel = fleet.gateway().channel();
    try {
      return Answer.of(channel, requests, onProgress);
    } finally {
      channel.shutdownNow();
    }
  }
}
