package io.e2llm.cli.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.context.Document;
import io.e2llm.cli.context.TextPieces;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a text to make contexts of. */
public final class TextFile {
  private TextFile() {}

  /**
   * The text of a UTF-8 file. One whose name ends in {@code .json} holds an object with one list of
   * texts, as {@code {"essays": ["...", "..."]}}, which are joined by empty lines.
   *
   * @throws CommandFailure when it cannot be read, is not of that form or holds no text
   */
  public static String read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw CommandFailure.failed(file + ": no such file");
    }
    StringBuilder text = new StringBuilder();
    try (TextPieces pieces = TextPieces.open(new Document.InFile(file))) {
      for (@Nullable String piece = pieces.next(); piece != null; piece = pieces.next()) {
        text.append(piece);
      }
    }
    return String.valueOf(file.getFileName()).endsWith(".json")
        ? String.join("\n\n", texts(text.toString(), file))
        : text.toString();
  }

  private static List<String> texts(String json, Path file) {
    JsonNode object;
    try {
      object =
          StrictJson.parseObject(
              json.getBytes(StandardCharsets.UTF_8), String.valueOf(file.getFileName()));
    } catch (ModelException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
    List<String> texts = new ArrayList<>();
    if (object.size() == 1) {
      for (JsonNode text : object.elements().next()) {
        if (text.isTextual() && !text.asText().isBlank()) {
          texts.add(text.asText().strip());
        }
      }
    }
    if (texts.isEmpty()) {
      throw CommandFailure.failed(file + ": an object with one list of texts is wanted");
    }
    return texts;
  }
}
