package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.Usage;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Five megabytes of context, in pieces, through tiny models. */
@Timeout(600)
final class LongContextTest {
  private static final int CHARACTERS = 5_000_000;
  private static final int PIECE = 60_000;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it
  Path folder;

  @Test
  void fiveMegabytesInSoftMode_ratioAndDroppedChunksAreReported() throws Exception {
    String text = Texts.filler(21, CHARACTERS);
    try (Fleet fleet = Fleet.start(folder, Fleet.tinyModels(folder), 1)) {
      ManagedChannel channel = fleet.gateway().channel();
      try {
        Answer answer = Answer.of(channel, pieces(text));
        Usage usage = answer.end().getUsage();
        assertEquals(32, usage.getRatio());
        assertTrue(usage.getDroppedChunks() > 0);
        assertTrue(usage.getDroppedChunks() < usage.getChunks());
        assertTrue(usage.getSoftTokens() > 0);
        assertTrue(usage.getSoftTokens() < 2_048, "more soft tokens than the window");
        assertEquals(8, usage.getCompletionTokens());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static List<GenerateRequest> pieces(String text) {
    GenerateRequest whole =
        Answer.request(ContextMode.CONTEXT_MODE_SOFT, 8, "", "What did it say?");
    List<GenerateRequest> requests = new ArrayList<>();
    requests.add(
        GenerateRequest.newBuilder()
            .setSettings(whole.getSettings())
            .setContextCodePoints(text.length())
            .build());
    for (int begin = 0; begin < text.length(); begin += PIECE) {
      requests.add(
          GenerateRequest.newBuilder()
              .addContext(
                  ContextPiece.newBuilder()
                      .setDocument("document")
                      .setText(text.substring(begin, Math.min(begin + PIECE, text.length()))))
              .build());
    }
    requests.add(GenerateRequest.newBuilder().addAllMessages(whole.getMessagesList()).build());
    return requests;
  }
}
