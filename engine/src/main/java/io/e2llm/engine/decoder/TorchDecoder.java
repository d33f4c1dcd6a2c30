package io.e2llm.engine.decoder;

import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchResult;
import io.e2llm.engine.torch.TorchTensor;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A decoder on libtorch. It owns its files' tokenizer, the network, the adapter and the cache. */
final class TorchDecoder implements DecoderModel {
  private static final int FEW = 8;
  private static final long WEIGHTS_OF_A_THREAD = 1 << 22;

  private final DecoderDescription description;
  private final ModelFiles files;
  private final TorchModule network;
  private final @Nullable AdapterNetwork adapter;
  private final CoreBudget cores;
  private final int threadsForFew;
  private final KvSequences sequences;
  private final StepBatch batch;
  private final StepBatch layeredBatch;
  private final int layers;
  private final DirectFloats logits = new DirectFloats();
  private @Nullable Layered layered;

  TorchDecoder(
      DecoderDescription description,
      ModelFiles files,
      TorchModule network,
      @Nullable AdapterNetwork adapter,
      CoreBudget cores,
      DecoderConfig config) {
    this.description = description;
    this.files = files;
    this.network = network;
    this.adapter = adapter;
    this.cores = cores;
    this.threadsForFew = threadsForFew(config);
    this.batch = new StepBatch(config.hiddenSize(), config.slidingWindow() == 0);
    this.layeredBatch = new StepBatch(config.hiddenSize(), config.slidingWindow() == 0);
    this.layers = config.layers();
    this.sequences = new KvSequences(description.window(), new Segments(network));
  }

  private record Segments(TorchModule network) implements KvSequences.Memory {
    @Override
    public void reserve(int segment, int capacity, int used) {
      network.call(
          "reserve",
          ScriptArgument.of(segment),
          ScriptArgument.of(capacity),
          ScriptArgument.of(used));
    }

    @Override
    public void copy(KvSpan from, int segment, int used) {
      network.call(
          "copy",
          ScriptArgument.of(from.sequence()),
          ScriptArgument.of(from.begin()),
          ScriptArgument.of(from.length()),
          ScriptArgument.of(segment),
          ScriptArgument.of(used));
    }

    @Override
    public void free(int segment) {
      network.call("free", ScriptArgument.of(segment));
    }
  }

  @Override
  public DecoderDescription description() {
    return description;
  }

