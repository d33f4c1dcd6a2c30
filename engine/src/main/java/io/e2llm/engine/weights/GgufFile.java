package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An open GGUF file, version 2 or 3, little-endian. */
public final class GgufFile implements AutoCloseable {
  private final FileChannel channel;
  private final GgufMetadata metadata;
  private final Map<String, StoredTensor> tensors;

  private GgufFile(FileChannel channel, GgufMetadata metadata, Map<String, StoredTensor> tensors) {
    this.channel = channel;
    this.metadata = metadata;
    this.tensors = tensors;
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws ModelException when it is not what it claims to be
   */
  public static GgufFile open(Path path) {
    String file = String.valueOf(path.getFileName());
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      boolean opened = false;
      try {
        GgufHeader header = GgufHeader.read(file, channel);
        GgufFile gguf = new GgufFile(channel, header.metadata(), locate(file, channel, header));
        opened = true;
        return gguf;
      } finally {
        if (!opened) {
          channel.close();
        }
      }
    } catch (NoSuchFileException e) {
      throw new ModelException(file + ": no such file", e);
    } catch (IOException | InternalError e) {
      throw new ModelException(file + ": cannot be read", e);
    }
  }

  private static Map<String, StoredTensor> locate(
      String file, FileChannel channel, GgufHeader header) throws IOException {
    Extents extents = new Extents(file, Math.max(0, channel.size() - header.dataAt()));
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    for (GgufHeader.Entry entry : header.entries()) {
      TensorInfo info = entry.info();
      WeightType type = info.type();
      String field = file + ": tensor " + OneLine.of(info.name());
      long elements = Extents.elements(field, info.shape());
      long rowElements = info.shape().isEmpty() ? 1 : info.shape().getLast();
      if (rowElements % type.blockElements() != 0) {
        throw new ModelException(
            "%s: rows of %d elements of %s".formatted(field, rowElements, type));
      }
      long blocks = elements / type.blockElements();
      if (entry.offset() < 0 || blocks > (Long.MAX_VALUE - entry.offset()) / type.blockBytes()) {
        throw new ModelException(field + ": offset " + Long.toUnsignedString(entry.offset()));
      }
      extents.claim(info.name(), entry.offset(), entry.offset() + blocks * type.blockBytes());
      long at = header.dataAt() + entry.offset();
      if (tensors.put(info.name(), new StoredTensor(info, file, channel, at, null)) != null) {
        throw new ModelException(field + ": stands twice");
      }
    }
    extents.check();
    return tensors;
  }

  /** The key-value pairs. */
  public GgufMetadata metadata() {
    return metadata;
  }

  /** Whether the file holds a tensor of this GGUF name. */
  public boolean hasTensor(String ggufName) {
    return tensors.containsKey(ggufName);
  }

  /**
   * The tensors as a Hugging Face checkpoint of the family has them. Closing them closes the file.
   *
   * @param names how the architecture's tensors are called and stored
   * @throws ModelException when a tensor is not the architecture's
   */
  public Weights weights(GgufNames names) {
    Map<String, StoredTensor> translated = new LinkedHashMap<>();
    List<TensorInfo> unknown = new ArrayList<>();
    tensors.forEach(
        (name, tensor) ->
            names
                .translate(name)
                .ifPresentOrElse(
                    wanted -> translated.put(wanted, names.rename(tensor, wanted)),
                    () -> unknown.add(tensor.info())));
    if (!unknown.isEmpty()) {
      throw new ModelException(
          metadata.file()
              + ": tensor "
              + OneLine.of(unknown.getFirst().name())
              + ": the architecture has no such tensor");
    }
    return new StoredWeights(metadata.file(), List.of(channel), translated);
  }

  /** The tensors under their own names, rows as they stand. */
  public Weights weights() {
    return new StoredWeights(metadata.file(), List.of(channel), tensors);
  }

  @Override
  public void close() {
    StoredWeights.closeAll(List.of(channel));
  }
}
