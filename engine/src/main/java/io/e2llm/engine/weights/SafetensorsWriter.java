package io.e2llm.engine.weights;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.StrictJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/** Writes safetensors files, whole or not at all. */
public final class SafetensorsWriter {
  private SafetensorsWriter() {}

  /**
   * Writes a file beside its place and moves it there once it is on the disk, over any that stands
   * there.
   *
   * @param shapes of the tensors, by their names and in the order of the file
   * @param type {@link WeightType#F32}, {@link WeightType#F16} or {@link WeightType#BF16}
   * @param values gives for a tensor's name its elements, row-major
   */
  public static void write(
      Path file,
      Map<String, List<Long>> shapes,
      WeightType type,
      Function<String, DoubleSupplier> values)
      throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      try (FileChannel channel =
          FileChannel.open(
              partial,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        writeHeader(out, shapes, type);
        for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
          writeTensor(out, elements(tensor.getValue()), type, values.apply(tensor.getKey()));
        }
        out.flush();
        channel.force(true);
      }
      Files.move(
          partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static void writeHeader(OutputStream out, Map<String, List<Long>> shapes, WeightType type)
      throws IOException {
    ObjectNode header = StrictJson.MAPPER.createObjectNode();
    long end = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", type.name());
      tensor.getValue().forEach(entry.putArray("shape")::add);
      long begin = end;
      end += type.blockBytes() * elements(tensor.getValue());
      entry.putArray("data_offsets").add(begin).add(end);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] length = new byte[Long.BYTES];
    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).putLong(json.length);
    out.write(length);
    out.write(json);
  }

  private static void writeTensor(
      OutputStream out, long elements, WeightType type, DoubleSupplier values) throws IOException {
    byte[] bytes = new byte[type.blockBytes()];
    ByteBuffer element = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < elements; i++) {
      float value = (float) values.getAsDouble();
      switch (type) {
        case F32 -> element.putFloat(0, value);
        case F16 -> element.putShort(0, Float.floatToFloat16(value));
        case BF16 -> element.putShort(0, nearestBf16(value));
        default -> throw new IllegalArgumentException("safetensors have no " + type);
      }
      out.write(bytes);
    }
  }

  /** The upper half of the nearest value whose lower half is zero, ties to even. */
  private static short nearestBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int half = 0x7fff + ((bits >>> Short.SIZE) & 1);
    return (short) ((Float.isNaN(value) ? bits : bits + half) >>> Short.SIZE);
  }

  private static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }
}
