package io.e2llm.trainer.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.StrictJson;
import io.e2llm.trainer.TrainingException;
import io.e2llm.trainer.data.Document.Question;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads documents. JSON lines are either {@code {"context", "prompt", "answer"}}, with {@code
 * "answers"} if several are right and {@code "parts"} if an answer has to name several things, or
 * {@code {"context", "questions": [{"prompt", "answer"}]}}; lines with the same context are one
 * document, other fields are passed over. Any other file is plain text, one document without
 * questions.
 */
public final class DocumentFile {
  private static final int LINE_LIMIT = 64 << 20;

  private DocumentFile() {}

  /**
   * Reads a file.
   *
   * @throws TrainingException when it cannot be read; the message names the file, and the line and
   *     field
   */
  public static List<Document> read(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      return name.endsWith(".jsonl") ? lines(file, name) : List.of(text(file, name));
    } catch (NoSuchFileException e) {
      throw new TrainingException(name + ": no such file", e);
    } catch (CharacterCodingException e) {
      throw new TrainingException(name + ": not UTF-8", e);
    } catch (IOException e) {
      throw new TrainingException(name + ": cannot be read", e);
    }
  }

  private static Document text(Path file, String name) throws IOException {
    String text = Files.readString(file);
    if (text.isBlank()) {
      throw new TrainingException(name + ": no text in it");
    }
    return new Document(text, List.of());
  }

  private static List<Document> lines(Path file, String name) throws IOException {
    Map<String, List<Question>> documents = new LinkedHashMap<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          read(line, name + ":" + number, documents);
        }
      }
    }
    if (documents.isEmpty()) {
      throw new TrainingException(name + ": no lines in it");
    }
    List<Document> read = new ArrayList<>();
    documents.forEach((context, questions) -> read.add(new Document(context, questions)));
    return read;
  }

  private static void read(String line, String place, Map<String, List<Question>> documents) {
    if (line.length() > LINE_LIMIT) {
      throw new TrainingException(place + ": longer than " + LINE_LIMIT + " characters");
    }
    JsonNode json;
    try {
      json = StrictJson.parseObject(line.getBytes(StandardCharsets.UTF_8), place);
    } catch (ModelException e) {
      throw new TrainingException(String.valueOf(e.getMessage()), e);
    }
    List<Question> questions =
        documents.computeIfAbsent(text(json, "context", place), context -> new ArrayList<>());
    if (json.has("questions")) {
      JsonNode list = json.get("questions");
      if (!list.isArray()) {
        throw new TrainingException(place + ": questions: a list is wanted");
      }
      for (int i = 0; i < list.size(); i++) {
        questions.add(question(list.get(i), place + ": questions[" + i + "]"));
      }
    } else if (json.has("prompt")) {
      questions.add(question(json, place));
    }
  }

  private static Question question(JsonNode json, String place) {
    String answer = text(json, "answer", place);
    List<String> answers = new ArrayList<>(List.of(answer));
    for (JsonNode other : json.path("answers")) {
      if (other.isTextual() && !answers.contains(other.asText())) {
        answers.add(other.asText());
      }
    }
    List<String> parts = new ArrayList<>();
    for (JsonNode part : json.path("parts")) {
      if (!part.isTextual() || part.asText().isBlank()) {
        throw new TrainingException(place + ": parts: texts are wanted");
      }
      parts.add(part.asText());
    }
    return new Question(text(json, "prompt", place), answer, answers, parts);
  }

  private static String text(JsonNode json, String field, String place) {
    JsonNode value = json.path(field);
    if (!value.isTextual() || value.asText().isBlank()) {
      throw new TrainingException(place + ": " + field + ": a text is wanted");
    }
    return value.asText();
  }
}
