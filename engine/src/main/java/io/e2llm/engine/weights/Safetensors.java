package io.e2llm.engine.weights;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Reads safetensors files: eight bytes of header length, the header as JSON, the data. Tensors of
 * types that no model here uses as weights (position ids as I64, …) are checked but not offered.
 */
public final class Safetensors {
  private static final long HEADER_LIMIT = 100_000_000;
  private static final int LENGTH_BYTES = 8;

  private static final Map<String, Integer> OTHER_TYPES =
      Map.of(
          "F64", 8, "I64", 8, "U64", 8, "I32", 4, "U32", 4, "I16", 2, "U16", 2, "I8", 1, "U8", 1,
          "BOOL", 1);

  private final UnaryOperator<String> names;
  private final List<FileChannel> channels = new ArrayList<>();
  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

  private Safetensors(UnaryOperator<String> names) {
    this.names = names;
  }

  /**
   * Opens the shards of a checkpoint.
   *
   * @param files at least one
   * @param names from the names in the file to those wanted
   * @throws ModelException when a file is not what it claims to be
   */
  public static Weights open(List<Path> files, UnaryOperator<String> names) {
    Safetensors reader = new Safetensors(names);
    boolean opened = false;
    try {
      for (Path file : files) {
        reader.read(file);
      }
      opened = true;
    } finally {
      if (!opened) {
        StoredWeights.closeAll(reader.channels);
      }
    }
    String source =
        files.size() == 1 ? nameOf(files.getFirst()) : files.size() + " safetensors files";
    return new StoredWeights(source, reader.channels, reader.tensors);
  }

  /** Opens one file under its own names. */
  public static Weights open(Path file) {
    return open(List.of(file), UnaryOperator.identity());
  }

  private void read(Path path) {
    String file = nameOf(path);
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      channels.add(channel);
      long size = channel.size();
      byte[] header = header(file, channel, size);
      JsonNode json = StrictJson.parseObject(header, file + ": header");
      long dataAt = (long) LENGTH_BYTES + header.length;
      Extents extents = new Extents(file, size - dataAt);
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        if (!entry.getKey().equals("__metadata__")) {
          add(file, channel, dataAt, extents, entry.getKey(), entry.getValue());
        }
      }
      extents.check();
      extents.checkNothingBehind();
    } catch (NoSuchFileException e) {
      throw new ModelException(file + ": no such file", e);
    } catch (IOException e) {
      throw new ModelException(file + ": cannot be read", e);
    }
  }

  private static byte[] header(String file, FileChannel channel, long size) throws IOException {
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, length, 0);
    long bytes = length.getLong(0);
    if (bytes < 2 || bytes > HEADER_LIMIT || bytes > size - LENGTH_BYTES) {
      throw new ModelException(
          "%s: header length %s in a file of %d bytes"
              .formatted(file, Long.toUnsignedString(bytes), size));
    }
    ByteBuffer header = ByteBuffer.allocate((int) bytes);
    fill(file, channel, header, LENGTH_BYTES);
    return header.array();
  }

  private static void fill(String file, FileChannel channel, ByteBuffer into, long from)
      throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into, from + into.position()) < 0) {
        throw new ModelException(file + ": header: the file ends early");
      }
    }
  }

  private void add(
      String file, FileChannel channel, long dataAt, Extents extents, String name, JsonNode entry) {
    String field = file + ": tensor " + OneLine.of(name);
    String dtype = entry.path("dtype").asText();
    List<Long> shape = longs(field + ": shape", entry.path("shape"), 8);
    List<Long> range = longs(field + ": data_offsets", entry.path("data_offsets"), 2);
    if (range.size() != 2) {
      throw new ModelException(field + ": data_offsets: two numbers wanted");
    }
    long begin = range.get(0);
    long end = range.get(1);
    extents.claim(name, begin, end);
    long elements = Extents.elements(field, shape);
    int width = width(field, dtype);
    if (elements > (end - begin) / width || elements * width != end - begin) {
      throw new ModelException(
          field + ": shape " + shape + " of " + dtype + " in " + (end - begin) + " bytes");
    }
    if (OTHER_TYPES.containsKey(dtype)) {
      return;
    }
    String wanted = names.apply(name);
    TensorInfo info = new TensorInfo(wanted, WeightType.valueOf(dtype), shape);
    if (tensors.put(wanted, new StoredTensor(info, file, channel, dataAt + begin, null)) != null) {
      throw new ModelException(field + ": stands twice");
    }
  }

  private static int width(String field, String dtype) {
    return switch (dtype) {
      case "F32" -> 4;
      case "F16", "BF16" -> 2;
      default -> {
        Integer other = OTHER_TYPES.get(dtype);
        if (other == null) {
          throw new ModelException(field + ": dtype " + OneLine.of(dtype) + " is not supported");
        }
        yield other;
      }
    };
  }

  private static List<Long> longs(String field, JsonNode array, int limit) {
    if (!array.isArray() || array.size() > limit) {
      throw new ModelException(field + ": a list of at most " + limit + " numbers wanted");
    }
    List<Long> longs = new ArrayList<>();
    for (JsonNode number : array) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
        throw new ModelException(field + ": " + OneLine.of(number.toString()));
      }
      longs.add(number.asLong());
    }
    return longs;
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }
}
