package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors of one or several open files. Immutable, thus thread-safe. */
final class StoredWeights implements Weights {
  private final String source;
  private final List<FileChannel> channels;
  private final Map<String, StoredTensor> stored;
  private final Map<String, TensorInfo> infos = new LinkedHashMap<>();

  /** Takes ownership of the channels. */
  StoredWeights(String source, List<FileChannel> channels, Map<String, StoredTensor> stored) {
    this.source = source;
    this.channels = List.copyOf(channels);
    this.stored = Map.copyOf(stored);
    stored.forEach((name, tensor) -> infos.put(name, tensor.info()));
  }

  @Override
  public Map<String, TensorInfo> tensors() {
    return java.util.Collections.unmodifiableMap(infos);
  }

  @Override
  public ByteBuffer readFp32(String name) {
    StoredTensor tensor = tensor(name);
    return tensor.read(0, tensor.rows());
  }

  @Override
  public ByteBuffer readFp32Rows(String name, long firstRow, long rows) {
    return tensor(name).read(firstRow, rows);
  }

  private StoredTensor tensor(String name) {
    StoredTensor tensor = stored.get(name);
    if (tensor == null) {
      throw new ModelException(source + ": no tensor " + OneLine.of(name));
    }
    return tensor;
  }

  @Override
  public void close() {
    closeAll(channels);
  }

  static void closeAll(List<FileChannel> channels) {
    for (FileChannel channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
