package io.e2llm.engine.bundle;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.BundleSpec.Chunking;
import io.e2llm.engine.bundle.BundleSpec.DecoderSide;
import io.e2llm.engine.bundle.BundleSpec.EncoderSide;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.weights.SafetensorsWriter;
import io.e2llm.engine.weights.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

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
    Random random = new Random(seed);
    write(
        folder,
        spec,
        shapes,
        WeightType.F32,
        name -> BundleTensors.seeded(name, Objects.requireNonNull(shapes.get(name)), random));
  }

  /**
   * Writes a bundle into a folder, which is made where it is missing.
   *
   * @param shapes of its tensors, by their names
   * @param type of its elements: {@link WeightType#F32}, {@link WeightType#F16} or {@link
   *     WeightType#BF16}
   * @param values gives for a tensor's name its elements, row-major
   */
  public static void write(
      Path folder,
      BundleSpec spec,
      Map<String, List<Long>> shapes,
      WeightType type,
      Function<String, DoubleSupplier> values) {
    try {
      Files.createDirectories(folder);
      SafetensorsWriter.write(folder.resolve(AdapterBundle.TENSORS), shapes, type, values);
      Files.write(
          folder.resolve(AdapterBundle.JSON),
          StrictJson.MAPPER
              .writerWithDefaultPrettyPrinter()
              .writeValueAsBytes(BundleJson.write(spec)));
    } catch (IOException e) {
      throw new ModelException(folder.getFileName() + ": the bundle cannot be written", e);
    }
  }

  private static int integer(ModelFiles files, String field) {
    int value = files.config().path(field).asInt();
    if (value < 1) {
      throw new ModelException(files.name() + ": " + field + ": a number above 0 is wanted");
    }
    return value;
  }
}
