package io.e2llm.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.StrictJson;
import io.e2llm.engine.bundle.BundleLora.Side;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.lora.AdaptedWeights;
import io.e2llm.engine.lora.LoraPair;
import io.e2llm.engine.lora.LoraSpec;
import io.e2llm.engine.weights.Safetensors;
import io.e2llm.engine.weights.TensorInfo;
import io.e2llm.engine.weights.WeightType;
import io.e2llm.engine.weights.Weights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An adapter bundle on disk, checked. Holds no open file: its tensors are read when they are asked
 * for. Thread-safe.
 */
public final class AdapterBundle {
  /** Name of the file that describes a bundle. */
  public static final String JSON = "adapter.json";

  /** Name of the file that holds its tensors. */
  public static final String TENSORS = "adapter.safetensors";

  private static final String A = ".a";
  private static final String B = ".b";

  private final Path folder;
  private final BundleSpec spec;
  private final String digest;
  private final String encoderDigest;

  private AdapterBundle(Path folder) {
    this.folder = folder;
    this.spec = BundleJson.read(StrictJson.readObject(folder.resolve(JSON)));
    checkTensors();
    this.digest = BundleDigest.ofFiles(List.of(folder.resolve(JSON), folder.resolve(TENSORS)));
    this.encoderDigest = BundleDigest.ofEncoderSide(spec, encoderTensors());
  }

