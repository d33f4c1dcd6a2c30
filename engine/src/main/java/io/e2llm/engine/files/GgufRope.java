package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.weights.GgufFile;
import io.e2llm.engine.weights.GgufMetadata;
import java.nio.FloatBuffer;

/**
 * Scaling of the rotary embedding, from a GGUF file to {@code rope_scaling}. Converters write Llama
 * 3's scaling as one factor for each frequency; the parameters are found again from the factors,
 * which all must fit.
 */
final class GgufRope {
  private static final String FACTORS = "rope_freqs.weight";
  private static final double LOW = 1;
  private static final double HIGH = 4;
  private static final int ORIGINAL_WINDOW = 8192;
  private static final double TOLERANCE = 1e-3;

  private GgufRope() {}

  static void describe(GgufFile file, String prefix, ObjectNode config) {
    GgufMetadata metadata = file.metadata();
    String typeKey = prefix + "rope.scaling.type";
    String type = metadata.string(typeKey).orElse("none");
    if (file.hasTensor(FACTORS)) {
      llama3(file, config);
      return;
    }
    switch (type) {
      case "none" -> {}
      case "linear" ->
          config
              .putObject("rope_scaling")
              .put("rope_type", "linear")
              .put("factor", metadata.number(prefix + "rope.scaling.factor").orElse(1));
      default ->
          throw new ModelException(
              metadata.file() + ": " + typeKey + ": " + OneLine.of(type) + " is not supported");
    }
  }

  private static void llama3(GgufFile file, ObjectNode config) {
    FloatBuffer factors = file.weights().readFp32(FACTORS).asFloatBuffer();
    int width = config.path("head_dim").asInt();
    double theta = config.path("rope_theta").asDouble();
    double largest = 1;
    for (int i = 0; i < factors.capacity(); i++) {
      largest = Math.max(largest, factors.get(i));
    }
    boolean fits = factors.capacity() == width / 2;
    for (int i = 0; fits && i < factors.capacity(); i++) {
      double wavelength = 2 * Math.PI * Math.pow(theta, 2.0 * i / width);
      fits = Math.abs(factors.get(i) - factor(wavelength, largest)) <= TOLERANCE * largest;
    }
    if (!fits) {
      throw new ModelException(
          file.metadata().file() + ": tensor " + FACTORS + ": not the factors of Llama 3");
    }
    if (largest > 1) {
      config
          .putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", largest)
          .put("low_freq_factor", LOW)
          .put("high_freq_factor", HIGH)
          .put("original_max_position_embeddings", ORIGINAL_WINDOW);
    }
  }

  private static double factor(double wavelength, double largest) {
    if (wavelength < ORIGINAL_WINDOW / HIGH) {
      return 1;
    }
    if (wavelength > ORIGINAL_WINDOW / LOW) {
      return largest;
    }
    double smooth = (ORIGINAL_WINDOW / wavelength - LOW) / (HIGH - LOW);
    return 1 / ((1 - smooth) / largest + smooth);
  }
}
