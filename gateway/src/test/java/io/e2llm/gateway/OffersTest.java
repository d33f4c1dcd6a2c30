package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.GenerateRequest;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Soft prompts that decoders hold are not sent again, and their chunks not encoded again. */
@Timeout(300)
final class OffersTest {
  private static final String CONTEXT = ContextModesTest.haystack(120, 70);

  private static GenerateRequest request(ContextMode mode) {
    return Asked.request(mode, CONTEXT, ContextModesTest.QUESTION);
  }

  private static GenerateRequest soft() {
    return request(ContextMode.CONTEXT_MODE_SOFT);
  }

  private static Fleet fleet(int window, int decoders, String... settings) {
    return new Fleet(
        List.of(new FakeEncoder("b", true)),
        java.util.stream.IntStream.range(0, decoders)
            .mapToObj(i -> new FakeDecoder("b", window, true))
            .toList(),
        settings);
  }

  @Test
  void again_neitherEncodedNorSent() {
    for (ContextMode mode :
        List.of(ContextMode.CONTEXT_MODE_SOFT, ContextMode.CONTEXT_MODE_HYBRID)) {
      try (Fleet fleet = fleet(4096, 1)) {
        Asked first = Asked.ask(fleet, request(mode));
        int chunks = first.end().getUsage().getChunks();
        assertEquals(chunks, fleet.decoder().sent.get());
        long encoded = passages(fleet);
        Asked second = Asked.ask(fleet, request(mode));
        assertEquals(first.text(), second.text());
        assertEquals(chunks, fleet.decoder().sent.get());
        assertEquals(chunks, fleet.decoder().spared.get());
        assertEquals(encoded, passages(fleet));
        assertEquals(chunks, second.end().getUsage().getCachedChunks());
        assertEquals(first.end().getVerbatimList(), second.end().getVerbatimList());
      }
    }
  }

  /** Chunks of the context that went to the encoder. */
  private static long passages(Fleet fleet) {
    return fleet.encoder().heard.stream().filter(chunk -> chunk.getRatio() > 0).count();
  }

  @Test
  void lostAtTheDecoder_isFetchedAndSentAgain() {
    try (Fleet fleet = fleet(4096, 1)) {
      Asked first = Asked.ask(fleet, soft());
      FakeDecoder decoder = fleet.decoder();
      List<com.google.protobuf.ByteString> held = List.copyOf(decoder.held.keySet());
      int lost = held.size() / 2;
      held.subList(0, lost).forEach(decoder.held::remove);
      int sent = decoder.sent.get();
      assertEquals(first.text(), Asked.ask(fleet, soft()).text());
      assertEquals(sent + lost, decoder.sent.get());
      assertEquals(held.size() - lost, decoder.spared.get());
    }
  }

  @Test
  void decoderLostMidAnswer_theOtherGetsAllItLacks() {
    try (Fleet fleet = fleet(4096, 2)) {
      Asked undisturbed = Asked.ask(fleet, soft());
      FakeDecoder doomed =
          fleet.decoders.stream().filter(d -> !d.heard.isEmpty()).findFirst().orElseThrow();
      FakeDecoder other =
          fleet.decoders.stream().filter(d -> d != doomed).findFirst().orElseThrow();
      doomed.failsAt = 5;
      doomed.failure = Status.UNAVAILABLE.asException();
      assertEquals(undisturbed.text(), Asked.ask(fleet, soft()).text());
      assertTrue(doomed.spared.get() > 0);
      assertEquals(doomed.spared.get(), other.sent.get());
      assertEquals(doomed.heard.getLast().softPrompts(), other.heard.getFirst().softPrompts());
    }
  }

  @Test
  void ratioRises_aSecondTimeToo() {
    try (Fleet fleet = fleet(800, 1)) {
      GenerateRequest request =
          Asked.request(ContextMode.CONTEXT_MODE_SOFT, ContextModesTest.haystack(160, 3), "Which?");
      Asked first = Asked.ask(fleet, request);
      assertEquals(8, first.end().getUsage().getRatio());
      Asked second = Asked.ask(fleet, request);
      assertEquals(first.text(), second.text());
      assertEquals(8, second.end().getUsage().getRatio());
      assertEquals(
          fleet.decoder().heard.get(0).softPrompts(), fleet.decoder().heard.get(1).softPrompts());
    }
  }

  @Test
  void someChunksDropOut_aSecondTimeToo() {
    try (Fleet fleet = fleet(800, 1)) {
      GenerateRequest request =
          Asked.request(
              ContextMode.CONTEXT_MODE_SOFT,
              ContextModesTest.haystack(800, 500),
              ContextModesTest.QUESTION);
      Asked first = Asked.ask(fleet, request);
      assertTrue(first.end().getUsage().getDroppedChunks() > 0);
      assertEquals(first.text(), Asked.ask(fleet, request).text());
    }
  }

  @Test
  void nothingKnown_whatTheEncoderHadIsOfferedFirst() {
    try (Fleet fleet = fleet(4096, 1, "known-chunk-bytes=0B")) {
      Asked first = Asked.ask(fleet, soft());
      int sent = fleet.decoder().sent.get();
      fleet.encoder().cached = true;
      assertEquals(first.text(), Asked.ask(fleet, soft()).text());
      assertEquals(sent, fleet.decoder().sent.get());
      fleet.decoder().held.clear();
      assertEquals(first.text(), Asked.ask(fleet, soft()).text());
      assertEquals(2 * sent, fleet.decoder().sent.get());
    }
  }

  @Test
  void cancelledWhileFetching_leavesNothing() {
    try (Fleet fleet = fleet(4096, 1)) {
      Asked.ask(fleet, soft()).end();
      fleet.decoder().held.clear();
      fleet.encoder().silent = true;
      int heard = fleet.encoder().heard.size();
      Asked asked = new Asked();
      io.grpc.Context.CancellableContext context = io.grpc.Context.current().withCancellation();
      context.run(
          () -> {
            StreamObserver<GenerateRequest> requests = fleet.stub().generate(asked);
            requests.onNext(soft());
            requests.onCompleted();
          });
      FakeClock.until(() -> fleet.encoder().heard.size() > heard);
      context.cancel(null);
      FakeClock.until(() -> fleet.encoder().cancelled.getCount() == 0);
      FakeClock.until(() -> fleet.decoder().cancelled.getCount() == 0);
      FakeClock.until(fleet::drained);
    }
  }
}
