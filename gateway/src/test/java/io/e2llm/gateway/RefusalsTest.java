package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.gateway.v1.ChatMessage;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Sampling;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class RefusalsTest {
  private static final List<ContextMode> MODES =
      List.of(
          ContextMode.CONTEXT_MODE_SOFT,
          ContextMode.CONTEXT_MODE_HYBRID,
          ContextMode.CONTEXT_MODE_RETRIEVAL,
          ContextMode.CONTEXT_MODE_TEXT);

  private static ContextPiece piece(String text) {
    return ContextPiece.newBuilder().setDocument("doc").setText(text).build();
  }

  private static GenerateRequest with(GenerateSettings.Builder settings) {
    return GenerateRequest.newBuilder()
        .setSettings(settings)
        .addMessages(Asked.user("Who?"))
        .build();
  }

  private static void refused(Reason reason, Fleet fleet, GenerateRequest... messages) {
    assertEquals(reason, Asked.ask(fleet, messages).reason());
  }

  @Test
  void emptyQuestion_isRefusedInEveryMode() {
    try (Fleet fleet = Fleet.of("b", true, 2048)) {
      for (ContextMode mode : MODES) {
        refused(Reason.EMPTY_QUESTION, fleet, Asked.request(mode, "A fact.", " \n"));
      }
      refused(
          Reason.EMPTY_QUESTION,
          fleet,
          GenerateRequest.newBuilder().addContext(piece("x")).build());
      refused(Reason.EMPTY_QUESTION, fleet, GenerateRequest.getDefaultInstance());
      refused(Reason.INVALID_REQUEST, fleet);
    }
  }

  @Test
  void messagesOutOfOrder_areRefused() {
    try (Fleet fleet = Fleet.of("", false, 2048)) {
      GenerateRequest question =
          GenerateRequest.newBuilder().addMessages(Asked.user("Who?")).build();
      GenerateRequest context = GenerateRequest.newBuilder().addContext(piece("x")).build();
      GenerateRequest system =
          GenerateRequest.newBuilder().addMessages(Asked.system("Be kind.")).build();
      GenerateRequest assistant =
          GenerateRequest.newBuilder().addMessages(Asked.assistant("I.")).build();
      GenerateRequest settings = with(GenerateSettings.newBuilder());
      refused(Reason.INVALID_REQUEST, fleet, question, context);
      refused(Reason.INVALID_REQUEST, fleet, context, system, question);
      refused(Reason.INVALID_REQUEST, fleet, question, system);
      refused(Reason.INVALID_REQUEST, fleet, assistant, question);
      refused(Reason.INVALID_REQUEST, fleet, question, assistant);
      refused(Reason.INVALID_REQUEST, fleet, context, settings);
      refused(
          Reason.INVALID_REQUEST,
          fleet,
          context,
          GenerateRequest.newBuilder().setContextCodePoints(5).build());
      refused(
          Reason.INVALID_REQUEST,
          fleet,
          GenerateRequest.newBuilder().addMessages(ChatMessage.getDefaultInstance()).build());
      Asked.ask(fleet, system, context, question).end();
    }
  }

  @Test
  void settingsOutOfRange_areRefused() {
    try (Fleet fleet = Fleet.of("", false, 2048)) {
      for (Sampling sampling :
          List.of(
              Sampling.newBuilder().setTemperature(-1).build(),
              Sampling.newBuilder().setTemperature(Float.NaN).build(),
              Sampling.newBuilder().setTopP(1.5f).build(),
              Sampling.newBuilder().setMinP(1).build(),
              Sampling.newBuilder().setPresencePenalty(3).build(),
              Sampling.newBuilder().putLogitBias(3, 101).build())) {
        refused(
            Reason.INVALID_REQUEST,
            fleet,
            with(GenerateSettings.newBuilder().setSampling(sampling)));
      }
      refused(Reason.INVALID_REQUEST, fleet, with(GenerateSettings.newBuilder().addStop("")));
      refused(
          Reason.INVALID_REQUEST,
          fleet,
          with(GenerateSettings.newBuilder().addStop("x".repeat(257))));
      refused(
          Reason.INVALID_REQUEST,
          fleet,
          with(GenerateSettings.newBuilder().setMaxTokens(1).addGeneratedIds(5)));
      refused(
          Reason.INVALID_REQUEST,
          fleet,
          with(GenerateSettings.newBuilder().setContextModeValue(99)));
    }
  }

  @Test
  void promptOverTheWindow_isRefusedInEveryMode() {
    try (Fleet fleet = Fleet.of("b", true, 600)) {
      for (ContextMode mode : MODES) {
        refused(Reason.PROMPT_TOO_LONG, fleet, Asked.request(mode, "A fact.", "Why? ".repeat(200)));
      }
      refused(Reason.PROMPT_TOO_LONG, fleet, with(GenerateSettings.newBuilder().setMaxTokens(601)));
    }
  }

  @Test
  void contextOverTheWindow_isRefusedAsText() {
    try (Fleet fleet = Fleet.of("b", true, 600)) {
      refused(
          Reason.CONTEXT_TOO_LONG,
          fleet,
          Asked.request(ContextMode.CONTEXT_MODE_TEXT, "A fact. ".repeat(100), "Why?"));
      refused(
          Reason.CONTEXT_TOO_LONG,
          fleet,
          Asked.request(ContextMode.CONTEXT_MODE_TEXT, "A fact. ".repeat(10_000), "Why?"));
    }
  }

  @Test
  void contextOverTheLimits_isRefused() {
    try (Fleet fleet = Fleet.of("", false, 600, "max-context-code-points=1000", "max-chunks=4")) {
      GenerateRequest.Builder request =
          Asked.request(ContextMode.CONTEXT_MODE_RETRIEVAL, "A fact.", "Why?").toBuilder();
      refused(
          Reason.CONTEXT_TOO_LONG,
          fleet,
          request.clone().addContext(piece("x".repeat(1000))).build());
      refused(Reason.CONTEXT_TOO_LONG, fleet, request.clone().setContextCodePoints(1001).build());
      refused(
          Reason.LIMIT_EXCEEDED,
          fleet,
          request.clone().addContext(piece("A b. ".repeat(150))).build());
    }
  }

  @Test
  void softPromptsWithoutOneBundle_areRefused() {
    GenerateRequest soft = Asked.request(ContextMode.CONTEXT_MODE_SOFT, "A fact.", "Why?");
    try (Fleet fleet = Fleet.of("", false, 600)) {
      refused(Reason.NO_BUNDLE, fleet, soft);
    }
    try (Fleet fleet =
        new Fleet(List.of(new FakeEncoder("b", true)), List.of(new FakeDecoder("c", 600)))) {
      refused(Reason.BUNDLE_MISMATCH, fleet, soft);
      assertEquals(
          ContextMode.CONTEXT_MODE_RETRIEVAL,
          Asked.ask(fleet, Asked.message(ContextMode.CONTEXT_MODE_UNSPECIFIED, "Who?"))
              .end()
              .getContextMode());
    }
  }

  @Test
  void encoderOfAnotherWidthThanTheBundles_isRefused() {
    try (Fleet fleet = Fleet.of("b", true, 600)) {
      FakeDecoder decoder = fleet.decoder();
      decoder.info = decoder.info.toBuilder().setPooledWidth(FakeEncoder.WIDTH + 1).build();
      for (ContextMode mode :
          List.of(ContextMode.CONTEXT_MODE_SOFT, ContextMode.CONTEXT_MODE_HYBRID)) {
        Asked asked = Asked.ask(fleet, Asked.request(mode, "A fact.", "Why?"));
        assertEquals(Reason.BUNDLE_MISMATCH, asked.reason());
        assertTrue(
            String.valueOf(asked.failure).contains("soft prompts of 4 values")
                && String.valueOf(asked.failure).contains("take 5"),
            () -> String.valueOf(asked.failure));
      }
      Asked.ask(fleet, Asked.request(ContextMode.CONTEXT_MODE_TEXT, "A fact.", "Why?")).end();
    }
  }

  @Test
  void namedMaxTokens_arePartOfTheBudget() {
    try (Fleet fleet = Fleet.of("b", true, 600)) {
      for (ContextMode mode : MODES) {
        GenerateRequest.Builder request =
            Asked.request(mode, "A fact.", "Why? ".repeat(60)).toBuilder();
        request.getSettingsBuilder().setMaxTokens(260);
        refused(Reason.PROMPT_TOO_LONG, fleet, request.build());
        request.getSettingsBuilder().setMaxTokens(150);
        Asked.ask(fleet, request.build()).end();
      }
      GenerateRequest.Builder text =
          Asked.request(ContextMode.CONTEXT_MODE_TEXT, "A fact. ".repeat(40), "Why?").toBuilder();
      text.getSettingsBuilder().setMaxTokens(260);
      refused(Reason.CONTEXT_TOO_LONG, fleet, text.build());
    }
  }

  @Test
  void defaultMaxTokens_giveWayToThePrompt() {
    try (Fleet fleet = Fleet.of("b", true, 600)) {
      for (ContextMode mode : MODES) {
        GenerateRequest.Builder request =
            Asked.request(mode, "A fact.", "Why? ".repeat(80)).toBuilder();
        request.getSettingsBuilder().clearMaxTokens();
        Asked.ask(fleet, request.build()).end();
        FakeDecoder.Heard heard = fleet.decoder().heard.getLast();
        int maxTokens = heard.start().getMaxTokens();
        assertTrue(maxTokens >= 32 && maxTokens < 150, () -> mode + ": " + maxTokens);
        assertTrue(heard.promptTokens() + heard.softTokens() + maxTokens <= 600, mode::name);
      }
      GenerateRequest.Builder text =
          Asked.request(ContextMode.CONTEXT_MODE_TEXT, "A fact. ".repeat(50), "Why?").toBuilder();
      text.getSettingsBuilder().clearMaxTokens();
      Asked.ask(fleet, text.build()).end();
      FakeDecoder.Heard heard = fleet.decoder().heard.getLast();
      assertEquals(600, heard.promptTokens() + heard.start().getMaxTokens());
    }
  }

  @Test
  void defaultMaxTokens_giveWayEvenAfterTheGenerationBegan() {
    try (Fleet fleet = Fleet.of("b", true, 600)) {
      Asked asked = new Asked();
      var requests = fleet.stub().generate(asked);
      requests.onNext(
          GenerateRequest.newBuilder()
              .setSettings(
                  GenerateSettings.newBuilder().setContextMode(ContextMode.CONTEXT_MODE_SOFT))
              .addContext(piece("A fact. ".repeat(20)))
              .addContext(ContextPiece.newBuilder().setDocument("other").setText("A fact."))
              .build());
      FakeClock.until(() -> fleet.decoder().starts.get() == 1);
      requests.onNext(
          GenerateRequest.newBuilder().addMessages(Asked.user("Why? ".repeat(75))).build());
      requests.onCompleted();
      int softTokens = asked.await(fleet.clock).end().getUsage().getSoftTokens();
      FakeDecoder.Heard heard = fleet.decoder().heard.getLast();
      int maxTokens = heard.start().getMaxTokens();
      assertEquals(2, fleet.decoder().starts.get());
      assertTrue(maxTokens >= 32 && maxTokens < 150, () -> "max_tokens " + maxTokens);
      assertTrue(softTokens > 0, "no room was left to the context");
      assertTrue(softTokens + heard.promptTokens() + maxTokens <= 600);
    }
  }

  @Test
  void unreachableTier_isToldWithoutAddresses() {
    GenerateRequest request = Asked.request(ContextMode.CONTEXT_MODE_RETRIEVAL, "A fact.", "Why?");
    try (Fleet fleet = Fleet.of("", false, 600, "tier-patience=1s")) {
      fleet.encoder().kill();
      Asked asked = Asked.ask(fleet, request);
      assertEquals(Reason.TIER_UNREACHABLE, asked.reason());
      String message = String.valueOf(Objects.requireNonNull(asked.failure).getMessage());
      assertTrue(message.contains("no encoder answers"), message);
      assertFalse(message.contains("fake-"), message);
    }
    try (Fleet fleet =
        new Fleet(List.of(new FakeEncoder("", false)), List.of(), "tier-patience=1s")) {
      refused(Reason.TIER_UNREACHABLE, fleet, request);
    }
  }

  @Test
  void refusals_areCounted() {
    try (Fleet fleet = Fleet.of("", false, 600)) {
      refused(Reason.EMPTY_QUESTION, fleet, GenerateRequest.getDefaultInstance());
      assertTrue(
          fleet.registry.scrape().stream()
              .filter(
                  metric -> metric.getMetadata().getName().equals("e2llm_gateway_request_failures"))
              .flatMap(metric -> metric.getDataPoints().stream())
              .anyMatch(point -> "EMPTY_QUESTION".equals(point.getLabels().get("reason"))));
    }
  }
}