  @Override
  public Tokenizer tokenizer() {
    return files.tokenizer();
  }

  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return files.chatTemplate();
  }

  @Override
  public SoftPrompt adapt(SoftPrompt softPrompt) {
    if (adapter == null) {
      throw new IllegalStateException("no bundle is installed");
    }
    return adapter.adapt(softPrompt);
  }

  @Override
  public int open(List<KvSpan> past) {
    return sequences.open(past);
  }

  @Override
  public void retain(int sequence) {
    sequences.retain(sequence);
  }

  @Override
  public void release(int sequence) {
    sequences.release(sequence);
  }

  @Override
  public void copy(KvSpan from, int sequence) {
    sequences.copy(from, sequence);
  }

  @Override
  public void reserve(int sequence, int tokens) {
    sequences.reserve(sequence, tokens);
  }

  @Override
  public void trim(int sequence) {
    sequences.trim(sequence);
  }

  @Override
  public int length(int sequence) {
    return sequences.length(sequence);
  }

  @Override
  public Logits step(List<StepInput> inputs) {
    layOut(inputs, batch);
    TorchTensor result = cores.computeAtMost(threads(batch), () -> batch.run(network));
    return appended(inputs, batch, result);
  }

  /** Checks the inputs, makes room for them and lays them out. */
  private void layOut(List<StepInput> inputs, StepBatch into) {
    check(inputs);
    inputs.forEach(input -> sequences.makeRoom(input.sequence(), input.tokens()));
    into.fill(inputs, sequences);
  }

  /** The inputs are read; closes {@code result}, the logits. */
  private Logits appended(List<StepInput> inputs, StepBatch laidOut, TorchTensor result) {
    try (result) {
      logits.clear(Math.multiplyExact(laidOut.wanted(), description.vocabulary()));
      if (laidOut.wanted() > 0) {
        result.copyTo(logits.floats());
      }
    }
    inputs.forEach(input -> sequences.advance(input.sequence(), input.tokens()));
    return new Logits(laidOut.wanted(), description.vocabulary(), logits.floats().flip());
  }

  @Override
  public LayeredStep begin(List<StepInput> inputs) {
    if (layered != null) {
      throw new IllegalStateException("a step goes on");
    }
    layOut(inputs, layeredBatch);
    Layered begun = new Layered(inputs);
    layered = begun;
    return begun;
  }

  private final class Layered implements LayeredStep {
    private final List<StepInput> inputs;
    private final TorchTensor turns;
    private TorchTensor x;
    private int done;

    Layered(List<StepInput> inputs) {
      this.inputs = inputs;
      turns = compute(() -> layeredBatch.turns(network));
      try {
        x = compute(() -> layeredBatch.embed(network));
      } catch (RuntimeException | Error e) {
        turns.close();
        throw e;
      }
      inputs.forEach(input -> sequences.hold(input.sequence()));
    }

    private TorchTensor compute(Supplier<TorchTensor> work) {
      return cores.computeAtMost(threads(layeredBatch), work);
    }

    @Override
    public int layersLeft() {
      return layers - done;
    }

    @Override
    public void run(int count) {
      checkGoesOn();
      if (count < 1 || count > layersLeft()) {
        throw new IllegalArgumentException(count + " layers of " + layersLeft());
      }
      TorchTensor before = x;
      x = compute(() -> layeredBatch.run(network, before, turns, done, count));
      before.close();
      done += count;
    }

    @Override
    public Logits finish() {
      checkGoesOn();
      if (layersLeft() > 0) {
        throw new IllegalStateException(layersLeft() + " layers are left");
      }
      TorchTensor result = compute(() -> layeredBatch.logits(network, x));
      close();
      return appended(inputs, layeredBatch, result);
    }

    private void checkGoesOn() {
      if (layered != this) {
        throw new IllegalStateException("the step has ended");
      }
    }

    @Override
    public void close() {
      if (layered == this) {
        layered = null;
        x.close();
        turns.close();
        inputs.forEach(input -> sequences.letGo(input.sequence()));
      }
    }
  }

  /**
   * Threads that are of use in the step laid out. In 8 bits the products of a few rows are so short
   * that waking many threads for each costs more than they bring.
   */
  private int threads(StepBatch laidOut) {
    boolean few = description.precision().equals(Precision.INT8.label()) && laidOut.rows() <= FEW;
    return few ? threadsForFew : Integer.MAX_VALUE;
  }

  /** As many threads as the largest product has work for. */
  private static int threadsForFew(DecoderConfig config) {
    long weights = 2L * config.hiddenSize() * config.intermediateSize(); // gate and up
    return Math.toIntExact(1 + weights / WEIGHTS_OF_A_THREAD);
  }

  private void check(List<StepInput> inputs) {
    BitSet seen = new BitSet();
    for (StepInput input : inputs) {
      int past = sequences.length(input.sequence());
      sequences.checkNotHeld(input.sequence());
      if (seen.get(input.sequence())) {
        throw new IllegalArgumentException("sequence " + input.sequence() + " stands twice");
      }
      seen.set(input.sequence());
      int tokens = input.tokens();
      if (tokens < 1 || tokens > description.window() - past) {
        throw new IllegalArgumentException(
            "%d + %d tokens in a window of %d".formatted(past, tokens, description.window()));
      }
      input.pieces().forEach(this::check);
    }
    if (seen.isEmpty()) {
      throw new IllegalArgumentException("a step without inputs");
    }
  }

  private void check(StepInput.Piece piece) {
    switch (piece) {
      case StepInput.Ids tokens -> {
        for (int id : tokens.ids()) {
          if (id < 0 || id >= description.vocabulary()) {
            throw new IllegalArgumentException(
                "id " + id + " in a vocabulary of " + description.vocabulary());
          }
        }
      }
      case StepInput.Soft rows -> {
        if (rows.rows().width() != description.hiddenSize()) {
          throw new IllegalArgumentException(
              "soft tokens of width " + rows.rows().width() + ", not " + description.hiddenSize());
        }
      }
    }
  }

  @Override
  public long kvBytes() {
    return sequences.tokensReserved() * description.kvBytesPerToken();
  }

  @Override
  public long kvBytes(int sequence) {
    return sequences.tokensReserved(sequence) * description.kvBytesPerToken();
  }

  /** Bytes of KV cache as libtorch counts them. */
  long kvBytesHeld() {
    try (TorchResult result = network.run("cache_bytes")) {
      return result.integer();
    }
  }

  @Override
  public void close() {
    if (layered != null) {
      layered.close();
    }
    network.close();
    if (adapter != null) {
      adapter.close();
    }
    files.close();
  }
}
