package io.e2llm.engine;

import static org.junit.jupiter.api.Assertions.fail;

import io.e2llm.engine.catalogue.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The default models, where this machine has them: below the folder {@code E2LLM_TEST_MODELS}, else
 * in the cache that the catalogue fills. Without them the calling test is aborted with words, or
 * fails if {@code E2LLM_REQUIRE_MODELS} is {@code true}.
 */
public final class TestModels {
  private TestModels() {}

  /** The Hugging Face folder of all-MiniLM-L6-v2. */
  public static Path encoderFolder() {
    return find("all-MiniLM-L6-v2", List.of("minilm", "all-minilm-l6-v2"), TestModels::isEncoder);
  }

  /** The GGUF file of SmolLM2-135M-Instruct. */
  public static Path decoderFile() {
    return find(
        "SmolLM2-135M-Instruct",
        List.of("smollm2", "smollm2-135m-instruct"),
        file -> file.toString().endsWith(".gguf"));
  }

  private static boolean isEncoder(Path folder) {
    return Files.isRegularFile(folder.resolve("config.json"))
        && Files.isRegularFile(folder.resolve("model.safetensors"));
  }

  private static Path find(String model, List<String> folders, Predicate<Path> wanted) {
    for (Path root : roots()) {
      for (String folder : folders) {
        Path found = below(root.resolve(folder), wanted);
        if (found != null) {
          return found;
        }
      }
    }
    String words =
        model + " is on none of " + roots() + ": set E2LLM_TEST_MODELS or run ./e2llm models pull";
    if (Boolean.parseBoolean(System.getenv("E2LLM_REQUIRE_MODELS"))) {
      return fail(words);
    }
    return Assumptions.abort(words);
  }

  private static @Nullable Path below(Path folder, Predicate<Path> wanted) {
    if (!Files.isDirectory(folder)) {
      return null;
    }
    try (Stream<Path> files = Files.walk(folder, 3)) {
      return files.filter(wanted).sorted().findFirst().orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> roots() {
    List<Path> roots = new ArrayList<>();
    String given = System.getenv("E2LLM_TEST_MODELS");
    if (given != null && !given.isBlank()) {
      roots.add(Path.of(given));
    }
    roots.add(cache().resolve("models"));
    return roots;
  }

  private static Path cache() {
    return StoreSettings.of(
            System.getenv(),
            System.getProperty("os.name"),
            Path.of(System.getProperty("user.home")))
        .root();
  }
}
