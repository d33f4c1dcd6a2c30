package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.engine.weights.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model on disk: a Hugging Face folder or a GGUF file. Both look the same from here: names of
 * tensors, keys of the configuration and the tokenizer are those of Hugging Face. Thread-safe.
 *
 * <p>Weights and tokenizer are opened at their first use and belong to this object, which closes
 * them.
 */
public interface ModelFiles extends AutoCloseable {
  /** The architectures that are known here, by the {@code model_type} of {@code config.json}. */
  Set<String> FAMILIES = Set.of("bert", "roberta", "xlm-roberta", "llama", "qwen2", "mistral");

  /**
   * Opens a model.
   *
   * @param path a Hugging Face folder, a {@code .gguf} file, or a folder that holds exactly one
   * @throws ModelException when there is no model that is supported
   */
  static ModelFiles open(Path path) {
    if (Files.isRegularFile(path)) {
      if (path.toString().endsWith(".gguf")) {
        return GgufModel.open(path);
      }
      throw new ModelException(path.getFileName() + ": neither a folder nor a .gguf file");
    }
    if (!Files.isDirectory(path)) {
      throw new ModelException(path.getFileName() + ": no such file or folder");
    }
    if (Files.exists(path.resolve("config.json"))) {
      return HuggingFaceModel.open(path);
    }
    List<Path> gguf = ggufIn(path);
    if (gguf.size() != 1) {
      throw new ModelException(
          "%s: no config.json and %d .gguf files".formatted(path.getFileName(), gguf.size()));
    }
    return GgufModel.open(gguf.getFirst());
  }

  private static List<Path> ggufIn(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".gguf")).toList();
    } catch (IOException e) {
      throw new ModelException(folder.getFileName() + ": cannot be read", e);
    }
  }

  /**
   * The family, checked.
   *
   * @param field file and field that name it
   */
  static String requireFamily(String field, String family) {
    if (!FAMILIES.contains(family)) {
      throw new ModelException(field + ": " + OneLine.of(family) + " is not supported");
    }
    return family;
  }

  /** Name for people: of the folder, or of the file without its ending. */
  String name();

  /** {@code model_type}: one of {@link #FAMILIES}. */
  String family();

  /**
   * The configuration under the keys of {@code config.json}. {@code rope_theta} and {@code
   * rope_scaling} stand at the top whichever way the file has them.
   */
  JsonNode config();

  /** The weights. */
  Weights weights();

  /** The tokenizer. */
  Tokenizer tokenizer();

  /** The chat template, if the model brings one. */
  Optional<ChatTemplate> chatTemplate();

  /** Ids that end a generation. */
  Set<Integer> endTokens();

  /** What a sentence encoder wants beyond its weights; empty for other models. */
  Optional<SentenceEncoderSettings> sentenceEncoder();

  /** Hex SHA-256 over the contents of all files that results depend on. Slow for large files. */
  String digest();

  /** Closes weights and tokenizer. */
  @Override
  void close();
}
