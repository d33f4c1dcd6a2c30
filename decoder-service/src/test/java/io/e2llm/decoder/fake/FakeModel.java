package io.e2llm.decoder.fake;

import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.decoder.DecoderDescription;
import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.KvSpan;
import io.e2llm.engine.decoder.LayeredStep;
import io.e2llm.engine.decoder.Logits;
import io.e2llm.engine.decoder.StepInput;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A decoder whose next token is a fixed function of everything its sequence has read, however that
 * was cut into steps. Asserts that one thread uses it and that the contract is kept.
 */
public final class FakeModel implements DecoderModel {
  public static final int POOLED = 3;
  public static final int HIDDEN = 2;
  public static final String BUNDLE = "bundle-1";
  public static final long KV_BYTES = 10;
  public static final int LAYERS = 20;

  /** Logits after a sequence's content: ids as they are, a soft row as a negative number. */
  public interface Brain {
    void think(List<Integer> content, float[] logits);
  }

  /** Hears of layers. */
  public interface LayersHook {
    void run(List<StepInput> inputs, int layers);
  }

  private static final class Sequence {
    final List<KvSpan> past;
    final List<Integer> pastContent;
    final List<Integer> own = new ArrayList<>();
    int holders = 1;
    int capacity;

    Sequence(List<KvSpan> past, List<Integer> pastContent) {
      this.past = past;
      this.pastContent = pastContent;
    }
  }

  /** Every step so far. */
  public final List<List<StepInput>> steps = new ArrayList<>();

  /** Runs before each step; may throw. */
  public volatile Consumer<List<StepInput>> beforeStep = inputs -> {};

  /** Runs before layers of a step that is made a few at a time; may throw. */
  public volatile LayersHook beforeLayers = (inputs, layers) -> {};

  /** How many sequences are open. */
  public volatile int open;

  public volatile boolean closed;

  /** How many sequences were open when it was closed. */
  public volatile int leftOpen;

  public volatile boolean failKvBytes;

  /** Most bytes of KV cache there have been. */
  public long peakKvBytes;

  /** Most spans a sequence began with. */
  public int mostSpans;

  private final int window;
  private final String bundle;
  private final Brain brain;
  private final Tokenizer tokenizer = new ByteTokenizer();
  private final Map<Integer, Sequence> sequences = new TreeMap<>();
  private @Nullable Thread owner;
  private @Nullable Layered layered;

  public FakeModel(int window) {
    this(window, BUNDLE, FakeModel::hashed);
  }

  public FakeModel(int window, String bundle, Brain brain) {
    this.window = window;
    this.bundle = bundle;
    this.brain = brain;
  }

  /** Answers any prompt of {@code promptTokens} tokens with {@code reply}, then the end token. */
  public static FakeModel replying(int window, int promptTokens, String reply) {
    int[] ids = ByteTokenizer.ids(reply);
    return new FakeModel(
        window,
        BUNDLE,
        (content, logits) -> {
          int at = content.size() - promptTokens;
          logits[at >= 0 && at < ids.length ? ids[at] : ByteTokenizer.END] = 10;
        });
  }

