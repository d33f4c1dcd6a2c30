package io.e2llm.engine.decoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.torch.TorchTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Weights as a decoder's network packs them, kept in a file so that the next start need not make
 * them again: groups of tensors, each tensor at a multiple of 64 bytes, then an index as JSON, then
 * where the index begins. The file is mapped, not read. It is a copy of what can be made again, so
 * a file that is not understood counts as none.
 */
final class PreparedWeights implements AutoCloseable {
  private static final int ALIGNMENT = 64;
  private static final int INDEX_LIMIT = 1 << 24;

  private final FileChannel channel;
  private final JsonNode groups;

  private PreparedWeights(FileChannel channel, JsonNode groups) {
    this.channel = channel;
    this.groups = groups;
  }

  /** Opens a file that holds {@code groups} groups; empty where there is none. */
  static Optional<PreparedWeights> open(Path file, int groups) {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      long indexAt = map(channel, channel.size() - Long.BYTES, Long.BYTES).getLong();
      long length = channel.size() - Long.BYTES - indexAt;
      if (indexAt < 0 || length < 2 || length > INDEX_LIMIT) {
        throw new IOException("no index");
      }
      byte[] index = new byte[(int) length];
      map(channel, indexAt, length).get(index);
      JsonNode json = StrictJson.parseObject(index, "index").path("groups");
      if (json.size() != groups) {
        throw new IOException("groups");
      }
      return Optional.of(new PreparedWeights(channel, json));
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      return Optional.empty();
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It was only read.
    }
  }

  private static ByteBuffer map(FileChannel channel, long from, long bytes) throws IOException {
    if (from < 0 || bytes < 0 || from + bytes > channel.size()) {
      throw new IOException("beyond the end");
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, from, bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The tensors of a group, over the mapped file; the caller's to close.
   *
   * @throws ModelException when the file has become another
   */
  List<TorchTensor> group(int index) {
    List<TorchTensor> tensors = new ArrayList<>();
    try {
      for (JsonNode entry : groups.path(index)) {
        long[] shape = new long[entry.path("shape").size()];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = entry.path("shape").path(i).asLong();
        }
        ByteBuffer bytes =
            map(channel, entry.path("offset").asLong(), entry.path("bytes").asLong());
        tensors.add(
            entry.path("dtype").asText().equals("I8")
                ? TorchTensor.ofBytes(bytes, shape)
                : TorchTensor.ofFloats(bytes, shape));
      }
      return tensors;
    } catch (IOException | RuntimeException e) {
      tensors.forEach(TorchTensor::close);
      throw new ModelException("prepared weights cannot be read; remove the cached file", e);
    }
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  /** Writes such a file beside its place and moves it there when it is whole. */
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final Path part;
    private final FileChannel channel;
    private final ArrayNode groups = JsonNodeFactory.instance.arrayNode();

    /** Begins a file. */
    Writer(Path file) throws IOException {
      this.file = file;
      Path folder = Files.createDirectories(file.toAbsolutePath().getParent());
      part = Files.createTempFile(folder, "packing", ".part");
      channel = FileChannel.open(part, StandardOpenOption.WRITE);
    }

    /** Appends a group. */
    void add(List<TorchTensor> tensors) throws IOException {
      ArrayNode group = groups.addArray();
      for (TorchTensor tensor : tensors) {
        long offset = (channel.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        channel.position(offset);
        ByteBuffer bytes = tensor.bytes();
        ObjectNode entry = group.addObject();
        entry.put("dtype", tensor.isBytes() ? "I8" : "F32");
        entry.put("offset", offset).put("bytes", bytes.remaining());
        ArrayNode shape = entry.putArray("shape");
        for (long dimension : tensor.shape()) {
          shape.add(dimension);
        }
        write(bytes);
      }
    }

    /** Completes the file and puts it in its place. */
    void finish() throws IOException {
      long indexAt = channel.position();
      ObjectNode index = JsonNodeFactory.instance.objectNode();
      index.set("groups", groups);
      write(ByteBuffer.wrap(StrictJson.MAPPER.writeValueAsBytes(index)));
      write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, indexAt));
      channel.force(false);
      channel.close();
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public void close() {
      closeQuietly(channel);
      try {
        Files.deleteIfExists(part);
      } catch (IOException e) {
        // A part that stays takes room and nothing else.
      }
    }
  }
}
