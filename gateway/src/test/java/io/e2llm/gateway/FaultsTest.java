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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
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

  private static void until(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
      assertFalse(never.await(10, TimeUnit.MILLISECONDS));
    }
    assertTrue(condition.getAsBoolean(), "not within 30 s");
  }

  private static Asked begin(Fleet fleet, GenerateRequest request) {
    Asked asked = new Asked();
    StreamObserver<GenerateRequest> requests = fleet.stub().generate(asked);
    requests.onNext(request);
    requests.onCompleted();
    return asked;
  }

  @Test
  void chunks_areSpreadOverAllEncodersAndStayWithTheirs() {
    try (Fleet fleet = two()) {
      Asked.ask(fleet, soft()).end();
      List<List<String>> first = heard(fleet);
      assertTrue(first.stream().allMatch(texts -> texts.size() > 5), first::toString);
      fleet.encoders.forEach(encoder -> encoder.heard.clear());
      Asked.ask(fleet, soft()).end();
      assertEquals(first, heard(fleet));
    }
  }

  private static List<List<String>> heard(Fleet fleet) {
    return fleet.encoders.stream()
        .map(encoder -> encoder.heard.stream().map(chunk -> chunk.getText()).sorted().toList())
        .toList();
  }

  @Test
  void encoderKilledMidRequest_givesTheEqualAnswer() throws InterruptedException {
    for (ContextMode mode :
        List.of(ContextMode.CONTEXT_MODE_SOFT, ContextMode.CONTEXT_MODE_RETRIEVAL)) {
      try (Fleet fleet = two()) {
        String undisturbed = Asked.ask(fleet, request(mode)).text();
        FakeEncoder doomed = fleet.encoder();
        doomed.heard.clear();
        doomed.silent = true;
        Asked asked = begin(fleet, request(mode));
        until(() -> doomed.heard.size() > 3);
        doomed.kill();
        assertEquals(undisturbed, asked.await().text());
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
  void cancellation_reachesTheEncoders() throws InterruptedException {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.encoder().silent = true;
      ClientCallStreamObserver<GenerateRequest> call = open(fleet, Integer.MAX_VALUE).requests();
      call.onNext(soft());
      until(() -> !fleet.encoder().heard.isEmpty());
      call.cancel("enough", null);
      assertTrue(fleet.encoder().cancelled.await(20, TimeUnit.SECONDS));
      assertTrue(fleet.tier.drain(Duration.ofSeconds(20)));
    }
  }

  @Test
  void cancellation_reachesTheDecoder() throws InterruptedException {
    try (Fleet fleet = Fleet.of("b", true, 4096)) {
      fleet.decoder().silent = true;
      ClientCallStreamObserver<GenerateRequest> call = open(fleet, Integer.MAX_VALUE).requests();
      call.onNext(soft());
      call.onCompleted();
      assertTrue(fleet.decoder().prompted.await(20, TimeUnit.SECONDS));
      call.cancel("enough", null);
      assertTrue(fleet.decoder().cancelled.await(20, TimeUnit.SECONDS));
      assertTrue(fleet.tier.drain(Duration.ofSeconds(20)));
    }
  }

  @Test
  void deadline_leavesNothingRunning() throws InterruptedException {
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
      assertTrue(fleet.tier.drain(Duration.ofSeconds(20)));
    }
  }

  @Test
  void clientThatDoesNotRead_isGivenUp() throws InterruptedException {
    try (Fleet fleet =
        Fleet.of("b", true, 4096, "slow-reader-timeout=300ms", "undelivered-events=8")) {
      fleet.decoder().tokens = 2000;
      Opened opened = open(fleet, 0);
      ClientCallStreamObserver<GenerateRequest> call = opened.requests();
      Asked asked = opened.asked();
      call.onNext(soft());
      call.onCompleted();
      until(() -> !fleet.encoder().heard.isEmpty()); // or draining would turn the call away
      assertTrue(fleet.tier.drain(Duration.ofSeconds(20)));
      call.request(3000);
      assertEquals(Reason.SLOW_READER, asked.await().reason());
      assertTrue(asked.events.size() < 200, () -> asked.events.size() + " events were buffered");
    }
  }

  @Test
  void clientThatDoesNotWrite_isGivenUp() {
    try (Fleet fleet = Fleet.of("b", true, 4096, "slow-writer-timeout=200ms")) {
      Asked asked = new Asked();
      fleet.stub().generate(asked).onNext(soft());
      assertEquals(Reason.SLOW_WRITER, asked.await().reason());
    }
  }

  @Test
  void encodersThatStandStill_stopTheClientsContext() throws InterruptedException {
    try (Fleet fleet = Fleet.of("b", true, 4096, "chunks-in-flight=8")) {
      fleet.encoder().silent = true;
      ClientCallStreamObserver<GenerateRequest> call = open(fleet, Integer.MAX_VALUE).requests();
      GenerateRequest piece =
          GenerateRequest.newBuilder()
              .addContext(ContextPiece.newBuilder().setDocument("doc").setText(CONTEXT))
              .build();
      CountDownLatch never = new CountDownLatch(1);
      int sent = 0;
      for (int idle = 0; sent < 1000 && idle < 50; idle++) {
        while (call.isReady() && sent < 1000) {
          call.onNext(piece);
          sent++;
          idle = 0;
        }
        assertFalse(never.await(10, TimeUnit.MILLISECONDS));
      }
      assertTrue(sent < 1000, "everything was taken");
      until(() -> fleet.encoder().heard.size() == 8);
      call.cancel("enough", null);
    }
  }

  @Test
  void moreRequestsThanAllowed_areRefused() throws InterruptedException {
    try (Fleet fleet = Fleet.of("b", true, 4096, "max-requests=1")) {
      fleet.decoder().silent = true;
      Asked first = begin(fleet, soft());
      assertTrue(fleet.decoder().prompted.await(20, TimeUnit.SECONDS));
      assertEquals(Reason.TOO_MANY_REQUESTS, Asked.ask(fleet, soft()).reason());
      fleet.tier.close();
      assertEquals(Reason.DRAINING, first.await().reason());
      assertEquals(Reason.DRAINING, Asked.ask(fleet, soft()).reason());
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
