package io.e2llm.engine.encoder;

import io.e2llm.engine.encoder.TextEncoder.EncodeInput;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchRuntime;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A text encoder on libtorch. A batch is cut into parts, which the cores take one after another:
 * chunks have nothing to do with each other, so cores that take whole chunks never wait for each
 * other, as they do where they share each product. On the CPU a part is so small that what is
 * computed for it stays in the cache. A part is one call for the embeddings and token states, then
 * one for the soft prompts of each ratio in it; states never leave libtorch.
 */
final class TorchTextEncoder implements TextEncoder {
  private static final long MULTIPLICATIONS_OF_A_THREAD = 1L << 28;

  private final ModelFiles files;
  private final EncoderDescription description;
  private final ChunkPreparation preparation;
  private final TorchModule network;
  private final Optional<SoftPromptPooling> pooling;
  private final CoreBudget cores;
  private final long widestWeights;
  private final int partTokens;
  private final Lanes lanes;
  private @Nullable Thread computeThread;

  /**
   * Takes ownership of files, network and pooling.
   *
   * @param lanes parts of a batch encoded at the same time
   * @param partTokens most tokens of a part with more than one chunk
   * @param widestWeights weights of the largest product
   */
  TorchTextEncoder(
      ModelFiles files,
      EncoderDescription description,
      ChunkPreparation preparation,
      TorchModule network,
      Optional<SoftPromptPooling> pooling,
      CoreBudget cores,
      int lanes,
      int partTokens,
      long widestWeights) {
    this.files = files;
    this.description = description;
    this.preparation = preparation;
    this.network = network;
    this.pooling = pooling;
    this.cores = cores;
    this.partTokens = partTokens;
    this.lanes = new Lanes(lanes);
    this.widestWeights = widestWeights;
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
  public int lanes() {
    return lanes.count();
  }

  @Override
  public List<EncodedChunk> encode(List<EncodeInput> batch) {
    checkThread();
    batch.forEach(input -> checkRatio(input.ratio()));
    int longest = batch.stream().mapToInt(input -> input.chunk().ids().length).max().orElseThrow();
    List<List<Integer>> parts = cut(batch, longest);
    int useful = Math.min(lanes.count(), parts.size());
    try (CoreBudget.Share share = cores.enterAtMost(useful * usefulThreads(longest))) {
      int taken = Math.min(useful, share.threads());
      int threads = share.threads() / taken;
      List<List<EncodedChunk>> results =
          lanes.map(
              parts,
              taken,
              part -> {
                TorchRuntime.setThreads(threads);
                return encodePart(part.stream().map(batch::get).toList());
              });
      return inOrder(parts, results);
    }
  }

  private static List<EncodedChunk> inOrder(
      List<List<Integer>> parts, List<List<EncodedChunk>> results) {
    Map<Integer, EncodedChunk> byPlace = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      for (int j = 0; j < parts.get(i).size(); j++) {
        byPlace.put(parts.get(i).get(j), results.get(i).get(j));
      }
    }
    return List.copyOf(byPlace.values());
  }

  /** Threads that the largest product of so many tokens has work for. */
  private int usefulThreads(int tokens) {
    return Math.toIntExact(1 + tokens * widestWeights / MULTIPLICATIONS_OF_A_THREAD);
  }

  /**
   * Places in the batch, those of chunks of similar length together as they are padded to the
   * longest; parts as large as may be, but one for each core where there are enough chunks.
   */
  private List<List<Integer>> cut(List<EncodeInput> batch, int longest) {
    List<Integer> places =
        IntStream.range(0, batch.size())
            .boxed()
            .sorted(Comparator.comparingInt(place -> -batch.get(place).chunk().ids().length))
            .toList();
    int forEach = (batch.size() + lanes.count() - 1) / lanes.count();
    int size = Math.max(1, Math.min(forEach, partTokens / longest));
    List<List<Integer>> parts = new ArrayList<>();
    for (int i = 0; i < places.size(); i += size) {
      parts.add(places.subList(i, Math.min(i + size, places.size())));
    }
    return parts;
  }

  private List<EncodedChunk> encodePart(List<EncodeInput> batch) {
    Map<Integer, List<Integer>> byRatio = byRatio(batch);
    List<PreparedChunk> chunks = batch.stream().map(EncodeInput::chunk).toList();
    try (PaddedBatch padded = new PaddedBatch(chunks)) {
      List<TorchTensor> encoded = padded.encode(network, !byRatio.isEmpty());
      try {
        @Nullable SoftPrompt[] softPrompts = new SoftPrompt[chunks.size()];
        byRatio.forEach(
            (ratio, which) -> {
              List<SoftPrompt> pooled =
                  pooling.orElseThrow().pool(encoded.get(1), chunks, padded.length(), which, ratio);
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

  /** The places of a part's soft prompts, by their ratio. */
  private static Map<Integer, List<Integer>> byRatio(List<EncodeInput> part) {
    Map<Integer, List<Integer>> byRatio = new TreeMap<>();
    for (int i = 0; i < part.size(); i++) {
      if (part.get(i).ratio() != 0) {
        byRatio.computeIfAbsent(part.get(i).ratio(), r -> new ArrayList<>()).add(i);
      }
    }
    return byRatio;
  }

  private void checkRatio(int ratio) {
    if (ratio != 0 && !description.ratios().contains(ratio)) {
      throw new IllegalArgumentException("ratio " + ratio + " is none of " + description.ratios());
    }
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
    lanes.close();
    pooling.ifPresent(SoftPromptPooling::close);
    network.close();
    files.close();
  }
}