  /** Printable letters, now and then a two-byte character's half, rarely an end token. */
  private static void hashed(List<Integer> content, float[] logits) {
    long hash = 1;
    for (int item : content) {
      hash = (hash ^ item) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    for (int id = 0; id < logits.length; id++) {
      long z = (hash + id) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 31)) * 0x94D049BB133111EBL;
      logits[id] = (z >>> 40) * 0x1p-22f - (id >= 'a' && id <= 'z' ? 0 : 1);
    }
    logits[ByteTokenizer.END] -= 1;
  }

  @Override
  public DecoderDescription description() {
    return new DecoderDescription(
        "fake",
        "identity",
        bundle,
        bundle.isEmpty() ? 0 : POOLED,
        HIDDEN,
        window,
        ByteTokenizer.VOCABULARY,
        Set.of(ByteTokenizer.END),
        KV_BYTES,
        "fp32");
  }

  @Override
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return Optional.empty();
  }

  @Override
  public SoftPrompt adapt(SoftPrompt softPrompt) {
    owned();
    float[] values = new float[softPrompt.rows() * HIDDEN];
    for (int row = 0; row < softPrompt.rows(); row++) {
      for (int i = 0; i < POOLED; i++) {
        values[row * HIDDEN + i % HIDDEN] += softPrompt.values()[row * POOLED + i] * (i + 1);
      }
    }
    return new SoftPrompt(softPrompt.rows(), HIDDEN, values);
  }

  @Override
  public int open(List<KvSpan> past) {
    owned();
    List<Integer> content = new ArrayList<>();
    past.forEach(span -> content.addAll(content(span)));
    mostSpans = Math.max(mostSpans, past.size());
    past.forEach(span -> retain(span.sequence()));
    int handle = 0;
    while (sequences.containsKey(handle)) {
      handle++;
    }
    sequences.put(handle, new Sequence(List.copyOf(past), content));
    open = sequences.size();
    return handle;
  }

  @Override
  public void retain(int sequence) {
    owned();
    get(sequence).holders++;
  }

  @Override
  public void release(int sequence) {
    owned();
    Sequence released = get(sequence);
    if (released.holders == 1) {
      checkNotHeld(sequence);
    }
    if (--released.holders == 0) {
      sequences.remove(sequence);
      released.past.forEach(span -> release(span.sequence()));
    }
    open = sequences.size();
  }

  @Override
  public void copy(KvSpan from, int sequence) {
    owned();
    Sequence into = get(sequence);
    grow(into, from.length());
    into.own.addAll(List.copyOf(content(from)));
  }

  @Override
  public void reserve(int sequence, int tokens) {
    owned();
    Sequence grows = get(sequence);
    checkNotHeld(sequence);
    if (grows.pastContent.size() + grows.own.size() + tokens > window) {
      throw new IllegalArgumentException("room beyond the window");
    }
    resize(grows, Math.max(grows.capacity, grows.own.size() + tokens));
  }

  private void grow(Sequence grows, int tokens) {
    int needed = grows.own.size() + tokens;
    if (needed > grows.capacity) {
      int roomy = (Math.max(needed, 2 * grows.capacity) + 63) / 64 * 64;
      resize(grows, Math.min(window - grows.pastContent.size(), roomy));
    }
  }

  private void resize(Sequence sequence, int capacity) {
    sequence.capacity = capacity;
    peakKvBytes = Math.max(peakKvBytes, bytes());
  }

  @Override
  public void trim(int sequence) {
    owned();
    checkNotHeld(sequence);
    resize(get(sequence), get(sequence).own.size());
  }

  private List<Integer> content(KvSpan span) {
    return get(span.sequence()).own.subList(span.begin(), span.begin() + span.length());
  }

  @Override
  public int length(int sequence) {
    return content(sequence).size();
  }

  @Override
  public Logits step(List<StepInput> inputs) {
    owned();
    steps.add(inputs);
    beforeStep.accept(inputs);
    return read(inputs);
  }

  @Override
  public LayeredStep begin(List<StepInput> inputs) {
    owned();
    if (layered != null) {
      throw new IllegalStateException("a step goes on");
    }
    inputs.forEach(input -> grow(get(input.sequence()), input.tokens()));
    Layered begun = new Layered(inputs);
    layered = begun;
    return begun;
  }

  /** Whether a step goes on that is made a few layers at a time. */
  public boolean goesOn() {
    return layered != null;
  }

  private void checkNotHeld(int sequence) {
    if (layered != null
        && layered.inputs.stream().anyMatch(input -> input.sequence() == sequence)) {
      throw new IllegalStateException("sequence " + sequence + " is in a step that goes on");
    }
  }

  private final class Layered implements LayeredStep {
    private final List<StepInput> inputs;
    private int left = LAYERS;

    Layered(List<StepInput> inputs) {
      this.inputs = inputs;
    }

    @Override
    public int layersLeft() {
      return left;
    }

    @Override
    public void run(int layers) {
      owned();
      if (layered != this || layers < 1 || layers > left) {
        throw new IllegalStateException(layers + " layers of " + left);
      }
      beforeLayers.run(inputs, layers);
      left -= layers;
    }

    @Override
    public Logits finish() {
      owned();
      if (layered != this || left > 0) {
        throw new IllegalStateException("not to be finished");
      }
      layered = null;
      steps.add(inputs);
      return read(inputs);
    }

    @Override
    public void close() {
      if (layered == this) {
        layered = null;
      }
    }
  }

  private Logits read(List<StepInput> inputs) {
    if (inputs.isEmpty()
        || inputs.stream().map(StepInput::sequence).distinct().count() != inputs.size()) {
      throw new IllegalStateException("empty step, or a sequence twice");
    }
    List<float[]> rows = new ArrayList<>();
    for (StepInput input : inputs) {
      checkNotHeld(input.sequence());
      grow(get(input.sequence()), input.tokens());
      input.pieces().forEach(piece -> append(piece, get(input.sequence()).own));
      List<Integer> content = content(input.sequence());
      if (content.size() > window || input.tokens() < 1) {
        throw new IllegalStateException("sequence of " + content.size() + " tokens");
      }
      if (input.wantLogits()) {
        float[] logits = new float[ByteTokenizer.VOCABULARY];
        brain.think(content, logits);
        rows.add(logits);
      }
    }
    FloatBuffer values = FloatBuffer.allocate(rows.size() * ByteTokenizer.VOCABULARY);
    rows.forEach(values::put);
    return new Logits(rows.size(), ByteTokenizer.VOCABULARY, values);
  }

  private static void append(StepInput.Piece piece, List<Integer> content) {
    switch (piece) {
      case StepInput.Ids ids -> Arrays.stream(ids.ids()).forEach(content::add);
      case StepInput.Soft soft -> {
        SoftPrompt rows = soft.rows();
        if (rows.width() != HIDDEN) {
          throw new IllegalStateException("rows of width " + rows.width());
        }
        for (int row = 0; row < rows.rows(); row++) {
          float[] values = Arrays.copyOfRange(rows.values(), row * HIDDEN, (row + 1) * HIDDEN);
          content.add(Arrays.hashCode(values) | Integer.MIN_VALUE);
        }
      }
    }
  }

  /** What a sequence has read, what it began with included. */
  public List<Integer> content(int sequence) {
    List<Integer> content = new ArrayList<>(get(sequence).pastContent);
    content.addAll(get(sequence).own);
    return content;
  }

  private Sequence get(int sequence) {
    Sequence found = sequences.get(sequence);
    if (found == null) {
      throw new IllegalStateException("sequence " + sequence + " is not open");
    }
    return found;
  }

  @Override
  public long kvBytes() {
    if (failKvBytes) {
      throw new IllegalStateException("no bytes to tell of");
    }
    return bytes();
  }

  private long bytes() {
    return sequences.values().stream().mapToLong(each -> each.capacity * KV_BYTES).sum();
  }

  @Override
  public long kvBytes(int sequence) {
    return get(sequence).capacity * KV_BYTES;
  }

  @Override
  public void close() {
    owned();
    leftOpen = sequences.size();
    sequences.clear();
    open = 0;
    closed = true;
  }

  private void owned() {
    if (owner == null) {
      owner = Thread.currentThread();
    }
    if (owner != Thread.currentThread() || closed) {
      throw new IllegalStateException("closed, or used by " + Thread.currentThread());
    }
  }
}
