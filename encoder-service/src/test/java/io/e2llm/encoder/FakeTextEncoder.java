package io.e2llm.encoder;

import io.e2llm.engine.encoder.ChunkRole;
import io.e2llm.engine.encoder.ChunkTooLongException;
import io.e2llm.engine.encoder.EncodedChunk;
import io.e2llm.engine.encoder.EncoderDescription;
import io.e2llm.engine.encoder.PreparedChunk;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.encoder.TextEncoder;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Encodes words without a model: every word is a token, vectors are a function of the words alone.
 * With a gate, each step waits for {@link #permitSteps}.
 */
final class FakeTextEncoder implements TextEncoder {
  static final String IDENTITY = "fake-identity";
  static final int CHUNK_TOKENS = 64;
  static final int SPECIALS = 2;
  static final int POOLED_WIDTH = 8;
  static final int EMBEDDING_WIDTH = 4;

  /** Each step's batch, as the hash codes of its texts' first words. */
  final List<List<Integer>> steps = new CopyOnWriteArrayList<>();

  /** Chunks tokenized. */
  final AtomicInteger prepared = new AtomicInteger();

  final Semaphore stepsBegun = new Semaphore(0);
  private final Set<Integer> poison = ConcurrentHashMap.newKeySet();
  private final Set<Integer> nan = ConcurrentHashMap.newKeySet();
  private final boolean gated;
  private final Semaphore gate = new Semaphore(0);
  private final List<Integer> ratios;
  private final FakeTokenizer tokenizer = new FakeTokenizer(600 << 10);
  volatile boolean closed;
  volatile String closedBy = "";

  private FakeTextEncoder(boolean gated, List<Integer> ratios) {
    this.gated = gated;
    this.ratios = ratios;
  }

  static FakeTextEncoder free() {
    return new FakeTextEncoder(false, List.of(4, 8));
  }

  static FakeTextEncoder gated() {
    return new FakeTextEncoder(true, List.of(4, 8));
  }

  static FakeTextEncoder withoutBundle() {
    return new FakeTextEncoder(false, List.of());
  }

  @Override
  public int lanes() {
    return 1;
  }

  /** Lets so many steps pass the gate. */
  void permitSteps(int count) {
    gate.release(count);
  }

  /** Waits until so many more steps have begun. */
  void awaitSteps(int count) throws InterruptedException {
    if (!stepsBegun.tryAcquire(count, 20, TimeUnit.SECONDS)) {
      throw new AssertionError("no step began: " + steps);
    }
  }

  /** Batches with this text fail. */
  void poison(String text) {
    poison.add(text.hashCode());
  }

  /** This text's vectors are NaN. */
  void spoil(String text) {
    nan.add(text.hashCode());
  }

  @Override
  public EncoderDescription description() {
    return new EncoderDescription(
        "fake",
        IDENTITY,
        ratios.isEmpty() ? "" : "bundle",
        false,
        ratios,
        ratios.isEmpty() ? 0 : POOLED_WIDTH,
        EMBEDDING_WIDTH,
        CHUNK_TOKENS,
        SPECIALS,
        "fp32",
        ratios.isEmpty() ? "" : "window-mean");
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public PreparedChunk prepare(String text, ChunkRole role) {
    int words = text.split(" ").length;
    if (words + SPECIALS > CHUNK_TOKENS) {
      throw new ChunkTooLongException(words + SPECIALS, CHUNK_TOKENS);
    }
    prepared.incrementAndGet();
    int[] ids = new int[words + SPECIALS];
    ids[0] = text.hashCode();
    ids[1] = role == ChunkRole.QUERY ? 1 : 0;
    return new PreparedChunk(ids, new int[ids.length], words);
  }

  @Override
  public List<EncodedChunk> encode(List<EncodeInput> batch) {
    steps.add(batch.stream().map(input -> input.chunk().ids()[0]).toList());
    stepsBegun.release();
    if (gated) {
      gate.acquireUninterruptibly();
    }
    List<EncodedChunk> results = new ArrayList<>();
    for (EncodeInput input : batch) {
      int text = input.chunk().ids()[0];
      if (poison.contains(text)) {
        throw new IllegalArgumentException("poisoned chunk");
      }
      results.add(encode(input, nan.contains(text) ? Float.NaN : text % 1_000 / 7f));
    }
    return results;
  }

  private static EncodedChunk encode(EncodeInput input, float value) {
    float[] embedding = new float[EMBEDDING_WIDTH];
    Arrays.fill(embedding, value);
    if (input.ratio() == 0) {
      return new EncodedChunk(embedding, null);
    }
    int rows = (input.chunk().textTokens() + input.ratio() - 1) / input.ratio();
    float[] values = new float[rows * POOLED_WIDTH];
    Arrays.fill(values, value);
    return new EncodedChunk(embedding, new SoftPrompt(rows, POOLED_WIDTH, values));
  }

  @Override
  public void close() {
    closed = true;
    closedBy = Thread.currentThread().getName();
  }
}
