package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class RatioTest {
  private static final int WINDOW = 800;

  private static Usage usage(Fleet fleet, GenerateRequest request) {
    Usage usage = Asked.ask(fleet, request).end().getUsage();
    FakeDecoder.Heard heard = fleet.decoder().heard.getLast();
    assertEquals(heard.softTokens(), usage.getSoftTokens());
    assertTrue(
        heard.softTokens() + heard.promptTokens() + 32 <= WINDOW,
        () -> heard.softTokens() + " + " + heard.promptTokens());
    assertEquals(usage.getChunks() - usage.getDroppedChunks(), heard.softPrompts().size());
    return usage;
  }

  @Test
  void shortContext_staysAtTheLowestRatio() {
    try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
      String context = ContextModesTest.haystack(30, 3);
      Usage usage = usage(fleet, Asked.request(ContextMode.CONTEXT_MODE_SOFT, context, "Which?"));
      assertEquals(4, usage.getRatio());
      assertEquals(0, fleet.decoder().resets.get());
    }
  }

  @Test
  void outgrownRatio_risesAndSoftPromptsStartAgain() {
    try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
      String context = ContextModesTest.haystack(160, 3);
      Usage usage = usage(fleet, Asked.request(ContextMode.CONTEXT_MODE_SOFT, context, "Which?"));
      assertEquals(8, usage.getRatio());
      assertEquals(0, usage.getDroppedChunks());
    }
  }

  @Test
  void announcedLength_choosesTheRatioAtOnce() {
    try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
      String context = ContextModesTest.haystack(160, 3);
      Usage usage =
          usage(
              fleet,
              Asked.request(ContextMode.CONTEXT_MODE_SOFT, context, "Which?").toBuilder()
                  .setContextCodePoints(4L * 4000)
                  .build());
      assertEquals(8, usage.getRatio());
      assertTrue(fleet.encoder().heard.stream().allMatch(chunk -> chunk.getRatio() == 8));
      assertEquals(0, fleet.decoder().resets.get());
    }
  }

  @Test
  void moreSoftTokensThanTheRatioAllows_areRefused() {
    try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
      fleet.encoder().surplusRows = chunk -> 1;
      refusesSurplus(fleet, ContextModesTest.haystack(30, 3));
    }
  }

  @Test
  void moreSoftTokensThanTheRatioAllows_areRefusedAmongTheChosenToo() {
    try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
      FakeEncoder encoder = fleet.encoder();
      encoder.surplusRows =
          chunk ->
              encoder.heard.stream()
                      .anyMatch(h -> h.getRatio() == 0 && h.getText().equals(chunk.getText()))
                  ? 1
                  : 0;
      refusesSurplus(fleet, ContextModesTest.haystack(800, 500));
    }
  }

  private static void refusesSurplus(Fleet fleet, String context) {
    Asked asked =
        Asked.ask(
            fleet,
            Asked.request(ContextMode.CONTEXT_MODE_SOFT, context, ContextModesTest.QUESTION));
    assertEquals(Reason.INTERNAL, asked.reason());
    String told = String.valueOf(asked.failure);
    assertTrue(told.contains("soft tokens where the ratio allows"), told);
    assertTrue(fleet.decoder().heard.isEmpty(), "a prompt was sent");
  }

  @Test
  void clientsRatio_isWhereItStarts() {
    try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
      GenerateRequest request =
          Asked.request(ContextMode.CONTEXT_MODE_SOFT, "A fact. ".repeat(30), "Which?");
      GenerateSettings settings = request.getSettings().toBuilder().setRatio(16).build();
      assertEquals(16, usage(fleet, request.toBuilder().setSettings(settings).build()).getRatio());
      GenerateSettings unknown = settings.toBuilder().setRatio(5).build();
      assertEquals(
          Reason.RATIO_UNSUPPORTED,
          Asked.ask(fleet, request.toBuilder().setSettings(unknown).build()).reason());
    }
  }

  @Test
  void moreThanTheHighestRatioHolds_dropsTheLeastRelevant() {
    for (ContextMode mode :
        new ContextMode[] {ContextMode.CONTEXT_MODE_SOFT, ContextMode.CONTEXT_MODE_HYBRID}) {
      try (Fleet fleet = Fleet.of("b", true, WINDOW)) {
        String context = ContextModesTest.haystack(800, 500);
        Usage usage = usage(fleet, Asked.request(mode, context, ContextModesTest.QUESTION));
        assertEquals(16, usage.getRatio());
        assertTrue(usage.getDroppedChunks() > 0);
        int free = WINDOW - 32 - fleet.decoder().heard.getLast().promptTokens();
        assertTrue(
            mode == ContextMode.CONTEXT_MODE_HYBRID || usage.getSoftTokens() > free - 5,
            "the window is used");
        Chunk needle =
            fleet.encoder().heard.stream()
                .filter(chunk -> chunk.getText().contains("Kathmandu is"))
                .filter(chunk -> chunk.getRatio() == 16)
                .findFirst()
                .orElseThrow();
        float mark = needle.getText().hashCode() % 1000;
        assertTrue(
            fleet.decoder().heard.getLast().softPrompts().values().stream()
                .map(
                    tensor -> io.e2llm.common.tensor.TensorCodec.decode(tensor, 4, 100).values()[0])
                .anyMatch(value -> value == mark),
            "the relevant chunk's soft prompt is missing");
        assertFalse(
            fleet.encoder().heard.stream().allMatch(chunk -> chunk.getRatio() > 0),
            "the rest is wanted as embeddings only");
      }
    }
  }
}
