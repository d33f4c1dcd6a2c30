package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.ChunkRole;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.encoder.v1.GetTokenizerRequest;
import io.e2llm.tensor.v1.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a client sees when all goes well. */
class EncoderServiceTest {
  @Test
  void chunks_comeBackUnderTheirTags() throws Exception {
    try (TierFixture fixture = fixture(FakeTextEncoder.free())) {
      EncodeClient client = EncodeClient.started(fixture.stub());
      for (int tag = 0; tag < 50; tag++) {
        client.chunk(tag, "word ".repeat(tag % 40) + "end" + tag);
      }
      client.halfClose();
      Map<Long, EncodedChunk> results =
          client.results(50).stream()
              .collect(Collectors.toMap(EncodedChunk::getTag, Function.identity()));
      client.completed();

      assertEquals(50, results.size());
      results.forEach(
          (tag, result) -> {
            int words = (int) (tag % 40) + 1;
            assertEquals(words, result.getTokens());
            assertEquals(
                List.of((words + 3) / 4, FakeTextEncoder.POOLED_WIDTH),
                result.getSoftPrompt().getShapeList());
            assertEquals(DataType.DATA_TYPE_BF16, result.getSoftPrompt().getDtype());
            assertEquals(
                (words + 3) / 4 * FakeTextEncoder.POOLED_WIDTH * 2,
                result.getSoftPrompt().getData().size());
            assertEquals(DataType.DATA_TYPE_F32, result.getEmbedding().getDtype());
            assertEquals(
                FakeTextEncoder.EMBEDDING_WIDTH * 4, result.getEmbedding().getData().size());
            assertEquals(32, result.getDigest().size());
            assertFalse(result.getCached());
          });
      assertEquals(50, fixture.metric("e2llm_encoder_chunks_encoded"));
    }
  }

  @Test
  void ratioZero_givesTheEmbeddingAlone() throws Exception {
    try (TierFixture fixture = fixture(FakeTextEncoder.withoutBundle())) {
      EncodeClient client = EncodeClient.started(fixture.stub()).chunk(7, "a text", 0);
      EncodedChunk result = client.result();

      assertFalse(result.hasSoftPrompt());
      assertTrue(result.hasEmbedding());
    }
  }

  @Test
  void secondTime_sameBytesFromTheCache() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    try (TierFixture fixture = fixture(encoder)) {
      EncodedChunk computed = EncodeClient.started(fixture.stub()).chunk(1, "a text").result();
      EncodedChunk known = EncodeClient.started(fixture.stub()).chunk(9, "a text").result();

      assertTrue(known.getCached());
      assertEquals(computed.toBuilder().setTag(9).setCached(true).build(), known);
      assertEquals(1, encoder.steps.size());
      assertEquals(1, fixture.metric("e2llm_encoder_cache_hits"));
      assertEquals(1, fixture.metric("e2llm_encoder_cache_misses"));
      assertTrue(fixture.metric("e2llm_encoder_cache_bytes") > 0);
    }
  }

  @Test
  void tenants_doNotHitEachOthersEntries() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    try (TierFixture fixture = fixture(encoder)) {
      EncodedChunk one =
          EncodeClient.open(fixture.stub()).start("", "one").chunk(1, "a text").result();
      EncodedChunk two =
          EncodeClient.open(fixture.stub()).start("", "two").chunk(1, "a text").result();

      assertFalse(two.getCached());
      assertNotEquals(one.getDigest(), two.getDigest());
      assertEquals(2, encoder.steps.size());
    }
  }

  @Test
  void sameChunkInTwoCalls_isEncodedOnce() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.gated();
    try (TierFixture fixture = fixture(encoder)) {
      EncodeClient first = EncodeClient.started(fixture.stub()).chunk(1, "a text");
      encoder.awaitSteps(1);
      EncodeClient second = EncodeClient.started(fixture.stub()).chunk(2, "a text");
      EncodeClient third = EncodeClient.started(fixture.stub()).chunk(3, "a text");
      fixture.await("e2llm_encoder_queue_chunks", 3);
      first.cancel();
      encoder.permitSteps(1);

      EncodedChunk shared = second.result();
      assertFalse(shared.getCached());
      assertEquals(shared.toBuilder().setTag(3).build(), third.result());
      assertEquals(1, encoder.steps.size());
      assertEquals(2, fixture.metric("e2llm_encoder_in_flight_shares"));
    }
  }

  @Test
  void roles_areKeptApart() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    try (TierFixture fixture = fixture(encoder)) {
      Chunk passage = Chunk.newBuilder().setTag(1).setText("a text").build();
      Chunk query = passage.toBuilder().setTag(2).setRole(ChunkRole.CHUNK_ROLE_QUERY).build();
      EncodeClient client = EncodeClient.started(fixture.stub()).chunk(passage);
      EncodedChunk first = client.result();
      EncodedChunk second = client.chunk(query).result();

      assertNotEquals(first.getDigest(), second.getDigest());
      assertEquals(2, encoder.steps.size());
    }
  }

  @Test
  void getEncoder_tellsAllFields() throws Exception {
    try (TierFixture fixture = fixture(FakeTextEncoder.free())) {
      EncoderInfo info =
          fixture.blocking().getEncoder(GetEncoderRequest.getDefaultInstance()).getEncoder();

      assertEquals(
          EncoderInfo.newBuilder()
              .setModel("fake")
              .setIdentity(FakeTextEncoder.IDENTITY)
              .setBundleDigest("bundle")
              .addAllRatios(List.of(4, 8))
              .setPooledWidth(FakeTextEncoder.POOLED_WIDTH)
              .setEmbeddingWidth(FakeTextEncoder.EMBEDDING_WIDTH)
              .setChunkTokens(FakeTextEncoder.CHUNK_TOKENS)
              .setSpecialTokens(FakeTextEncoder.SPECIALS)
              .setPrecision("fp32")
              .setPooling("window-mean")
              .build(),
          info);
    }
  }

  @Test
  void getTokenizer_streamsTheFileInPieces() throws Exception {
    FakeTextEncoder encoder = FakeTextEncoder.free();
    try (TierFixture fixture = fixture(encoder)) {
      List<ByteString> pieces = new ArrayList<>();
      fixture
          .blocking()
          .getTokenizer(GetTokenizerRequest.getDefaultInstance())
          .forEachRemaining(piece -> pieces.add(piece.getTokenizerJson()));

      assertEquals(3, pieces.size());
      assertTrue(pieces.stream().allMatch(piece -> piece.size() <= 256 << 10));
      assertEquals(ByteString.copyFrom(encoder.tokenizer().json()), ByteString.copyFrom(pieces));
    }
  }

  private static TierFixture fixture(FakeTextEncoder encoder) throws Exception {
    return new TierFixture(encoder, EncoderSettings.defaults());
  }
}
