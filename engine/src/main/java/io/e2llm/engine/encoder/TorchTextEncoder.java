package io.e2llm.engine.encoder;

import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchResult;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A text encoder on libtorch. A batch is one call for the embeddings and token states, then one for
 * the soft prompts of each ratio in it; states never leave libtorch.
 */
final class TorchTextEncoder implements TextEncoder {
  private final ModelFiles files;
  private final EncoderDescription description;
  private final ChunkPreparation preparation;
  private final TorchModule network;
  private final Optional<SoftPromptPooling> pooling;
  private final CoreBudget cores;
  private @Nullable Thread computeThread;

  /** Takes ownership of files, network and pooling. */
  TorchTextEncoder(
      ModelFiles files,
      EncoderDescription description,
      ChunkPreparation preparation,
      TorchModule network,
      Optional<SoftPromptPooling> pooling,
      CoreBudget cores) {
    this.files = files;
    this.description = description;
    this.preparation = preparation;
    this.network = network;
    this.pooling = pooling;
    this.cores = cores;
  }

  @Override
  public EncoderDescription description() {
    return description;
  }

  @Override
  public Tokenizer tokenizer() {
    return files.tokenizer();
  }

  @Override
  public PreparedChunk prepare(String text, ChunkRole role) {
    return preparation.prepare(text, role);
  }

  @Override
  public List<EncodedChunk> encode(List<EncodeInput> batch) {
    checkThread();
    Map<Integer, List<Integer>> byRatio = byRatio(batch);
    List<PreparedChunk> chunks = batch.stream().map(EncodeInput::chunk).toList();
    return cores.compute(() -> encode(chunks, byRatio));
  }

  private List<EncodedChunk> encode(
      List<PreparedChunk> chunks, Map<Integer, List<Integer>> byRatio) {
    int[] sizes = chunks.stream().mapToInt(chunk -> chunk.ids().length).toArray();
    int length = Arrays.stream(sizes).max().orElseThrow();
    try (TorchTensor ids = LongTensors.of(padded(chunks, length), chunks.size(), length);
        TorchTensor lengths = LongTensors.of(sizes)) {
      List<TorchTensor> encoded =
          run(
              ScriptArgument.of(ids),
              ScriptArgument.of(lengths),
              ScriptArgument.of(Arrays.stream(sizes).anyMatch(size -> size < length)),
              ScriptArgument.of(!byRatio.isEmpty()));
      try {
        @Nullable SoftPrompt[] softPrompts = new SoftPrompt[chunks.size()];
        byRatio.forEach(
            (ratio, which) -> {
              List<SoftPrompt> pooled =
                  pooling.orElseThrow().pool(encoded.get(1), chunks, length, which, ratio);
              for (int i = 0; i < pooled.size(); i++) {
                softPrompts[which.get(i)] = pooled.get(i);
              }
            });
        return results(encoded.getFirst().toFloats(), softPrompts);
      } finally {
        encoded.forEach(TorchTensor::close);
      }
    }
  }

  private List<TorchTensor> run(ScriptArgument... arguments) {
    try (TorchResult result = network.run("encode", arguments)) {
      return result.tensors();
    }
  }

  /** The places of a batch's soft prompts, by their ratio. */
  private Map<Integer, List<Integer>> byRatio(List<EncodeInput> batch) {
    Map<Integer, List<Integer>> byRatio = new TreeMap<>();
    for (int i = 0; i < batch.size(); i++) {
      int ratio = batch.get(i).ratio();
      if (ratio != 0) {
        if (!description.ratios().contains(ratio)) {
          throw new IllegalArgumentException(
              "ratio " + ratio + " is none of " + description.ratios());
        }
        byRatio.computeIfAbsent(ratio, r -> new ArrayList<>()).add(i);
      }
    }
    return byRatio;
  }

  /** Any id serves as padding: nothing attends to it. */
  private static int[] padded(List<PreparedChunk> chunks, int length) {
    int[] ids = new int[chunks.size() * length];
    for (int i = 0; i < chunks.size(); i++) {
      int[] own = chunks.get(i).ids();
      System.arraycopy(own, 0, ids, i * length, own.length);
    }
    return ids;
  }

  private List<EncodedChunk> results(float[] embeddings, @Nullable SoftPrompt[] softPrompts) {
    int width = description.embeddingWidth();
    List<EncodedChunk> results = new ArrayList<>();
    for (int i = 0; i < softPrompts.length; i++) {
      float[] embedding = Arrays.copyOfRange(embeddings, i * width, (i + 1) * width);
      results.add(new EncodedChunk(embedding, softPrompts[i]));
    }
    return results;
  }

  private void checkThread() {
    Thread current = Thread.currentThread();
    if (computeThread == null) {
      computeThread = current;
    } else if (computeThread != current) {
      throw new IllegalStateException(
          "encoder of " + computeThread.getName() + " called by " + current.getName());
    }
  }

  @Override
  public void close() {
    pooling.ifPresent(SoftPromptPooling::close);
    network.close();
    files.close();
  }
}
