package io.e2llm.engine.encoder;

import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchResult;
import io.e2llm.engine.torch.TorchTensor;
import java.util.Arrays;
import java.util.List;

/**
 * Chunks as an encoder takes them: padded to the longest. Any id serves as padding: nothing attends
 * to it.
 */
final class PaddedBatch implements AutoCloseable {
  private final TorchTensor ids;
  private final TorchTensor lengths;
  private final int length;
  private final boolean padded;

  PaddedBatch(List<PreparedChunk> chunks) {
    int[] sizes = chunks.stream().mapToInt(chunk -> chunk.ids().length).toArray();
    length = Arrays.stream(sizes).max().orElseThrow();
    padded = Arrays.stream(sizes).anyMatch(size -> size < length);
    int[] all = new int[sizes.length * length];
    for (int i = 0; i < sizes.length; i++) {
      System.arraycopy(chunks.get(i).ids(), 0, all, i * length, sizes[i]);
    }
    ids = TorchTensor.of(all, sizes.length, length);
    lengths = TorchTensor.vector(sizes);
  }

  /** int64 {@code [batch, length]}. */
  TorchTensor ids() {
    return ids;
  }

  /** int64 {@code [batch]}: ids of each chunk. */
  TorchTensor lengths() {
    return lengths;
  }

  /** Ids of each chunk, padding included. */
  int length() {
    return length;
  }

  /**
   * Encodes.
   *
   * @param network as {@link EncoderNetwork} makes it
   * @param states whether token states are wanted
   * @return sentence embeddings {@code [batch, hidden]}, and with {@code states} token states
   *     {@code [batch * length, states_width]}; the caller's to close
   */
  List<TorchTensor> encode(TorchModule network, boolean states) {
    try (TorchResult result =
        network.run(
            "encode",
            ScriptArgument.of(ids),
            ScriptArgument.of(lengths),
            ScriptArgument.of(padded),
            ScriptArgument.of(states))) {
      return result.tensors();
    }
  }

  @Override
  public void close() {
    ids.close();
    lengths.close();
  }
}
