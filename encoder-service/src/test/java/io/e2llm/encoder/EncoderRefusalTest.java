package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.error.Reason;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.EncodeRequest;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every refusal, by its reason. */
class EncoderRefusalTest {
  private final FakeTextEncoder encoder = FakeTextEncoder.free();
  private final FakeTextEncoder gated = FakeTextEncoder.gated();

  @Test
  void anotherEncodersIdentity_encoderMismatch() throws Exception {
    assertRefused(Reason.ENCODER_MISMATCH, client -> client.start("another", ""));
  }

  @Test
  void ownIdentity_isAccepted() throws Exception {
    try (TierFixture fixture = fixture(encoder)) {
      EncodeClient client = EncodeClient.open(fixture.stub()).start(FakeTextEncoder.IDENTITY, "");
      assertEquals(1, client.chunk(1, "a").result().getTag());
    }
  }

  @Test
  void chunkBeforeStart_invalidRequest() throws Exception {
    assertRefused(Reason.INVALID_REQUEST, client -> client.chunk(1, "a"));
  }

  @Test
  void secondStart_invalidRequest() throws Exception {
    assertRefused(Reason.INVALID_REQUEST, client -> client.start("", "").start("", ""));
  }

  @Test
  void emptyMessage_invalidRequest() throws Exception {
    assertRefused(
        Reason.INVALID_REQUEST, client -> client.send(EncodeRequest.getDefaultInstance()));
  }

  @Test
  void longTenant_invalidRequest() throws Exception {
    assertRefused(Reason.INVALID_REQUEST, client -> client.start("", "t".repeat(257)));
  }

  @Test
  void emptyText_invalidRequest() throws Exception {
    assertRefused(Reason.INVALID_REQUEST, client -> client.start("", "").chunk(1, ""));
  }

  @Test
  void unknownRole_invalidRequest() throws Exception {
    Chunk chunk = Chunk.newBuilder().setText("a").setRoleValue(77).build();
    assertRefused(Reason.INVALID_REQUEST, client -> client.start("", "").chunk(chunk));
  }

  @Test
  void untrainedRatio_ratioUnsupported() throws Exception {
    assertRefused(Reason.RATIO_UNSUPPORTED, client -> client.start("", "").chunk(1, "a", 5));
    assertRefused(Reason.RATIO_UNSUPPORTED, client -> client.start("", "").chunk(1, "a", -1));
  }

  @Test
  void softPromptWithoutBundle_noBundle() throws Exception {
    try (TierFixture fixture = fixture(FakeTextEncoder.withoutBundle())) {
      EncodeClient client = EncodeClient.started(fixture.stub()).chunk(1, "a", 4);
      assertReason(Reason.NO_BUNDLE, client.failure());
    }
  }

  @Test
  void overlongChunk_chunkTooLongNeverTruncated() throws Exception {
    String longest = "w ".repeat(FakeTextEncoder.CHUNK_TOKENS - FakeTextEncoder.SPECIALS).strip();
    assertRefused(Reason.CHUNK_TOO_LONG, client -> client.start("", "").chunk(1, longest + " w"));
    assertEquals(0, encoder.steps.size());
    try (TierFixture fixture = fixture(encoder)) {
      EncodeClient client = EncodeClient.started(fixture.stub()).chunk(1, longest);
      assertEquals(
          FakeTextEncoder.CHUNK_TOKENS - FakeTextEncoder.SPECIALS, client.result().getTokens());
      assertEquals(0, fixture.metric("e2llm_encoder_queue_chunks"));
    }
  }

  @Test
  void hugeText_limitExceeded() throws Exception {
    assertRefused(
        Reason.LIMIT_EXCEEDED, client -> client.start("", "").chunk(1, "w".repeat((64 << 10) + 1)));
  }

  @Test
  void tagInFlightTwice_invalidRequest() throws Exception {
    try (TierFixture fixture = fixture(gated)) {
      EncodeClient client = EncodeClient.started(fixture.stub()).chunk(1, "a").chunk(1, "b");
      assertReason(Reason.INVALID_REQUEST, client.failure());
      gated.permitSteps(1);
    }
  }

