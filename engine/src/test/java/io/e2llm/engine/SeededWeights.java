package io.e2llm.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.DoubleSupplier;

/** Collects seeded random tensors and writes them as one safetensors file of F32. */
public final class SeededWeights {
  private final Random random;
  private final ObjectNode header = StrictJson.MAPPER.createObjectNode();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Starts without tensors; equal seeds and calls give equal files. */
  public SeededWeights(long seed) {
    random = new Random(seed);
  }

  /** Normally distributed, as large as keeps the variance of a product with a vector. */
  public void matrix(String name, int rows, int columns) {
    double scale = 1 / Math.sqrt(columns);
    add(name, () -> scale * random.nextGaussian(), rows, columns);
  }

  /** {@code .weight} and a small {@code .bias}. */
  public void linear(String name, int rows, int columns) {
    matrix(name + ".weight", rows, columns);
    add(name + ".bias", () -> 0.02 * random.nextGaussian(), rows);
  }

  /** {@code .weight} of ones and {@code .bias} of zeros. */
  public void norm(String name, int width) {
    ones(name + ".weight", width);
    add(name + ".bias", () -> 0, width);
  }

  /** All ones. */
  public void ones(String name, int width) {
    add(name, () -> 1, width);
  }

  /** Any values. */
  public void add(String name, DoubleSupplier values, int... shape) {
    ObjectNode entry = header.putObject(name).put("dtype", "F32");
    int elements = 1;
    for (int dimension : shape) {
      elements *= dimension;
      entry.withArray("shape").add(dimension);
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) values.getAsDouble());
    }
    entry.putArray("data_offsets").add(data.size()).add(data.size() + bytes.capacity());
    data.writeBytes(bytes.array());
  }

  /** The file's bytes. */
  public byte[] bytes() {
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data.toByteArray())
        .array();
  }

  /** Writes the file. */
  public void write(Path file) {
    try {
      Files.write(file, bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
