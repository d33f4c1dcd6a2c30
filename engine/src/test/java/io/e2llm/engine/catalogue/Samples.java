package io.e2llm.engine.catalogue;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.engine.ModelException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.function.Executable;

/** Small models and stores for these tests. */
final class Samples {
  static final String REVISION = "0123456789abcdef0123456789abcdef01234567";
  static final byte[] CONFIG = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
  static final byte[] WEIGHTS = random(300_000);

  private Samples() {}

  /** A model of two files. */
  static CatalogueModel model(Source... sources) {
    Map<String, byte[]> contents =
        new TreeMap<>(Map.of("config.json", CONFIG, "sub/weights.bin", WEIGHTS));
    List<ModelFile> files =
        contents.entrySet().stream()
            .map(e -> new ModelFile(e.getKey(), e.getValue().length, sha256(e.getValue())))
            .toList();
    return new CatalogueModel(
        "tiny",
        ModelKind.ENCODER,
        true,
        "Apache-2.0",
        512,
        8,
        "sub/weights.bin",
        files,
        Arrays.asList(sources));
  }

  static Source hub() {
    return new Source.Hub("org/tiny", REVISION);
  }

  static StoreSettings settings(Path root, URI hub) {
    return new StoreSettings(
        root, hub, Optional.of("secret"), List.of("no-such-python"), List.of("no-such-maven"));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the refusal of {@code action} says. */
  static String refusal(Executable action) {
    return String.valueOf(assertThrows(ModelException.class, action).getMessage());
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }
}