  @Test
  void fullQueue_refusesNewCallsAndLetsOwnersWait() throws Exception {
    EncoderSettings two =
        new EncoderSettings(64, 2, new DataSize(0), 10, 10, new DataSize(4_096), 2);
    try (TierFixture fixture = new TierFixture(gated, two)) {
      EncodeClient owner = EncodeClient.started(fixture.stub()).chunk(1, "a").chunk(2, "b");
      fixture.await("e2llm_encoder_queue_chunks", 2);
      EncodeClient late = EncodeClient.started(fixture.stub()).chunk(1, "c");
      assertReason(Reason.QUEUE_FULL, late.failure());

      owner.chunk(3, "d").chunk(4, "e").halfClose();
      gated.permitSteps(1_000);
      assertEquals(4, owner.results(4).size());
      owner.completed();
    }
  }

  @Test
  void tooManyCalls_tooManyRequests() throws Exception {
    EncoderSettings one =
        new EncoderSettings(64, 10, new DataSize(0), 1, 10, new DataSize(4_096), 2);
    try (TierFixture fixture = new TierFixture(encoder, one)) {
      EncodeClient first = EncodeClient.started(fixture.stub()).chunk(1, "a");
      first.result();
      assertReason(Reason.TOO_MANY_REQUESTS, EncodeClient.open(fixture.stub()).failure());

      first.halfClose().completed();
      EncodeClient next = EncodeClient.started(fixture.stub()).chunk(1, "a");
      assertEquals(1, next.result().getTag());
    }
  }

  @Test
  void failingChunk_failsItsCallAlone() throws Exception {
    encoder.poison("bad");
    try (TierFixture fixture = fixture(encoder)) {
      EncodeClient good = EncodeClient.started(fixture.stub());
      EncodeClient bad = EncodeClient.started(fixture.stub());
      good.chunk(1, "good");
      bad.chunk(1, "bad");

      assertReason(Reason.INTERNAL, bad.failure());
      assertEquals(1, good.result().getTag());
      good.chunk(2, "bad");
      assertReason(Reason.INTERNAL, good.failure());
    }
  }

  @Test
  void deadline_endsTheCall() throws Exception {
    try (TierFixture fixture = fixture(gated)) {
      EncodeClient client =
          EncodeClient.started(fixture.stub().withDeadlineAfter(50, TimeUnit.MILLISECONDS));
      client.chunk(1, "a");

      assertEquals(
          io.grpc.Status.Code.DEADLINE_EXCEEDED,
          io.grpc.Status.fromThrowable(client.failure()).getCode());
      gated.permitSteps(1);
    }
  }

  @Test
  void drain_refusesNewCallsAndFinishesOpenOnes() throws Exception {
    try (TierFixture fixture = fixture(encoder)) {
      EncodeClient open = EncodeClient.started(fixture.stub()).chunk(1, "a");
      open.result();
      assertFalse(fixture.tier.drain(Duration.ZERO));
      assertReason(Reason.DRAINING, EncodeClient.open(fixture.stub()).failure());

      open.chunk(2, "b").halfClose();
      assertEquals(2, open.result().getTag());
      open.completed();
      assertTrue(fixture.tier.drain(Duration.ofSeconds(20)));
    }
  }

  private interface Sending {
    EncodeClient send(EncodeClient client);
  }

  private void assertRefused(Reason reason, Sending sending) throws Exception {
    try (TierFixture fixture = fixture(encoder)) {
      EncodeClient client = sending.send(EncodeClient.open(fixture.stub()));
      assertReason(reason, client.failure());
      assertEquals(0, fixture.metric("e2llm_encoder_open_calls"));
      assertEquals(0, fixture.metric("e2llm_encoder_queue_chunks"));
    }
  }

  private static void assertReason(Reason reason, Throwable failure) throws Exception {
    Status status = StatusProto.fromThrowable(failure);
    assertTrue(status != null && status.getDetailsCount() == 1, () -> "no details: " + failure);
    ErrorInfo info = status.getDetails(0).unpack(ErrorInfo.class);
    assertEquals(reason.name(), info.getReason());
    assertEquals("e2llm.io", info.getDomain());
    assertEquals(reason.code().value(), status.getCode());
  }

  private static TierFixture fixture(FakeTextEncoder encoder) throws Exception {
    return new TierFixture(encoder, EncoderSettings.defaults());
  }
}
