package io.e2llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.tensor.v1.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Soft prompts that are not sent again. */
class OffersTest {
  private static final Tensor FIRST = Call.tensor(3, FakeModel.POOLED, 1);
  private static final Tensor SECOND = Call.tensor(90, FakeModel.POOLED, 2);

  private InProcessDecoder decoder;

  @BeforeEach
  void serve() throws Exception {
    decoder = new InProcessDecoder(new FakeModel(4_000));
  }

  @AfterEach
  void close() {
    decoder.close();
  }

  private Call start(String tenant) {
    GenerateStart.Builder start =
        Call.begins("head", 20).setBundleDigest(FakeModel.BUNDLE).setTenant(tenant);
    return Call.on(decoder.stub()).start(start);
  }

  private String sent() throws Exception {
    return start("").soft(0, FIRST).soft(1, SECOND).prompt(2, "tail").text();
  }

  @Test
  void offers_areAnnounced() {
    assertTrue(
        decoder
            .blocking()
            .getDecoder(GetDecoderRequest.getDefaultInstance())
            .getDecoder()
            .getTakesOffers());
  }

  @Test
  void held_isNotWantedAndGivesTheSameAnswer() throws Exception {
    String expected = sent();
    Call call = start("").offer(7, 0, Call.digest(FIRST), Call.digest(SECOND));
    SoftPromptsWanted wanted = call.wanted();
    assertEquals(7, wanted.getOffer());
    assertEquals(List.of(), wanted.getIndicesList());
    call.prompt(2, "tail");
    assertEquals(expected, call.text());
    assertEquals(93, call.end().getCachedSoftTokens());
    assertEquals(7, call.end().getCachedPromptTokens());
  }

  @Test
  void notHeld_isWantedAndSent() throws Exception {
    start("").soft(0, SECOND).prompt(1, "other").end();
    Call call = start("").offer(1, 0, Call.digest(FIRST), Call.digest(SECOND));
    assertEquals(List.of(0), call.wanted().getIndicesList());
    assertEquals(List.of(0), call.offer(2, 0, Call.digest(FIRST)).wanted().getIndicesList());
    String text = call.soft(0, FIRST).prompt(2, "tail").text();
    assertEquals(sent(), text);
  }

  @Test
  void otherTenantsSoftPrompts_areNotHeld() throws Exception {
    sent();
    Call call = start("other").offer(1, 0, Call.digest(FIRST));
    assertEquals(List.of(0), call.wanted().getIndicesList());
    call.cancel();
  }

  @Test
  void reset_voidsWhatWasHeld() throws Exception {
    sent();
    Call call = start("").offer(1, 0, Call.digest(SECOND)).reset();
    call.offer(2, 0, Call.digest(FIRST), Call.digest(SECOND)).prompt(2, "tail");
    assertEquals(1, call.wanted().getOffer());
    assertEquals(2, call.wanted().getOffer());
    assertEquals(sent(), call.text());
    assertEquals(93, call.end().getSoftTokens());
  }

  @Test
  void badOffers_areRefused() throws Exception {
    Call shortDigest = start("").offer(1, 0, ByteString.copyFrom(new byte[31]));
    assertEquals("INVALID_REQUEST", shortDigest.failure().reason());
    sent();
    Call twice = start("").offer(1, 0, Call.digest(FIRST)).offer(2, 0, Call.digest(FIRST));
    assertEquals("INVALID_REQUEST", twice.failure().reason());
    Call missing = start("").offer(1, 0, ByteString.copyFrom(new byte[32])).prompt(1, "tail");
    assertEquals("INVALID_REQUEST", missing.failure().reason());
    Call noBundle = Call.on(decoder.stub()).start(Call.begins("a", 3));
    noBundle.offer(1, 0, Call.digest(FIRST));
    assertEquals("INVALID_REQUEST", noBundle.failure().reason());
  }
}