  /**
   * Opens a bundle.
   *
   * @throws ModelException when a field or a tensor is not what it should be; the message names it
   */
  public static AdapterBundle open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelException(folder.getFileName() + ": no such bundle folder");
    }
    return new AdapterBundle(folder.toAbsolutePath().normalize());
  }

  /** Name for people: the folder's. */
  public String name() {
    return String.valueOf(folder.getFileName());
  }

  /** What it says of itself. */
  public BundleSpec spec() {
    return spec;
  }

  /** Bytes of both files. */
  public long bytes() {
    try {
      return Files.size(folder.resolve(JSON)) + Files.size(folder.resolve(TENSORS));
    } catch (IOException e) {
      throw new ModelException(name() + ": cannot be read", e);
    }
  }

  /** Hex SHA-256 over the contents of both files. */
  public String digest() {
    return digest;
  }

  /**
   * Hex SHA-256 over all of the bundle that soft prompts depend on: layers, pooling and its
   * tensors. Bundles that differ in their adapters alone have the same.
   */
  public String encoderDigest() {
    return encoderDigest;
  }

  /** The encoder's tensors, freshly read, by the names of {@link BundleTensors#ofPooling}. */
  public Map<String, BundleTensor> pooling() {
    return read(BundleTensors.ofPooling(spec));
  }

  /** All that soft prompts depend on, the encoder's LoRA included. */
  private Map<String, BundleTensor> encoderTensors() {
    Map<String, List<Long>> shapes = new LinkedHashMap<>(BundleTensors.ofPooling(spec));
    try (Weights weights = Safetensors.open(folder.resolve(TENSORS))) {
      weights
          .tensors()
          .forEach(
              (name, info) -> {
                if (loraSide(name).equals(Optional.of(Side.ENCODER))) {
                  shapes.put(name, info.shape());
                }
              });
    }
    return read(shapes);
  }

  /** The decoder's tensors, freshly read, by the names of {@link BundleTensors#ofAdapter}. */
  public Map<String, BundleTensor> adapter() {
    return read(BundleTensors.ofAdapter(spec));
  }

  /**
   * Checks that the bundle was made for this encoder.
   *
   * @throws ModelException when width, layers or digest differ
   */
  public void checkEncoder(ModelFiles files) {
    BundleSpec.EncoderSide wanted = spec.encoder();
    checkWidth("encoder", files, wanted.hiddenSize());
    int layers = files.config().path("num_hidden_layers").asInt();
    if (wanted.layers().getLast() > layers) {
      throw new ModelException(
          "%s: encoder.layers: layer %d is wanted, but %s has %d"
              .formatted(JSON, wanted.layers().getLast(), files.name(), layers));
    }
    checkDigest("encoder", files, wanted.name(), wanted.digest());
  }

  /**
   * Checks that the bundle was made for this decoder.
   *
   * @throws ModelException when width or digest differ
   */
  public void checkDecoder(ModelFiles files) {
    checkWidth("decoder", files, spec.decoder().hiddenSize());
    checkDigest("decoder", files, spec.decoder().name(), spec.decoder().digest());
  }

  private static void checkWidth(String side, ModelFiles files, int wanted) {
    JsonNode width = files.config().path("hidden_size");
    if (width.asInt() != wanted) {
      throw new ModelException(
          "%s: %s.hidden_size: the bundle wants %d, but %s has %s"
              .formatted(JSON, side, wanted, files.name(), OneLine.of(width.asText())));
    }
  }

  private static void checkDigest(String side, ModelFiles files, String name, String wanted) {
    if (!files.digest().equals(wanted)) {
      throw new ModelException(
          "%s: %s.digest: the bundle was made for another %s (%s) than %s"
              .formatted(JSON, side, side, name, files.name()));
    }
  }

  private void checkTensors() {
    Map<String, List<Long>> wanted = new LinkedHashMap<>(BundleTensors.ofPooling(spec));
    wanted.putAll(BundleTensors.ofAdapter(spec));
    try (Weights weights = Safetensors.open(folder.resolve(TENSORS))) {
      Map<String, TensorInfo> found = weights.tensors();
      wanted.forEach((name, shape) -> checkShape(name, shape, found.get(name)));
      for (Side side : Side.values()) {
        boolean any = found.keySet().stream().anyMatch(name -> name.startsWith(side.prefix()));
        if (spec.lora().of(side).isPresent() && !any) {
          throw new ModelException(
              "%s: tensor %s*%s: is missing".formatted(TENSORS, side.prefix(), A));
        }
      }
      for (String name : found.keySet()) {
        if (!wanted.containsKey(name) && loraSide(name).isEmpty()) {
          throw new ModelException(
              "%s: tensor %s: not named by %s".formatted(TENSORS, OneLine.of(name), JSON));
        }
        String other = name.substring(0, name.length() - A.length()) + (name.endsWith(A) ? B : A);
        if (!wanted.containsKey(name) && !found.containsKey(other)) {
          throw new ModelException(
              "%s: tensor %s: is missing".formatted(TENSORS, OneLine.of(other)));
        }
      }
    }
  }

  /** The side whose LoRA a tensor is of by its name. */
  private Optional<Side> loraSide(String name) {
    return Arrays.stream(Side.values())
        .filter(side -> spec.lora().of(side).isPresent() && name.startsWith(side.prefix()))
        .filter(side -> name.endsWith(A) || name.endsWith(B))
        .findAny();
  }

  /**
   * A side's weights with the bundle's LoRA merged into them, if it has any for it.
   *
   * @param weights stay the caller's
   * @throws ModelException when LoRA and weights do not fit each other
   */
  public Weights adapted(Side side, Weights weights) {
    Optional<LoraSpec> lora = spec.lora().of(side);
    return lora.isEmpty() ? weights : new AdaptedWeights(weights, lora.get(), pairs(side));
  }

  /** A side's LoRA, freshly read, by the names of its layers; none where it has none. */
  Map<String, LoraPair> pairs(Side side) {
    Map<String, LoraPair> pairs = new LinkedHashMap<>();
    Optional<LoraSpec> lora = spec.lora().of(side);
    if (lora.isPresent()) {
      try (Weights own = Safetensors.open(folder.resolve(TENSORS))) {
        for (String name : own.tensors().keySet()) {
          if (name.startsWith(side.prefix())) {
            String both = name.substring(0, name.length() - A.length());
            pairs.computeIfAbsent(
                both.substring(side.prefix().length()),
                layer -> LoraPair.read(own, TENSORS, both + A, both + B, lora.get().rank()));
          }
        }
      }
    }
    return pairs;
  }

  /** How its elements are stored: all in 16 bits, or else as F32. */
  WeightType type() {
    try (Weights weights = Safetensors.open(folder.resolve(TENSORS))) {
      return weights.tensors().values().stream().allMatch(info -> info.type() == WeightType.F16)
          ? WeightType.F16
          : WeightType.F32;
    }
  }

  private static void checkShape(String name, List<Long> wanted, @Nullable TensorInfo found) {
    if (found == null) {
      throw new ModelException("%s: tensor %s: is missing".formatted(TENSORS, name));
    }
    if (!found.shape().equals(wanted)) {
      throw new ModelException(
          "%s: tensor %s: shape %s, but %s wants %s"
              .formatted(TENSORS, name, found.shape(), JSON, wanted));
    }
  }

  private Map<String, BundleTensor> read(Map<String, List<Long>> shapes) {
    Map<String, BundleTensor> tensors = new LinkedHashMap<>();
    if (shapes.isEmpty()) {
      return tensors;
    }
    try (Weights weights = Safetensors.open(folder.resolve(TENSORS))) {
      shapes.forEach(
          (name, shape) -> {
            checkShape(name, shape, weights.tensors().get(name));
            ByteBuffer values = weights.readFp32(name);
            checkFinite(name, values.asFloatBuffer());
            tensors.put(name, new BundleTensor(shape, values));
          });
    }
    return tensors;
  }

  private static void checkFinite(String name, FloatBuffer values) {
    while (values.hasRemaining()) {
      if (!Float.isFinite(values.get())) {
        throw new ModelException("%s: tensor %s: NaN or infinity".formatted(TENSORS, name));
      }
    }
  }
}
