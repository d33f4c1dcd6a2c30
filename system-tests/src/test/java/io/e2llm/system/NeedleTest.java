package io.e2llm.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.ContextMode;
import io.grpc.ManagedChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A fact in a text far beyond the window, asked for as a new user would: no bundle, no mode. */
@Timeout(600)
final class NeedleTest {
  private static final String NEEDLE = "The secret code of the vault is 4721.";
  private static final String QUESTION = "What is the secret code of the vault?";
  private static final int CHARACTERS = 200_000;

  @Test
  void factDeepInsideATextThatDoesNotFit_isFoundByRetrieval(@TempDir Path folder) throws Exception {
    String context = Texts.haystack(Texts.essays(CHARACTERS), 0.62, NEEDLE);
    try (Fleet fleet = Fleet.start(folder, Fleet.realModelsWithoutBundle(), 1)) {
      ManagedChannel channel = fleet.gateway().channel();
      try {
        Answer answer =
            Answer.of(
                channel,
                List.of(
                    Answer.request(ContextMode.CONTEXT_MODE_UNSPECIFIED, 32, context, QUESTION)));
        assertTrue(answer.text().contains("4721"), answer.text());
        assertEquals(ContextMode.CONTEXT_MODE_RETRIEVAL, answer.end().getContextMode());
        assertTrue(answer.end().getUsage().getContextTokens() > 16_384);
        assertTrue(answer.end().getUsage().getPromptTokens() < 1_000);
        assertEquals(0, answer.end().getUsage().getSoftTokens());
      } finally {
        channel.shutdownNow();
      }
    }
  }
}
