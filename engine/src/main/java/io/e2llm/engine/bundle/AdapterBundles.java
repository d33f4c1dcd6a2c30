package io.e2llm.engine.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.BundleSpec.Chunking;
import io.e2llm.engine.bundle.BundleSpec.DecoderSide;
import io.e2llm.engine.bundle.BundleSpec.EncoderSide;
import io.e2llm.engine.files.ModelFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes untrained bundles: seeded random tensors, for tests, measurements and trying out. What a
 * decoder says to soft prompts made with one is noise.
 */
public final class AdapterBundles {
  private static final int CHUNK_TOKENS = 128;
  private static final int CHUNKER_VERSION = 1;
  private static final List<Integer> RATIOS = List.of(4, 8, 16, 32);

  private AdapterBundles() {}

  /**
   * An untrained bundle's description for two models: the mean over token windows of the last
   * layer's states, ratios 4 to 32, an adapter twice as wide inside as the decoder.
   */
  public static BundleSpec untrained(ModelFiles encoder, ModelFiles decoder) {
    int width = integer(encoder, "hidden_size");
    int hidden = integer(decoder, "hidden_size");
    PoolingSpec.Window window =
        new PoolingSpec.Window(PoolingSpec.Unit.TOKENS, PoolingSpec.Combine.MEAN);
    PoolingSpec pooling = PoolingSpec.plain(window, width);
    return new BundleSpec(
        false,
        encoderSide(encoder, List.of(integer(encoder, "num_hidden_layers"))),
        new DecoderSide(decoder.name(), decoder.digest(), hidden),
        new Chunking(CHUNK_TOKENS, CHUNKER_VERSION),
        width > 2 * hidden ? pooling.projectedTo(hidden) : pooling,
        RATIOS,
        new AdapterSpec(2 * hidden, false));
  }

  /** How a bundle names this encoder. */
  public static EncoderSide encoderSide(ModelFiles encoder, List<Integer> layers) {
    return new EncoderSide(
        encoder.name(), encoder.digest(), integer(encoder, "hidden_size"), layers);
  }

  /**
   * Writes an untrained bundle into a folder, which is made where it is missing. Equal descriptions
   * and seeds give equal files.
   *
   * @param spec its {@code trained} is false
   */
  public static void writeUntrained(Path folder, BundleSpec spec, long seed) {
    if (spec.trained()) {
      throw new IllegalArgumentException("seeded tensors are not trained");
    }
    Map<String, List<Long>> shapes = new LinkedHashMap<>(BundleTensors.ofPooling(spec));
    shapes.putAll(BundleTensors.ofAdapter(spec));
    try {
      Files.createDirectories(folder);
      try (OutputStream out =
          new BufferedOutputStream(Files.newOutputStream(folder.resolve(AdapterBundle.TENSORS)))) {
        write(out, shapes, new Random(seed));
      }
      Files.write(
          folder.resolve(AdapterBundle.JSON),
          StrictJson.MAPPER
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(BundleJson.write(spec)));
    } catch (IOException e) {
      throw new ModelException(folder.getFileName() + ": the bundle cannot be written", e);
    }
  }

  private static void write(OutputStream out, Map<String, List<Long>> shapes, Random random)
      throws IOException {
    ObjectNode header = StrictJson.MAPPER.createObjectNode();
    long end = 0;
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      ObjectNode entry = header.putObject(tensor.getKey()).put("dtype", "F32");
      tensor.getValue().forEach(entry.putArray("shape")::add);
      long begin = end;
      end += Float.BYTES * elements(tensor.getValue());
      entry.putArray("data_offsets").add(begin).add(end);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    out.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .array());
    out.write(json);
    for (Map.Entry<String, List<Long>> tensor : shapes.entrySet()) {
      write(out, tensor.getKey(), tensor.getValue(), random);
    }
  }

  /** Norms start as identity, biases at zero, all else as keeps the variance of a product. */
  private static void write(OutputStream out, String name, List<Long> shape, Random random)
      throws IOException {
    boolean norm = name.contains(".norm") && name.endsWith(".weight");
    boolean bias = name.endsWith(".bias");
    double scale = 1 / Math.sqrt(shape.getLast());
    ByteBuffer value = ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long i = elements(shape); i > 0; i--) {
      double drawn = norm ? 1 : bias ? 0 : scale * random.nextGaussian();
      out.write(value.putFloat(0, (float) drawn).array());
    }
  }

  private static long elements(List<Long> shape) {
    return shape.stream().reduce(1L, Math::multiplyExact);
  }

  private static int integer(ModelFiles files, String field) {
    int value = files.config().path(field).asInt();
    if (value < 1) {
      throw new ModelException(files.name() + ": " + field + ": a number above 0 is wanted");
    }
    return value;
  }
}
