package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.ContextPiece;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Token;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class FaultsTest {
  private static final String CONTEXT = ContextModesTest.haystack(120, 70);

  private static Fleet two(String... settings) {
    return new Fleet(
        List.of(new FakeEncoder("b", true), new FakeEncoder("b", true)),
        List.of(new FakeDecoder("b", 4096), new FakeDecoder("b", 4096)),
        settings);
  }

  private static GenerateRequest request(ContextMode mode) {
    return Asked.request(mode, CONTEXT, ContextModesTest.QUESTION);
  }

  private static GenerateRequest soft() {
    return request(ContextMode.CONTEXT_MODE_SOFT);
  }

  @Test
  void chunks_areSpreadOverAllEncodersAndStayWithTheirs() {
    // So few that no encoder ever has more than it may have before balance counts.
    GenerateRequest request =
        Asked.request(
            ContextMode.CONTEXT_MODE_SOFT,
            ContextModesTest.haystack(45, 20),
            ContextModesTest.QUESTION);
    try (Fleet fleet = two()) {
      Asked.ask(fleet, request).end();
      List<List<String>> first = heard(fleet);
      int chunks = first.stream().mapToInt(List::size).sum();
      assertTrue(chunks > 12 && chunks <= 16, () -> chunks + " chunks");
      assertTrue(first.stream().noneMatch(List::isEmpty), first::toString);
      fleet.encoders.forEach(encoder -> encoder.heard.clear());
      Asked.ask(fleet, request).end();
      assertEquals(first, heard(fleet));
    }
  }

  private static List<List<String>> heard(Fleet fleet) {
    return fleet.encoders.stream()
        .map(encoder -> encoder.heard.stream().map(chunk -> chunk.getText()).sorted().toList())
        .toList();
  }

  @Test
  void encoderKilledMidRequest_givesTheEqualAnswer() {
    for (ContextMode mode :
        List.of(ContextMode.CONTEXT_MODE_SOFT, ContextMode.CONTEXT_MODE_RETRIEVAL)) {
      try (Fleet fleet = two()) {
        String undisturbed = Asked.ask(fleet, request(mode)).text();
        FakeEncoder doomed = fleet.encoder();
        doomed.heard.clear();
        doomed.silent = true;
        Asked asked = Asked.begin(fleet, request(mode));
        FakeClock.until(() -> doomed.heard.size() > 3);
        doomed.kill();
        assertEquals(undisturbed, asked.await(fleet.clock).text());
      }
    }
  }

  @Test
  void encoderThatRefusesForNow_isLeftForAnother() {
    try (Fleet fleet = two()) {
      String undisturbed = Asked.ask(fleet, soft()).text();
      fleet.encoder().heard.clear();
      fleet.encoder().failsAfter = 3;
      fleet.encoder().failure = StatusMapping.status(Reason.QUEUE_FULL, "full");
      assertEquals(undisturbed, Asked.ask(fleet, soft()).text());
    }
  }

  @Test
  void chunkThatFailsEverywhere_failsTheRequestAfterSomeTries() {
    try (Fleet fleet = two()) {
      for (FakeEncoder encoder : fleet.encoders) {
        encoder.failsAfter = 0;
        encoder.failure = Status.UNAVAILABLE.withDescription("10.0.0.1:99").asException();
      }
      Asked asked = Asked.ask(fleet, soft());
      assertEquals(Reason.TIER_UNREACHABLE, asked.reason());
      assertFalse(String.valueOf(asked.failure).contains("10.0.0.1"));
    }
  }

  @Test
  void failureThatAnotherEncoderWouldRepeat_failsAtOnce() {
    try (Fleet fleet = two()) {
      fleet.encoder().failsAfter = 0;
      fleet.encoder().failure = StatusMapping.status(Reason.CHUNK_TOO_LONG, "too long");
      assertEquals(Reason.CHUNK_TOO_LONG, Asked.ask(fleet, soft()).reason());
    }
  }

  @Test
  void decoderLostMidAnswer_isContinuedByAnother() {
    try (Fleet fleet = two()) {
      Asked undisturbed = Asked.ask(fleet, soft());
      FakeDecoder doomed =
          fleet.decoders.stream().filter(d -> !d.heard.isEmpty()).findFirst().orElseThrow();
      FakeDecoder other =
          fleet.decoders.stream().filter(d -> d != doomed).findFirst().orElseThrow();
      doomed.failsAt = 5;
      doomed.failure = Status.UNAVAILABLE.asException();
      Asked asked = Asked.ask(fleet, soft());
      assertEquals(undisturbed.text(), asked.text());
      assertEquals(
          IntStream.range(0, FakeDecoder.TOKENS).boxed().toList(),
          asked.events.stream()
              .filter(GenerateResponse::hasToken)
              .map(GenerateResponse::getToken)
              .map(Token::getPosition)
              .toList());
      FakeDecoder.Heard resumed = other.heard.getFirst();
      assertEquals(5, resumed.start().getGeneratedIdsCount());
      assertEquals(doomed.heard.getLast().softPrompts(), resumed.softPrompts());
      assertEquals(doomed.heard.getLast().start().getSampling(), resumed.start().getSampling());
    }
  }

  @Test
  void decoderThatRefusesForGood_failsTheRequest() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.decoder().failsAt = 0;
      fleet.decoder().failure = StatusMapping.status(Reason.TENSOR_NOT_FINITE, "NaN");
      assertEquals(Reason.TENSOR_NOT_FINITE, Asked.ask(fleet, soft()).reason());
    }
  }

  @Test
  void decoderThatIsFullForAWhile_isTriedAgain() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      FakeDecoder decoder = fleet.decoder();
      decoder.failsAt = 0;
      decoder.failure = StatusMapping.status(Reason.QUEUE_FULL, "full");
      Asked asked = Asked.begin(fleet, soft());
      fleet.clock.runUntil(() -> decoder.heard.size() == 3);
      decoder.failure = null;
      assertEquals(FakeDecoder.TOKENS, asked.await(fleet.clock).text().length());
      assertTrue(decoder.heard.size() >= 3);
    }
  }

  @Test
  void generationThatNeverFitsADecoder_isTriedAtEachOnce() {
    try (Fleet fleet = two()) {
      for (FakeDecoder decoder : fleet.decoders) {
        decoder.failsAt = 0;
        decoder.failure = StatusMapping.status(Reason.KV_FULL, "it does not fit");
      }
      assertEquals(Reason.KV_FULL, Asked.ask(fleet, soft()).reason());
      fleet.decoders.forEach(decoder -> assertEquals(1, decoder.heard.size()));
    }
  }

  @Test
  void clientsIds_areGeneratedAlready() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      Asked whole = Asked.ask(fleet, soft());
      List<Integer> ids =
          whole.events.stream()
              .filter(GenerateResponse::hasToken)
              .map(event -> event.getToken().getId())
              .limit(4)
              .toList();
      GenerateRequest.Builder request = soft().toBuilder();
      request.getSettingsBuilder().addAllGeneratedIds(ids);
      assertEquals(whole.text().substring(4), Asked.ask(fleet, request.build()).text());
    }
  }

  @Test
  void cancellation_reachesTheEncoders() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.encoder().silent = true;
      ClientCallStreamObserver<GenerateRequest> call = open(fleet, Integer.MAX_VALUE).requests();
      call.onNext(soft());
      FakeClock.until(() -> !fleet.encoder().heard.isEmpty());
      call.cancel("enough", null);
      FakeClock.until(() -> fleet.encoder().cancelled.getCount() == 0);
      FakeClock.until(fleet::drained);
    }
  }

  @Test
  void cancellation_reachesTheDecoder() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.decoder().silent = true;
      ClientCallStreamObserver<GenerateRequest> call = open(fleet, Integer.MAX_VALUE).requests();
      call.onNext(soft());
      call.onCompleted();
      FakeClock.until(() -> fleet.decoder().prompted.getCount() == 0);
      call.cancel("enough", null);
      FakeClock.until(() -> fleet.decoder().cancelled.getCount() == 0);
      FakeClock.until(fleet::drained);
    }
  }

  @Test
  void deadline_leavesNothingRunning() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.encoder().silent = true;
      Asked asked = new Asked();
      StreamObserver<GenerateRequest> requests =
          fleet.stub().withDeadlineAfter(500, TimeUnit.MILLISECONDS).generate(asked);
      requests.onNext(soft());
      asked.await();
      assertEquals(
          Status.Code.DEADLINE_EXCEEDED,
          Status.fromThrowable(java.util.Objects.requireNonNull(asked.failure)).getCode());
      FakeClock.until(fleet::drained);
    }
  }

  @Test
  void clientThatDoesNotRead_isGivenUp() {
    try (Fleet fleet =
        Fleet.of("b", true, 4096, "slow-reader-timeout=1s", "undelivered-events=8")) {
      fleet.decoder().tokens = 2000;
      Opened opened = open(fleet, 0);
      ClientCallStreamObserver<GenerateRequest> call = opened.requests();
      Asked asked = opened.asked();
      call.onNext(soft());
      call.onCompleted();
      FakeClock.until(() -> fleet.decoder().prompted.getCount() == 0);
      fleet.clock.runUntil(fleet::drained);
      call.request(3000);
      assertEquals(Reason.SLOW_READER, asked.await().reason());
      assertTrue(asked.events.size() < 200, () -> asked.events.size() + " events were buffered");
    }
  }

  @Test
  void clientThatReadsOnceItHasSentAll_isAnswered() {
    try (Fleet fleet = Fleet.of("b", true, 4096, "slow-reader-timeout=1s")) {
      Opened opened = open(fleet, 0);
      ClientCallStreamObserver<GenerateRequest> call = opened.requests();
      GenerateRequest first = soft();
      call.onNext(first.toBuilder().clearMessages().build());
      ContextPiece more = ContextPiece.newBuilder().setText(CONTEXT).build();
      for (int i = 0; i < 8; i++) {
        call.onNext(GenerateRequest.newBuilder().addContext(more).build());
        fleet.clock.advanceAndLook(Duration.ofMillis(700));
      }
      call.request(3000);
      FakeClock.until(() -> !opened.asked().events.isEmpty());
      int waited = opened.asked().events.size();
      assertTrue(waited < 5, () -> waited + " events waited");
      call.onNext(GenerateRequest.newBuilder().addAllMessages(first.getMessagesList()).build());
      call.onCompleted();
      Asked asked = opened.asked().await(fleet.clock);
      assertTrue(asked.failure == null, () -> "failed: " + asked.failure);
    }
  }

  @Test
  void clientThatDoesNotWrite_isGivenUp() {
    try (Fleet fleet = Fleet.of("b", true, 4096, "slow-writer-timeout=1s")) {
      Asked asked = new Asked();
      fleet.stub().generate(asked).onNext(soft());
      FakeClock.until(() -> !fleet.encoder().heard.isEmpty());
      assertEquals(Reason.SLOW_WRITER, asked.await(fleet.clock).reason());
    }
  }

  @Test
  void encodersThatStandStill_stopTheClientsContext() {
    try (Fleet fleet = Fleet.of("b", true, 4096, "chunks-in-flight=8")) {
      FakeEncoder encoder = fleet.encoder();
      encoder.silent = true;
      ClientCallStreamObserver<GenerateRequest> call = open(fleet, Integer.MAX_VALUE).requests();
      GenerateRequest piece =
          GenerateRequest.newBuilder()
              .addContext(ContextPiece.newBuilder().setDocument("doc").setText(CONTEXT))
              .build();
      for (int i = 0; i < 100; i++) {
        call.onNext(piece);
      }
      // Each piece is more chunks than are released here.
      for (int released = 0; released < 20; released++) {
        int most = 8 + released;
        FakeClock.until(() -> encoder.heard.size() == most);
        encoder.release();
      }
      FakeClock.until(() -> encoder.heard.size() == 28);
      call.cancel("enough", null);
      FakeClock.until(fleet::drained);
      assertEquals(28, encoder.heard.size());
      assertTrue(fleet.messagesTaken.get() <= 2, "more was taken than encoders could");
    }
  }

  @Test
  void moreRequestsThanAllowed_areRefused() {
    try (Fleet fleet = Fleet.of("b", true, 4096, "max-requests=1")) {
      fleet.decoder().silent = true;
      Asked first = Asked.begin(fleet, soft());
      FakeClock.until(() -> fleet.decoder().prompted.getCount() == 0);
      assertEquals(Reason.TOO_MANY_REQUESTS, Asked.ask(fleet, soft()).reason());
      fleet.tier.close();
      assertEquals(Reason.DRAINING, first.await().reason());
      assertEquals(Reason.DRAINING, Asked.ask(fleet, soft()).reason());
    }
  }

  @Test
  void tierThatComesWithinThePatience_isWaitedFor() {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.encoderEndpoints.hide(true);
      Asked early = Asked.begin(fleet, soft());
      FakeClock.until(() -> fleet.messagesTaken.get() == 1);
      fleet.clock.advance(Duration.ofMinutes(5));
      fleet.encoderEndpoints.hide(false);
      assertEquals(Asked.ask(fleet, soft()).text(), early.await(fleet.clock).text());
    }
  }

  @Test
  void tierThatIsNotLiveForAWhile_keepsTheChunksItHas() {
    try (Fleet fleet = Fleet.of("b", true, 4096, "chunks-in-flight=8", "tier-patience=1m")) {
      FakeEncoder encoder = fleet.encoder();
      encoder.silent = true;
      Asked asked = Asked.begin(fleet, soft());
      FakeClock.until(() -> encoder.heard.size() == 8);
      fleet.encoderEndpoints.hide(true);
      assertTrue(encoder.release());
      fleet.clock.advanceAndLook(Duration.ofMinutes(5));
      assertTrue(encoder.release());
      fleet.clock.advanceAndLook(Duration.ofMinutes(5));
      encoder.silent = false;
      fleet.encoderEndpoints.hide(false);
      while (encoder.release()) {
        assertTrue(encoder.heard.size() >= 8);
      }
      asked.await(fleet.clock).end();
    }
  }

  @Test
  void otherEncoderAtTheSameAddress_isNoticed() {
    try (Fleet fleet = two()) {
      FakeEncoder changed = fleet.encoder();
      changed.info = changed.info.toBuilder().setIdentity("another").build();
      Asked.ask(fleet, soft()).end();
      assertTrue(
          fleet.encoders.stream().filter(encoder -> encoder.heard.isEmpty()).count() == 1,
          "two different encoders worked on one request");
    }
  }

  private record Opened(Asked asked, ClientCallStreamObserver<GenerateRequest> requests) {}

  /** A call that takes so many events and no more. */
  private static Opened open(Fleet fleet, int events) {
    Asked asked = new Asked();
    StreamObserver<GenerateRequest> requests =
        fleet
            .stub()
            .generate(
                new ClientResponseObserver<GenerateRequest, GenerateResponse>() {
                  @Override
                  public void beforeStart(ClientCallStreamObserver<GenerateRequest> call) {
                    call.disableAutoRequestWithInitial(events);
                  }

                  @Override
                  public void onNext(GenerateResponse event) {
                    asked.onNext(event);
                  }

                  @Override
                  public void onError(Throwable failure) {
                    asked.onError(failure);
                  }

                  @Override
                  public void onCompleted() {
                    asked.onCompleted();
                  }
                });
    return new Opened(asked, (ClientCallStreamObserver<GenerateRequest>) requests);
  }
}
