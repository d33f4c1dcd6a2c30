package io.e2llm.engine.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the catalogue's JSON; every problem names the file and the field. */
final class CatalogueReader {
  private static final int VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;

  private CatalogueReader(String file) {
    this.file = file;
  }

  /** The catalogue in {@code bytes}, which came from {@code file}. */
  static Catalogue read(byte[] bytes, String file) {
    CatalogueReader reader = new CatalogueReader(file);
    JsonNode root;
    try {
      root = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw reader.problem("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw reader.problem("not readable: " + e.getMessage());
    }
    if (root.path("version").asInt() != VERSION) {
      throw reader.problem("version is not " + VERSION);
    }
    return new Catalogue(reader.array(root, "models").stream().map(reader::model).toList());
  }

  private CatalogueModel model(JsonNode node) {
    String name = text(node, "name");
    String kind = text(node, "kind");
    return new CatalogueModel(
        name,
        Arrays.stream(ModelKind.values())
            .filter(k -> k.word().equals(kind))
            .findFirst()
            .orElseThrow(() -> problem(name + ": kind '" + kind + "' is unknown")),
        node.path("default").asBoolean(false),
        text(node, "licence"),
        node.path("window").asInt(0),
        node.path("width").asInt(0),
        node.path("load").asText(""),
        array(node, "files").stream().map(this::modelFile).toList(),
        array(node, "sources").stream().map(this::source).toList());
  }

  private ModelFile modelFile(JsonNode node) {
    JsonNode bytes = node.path("bytes");
    if (!bytes.isIntegralNumber()) {
      throw problem("bytes is missing from a file");
    }
    return new ModelFile(text(node, "path"), bytes.asLong(), text(node, "sha256"));
  }

  private Source source(JsonNode node) {
    if (node.isTextual()) {
      return Source.parse(node.asText(), new Source.Inside("", 0));
    }
    return Source.parse(
        text(node, "from"),
        new Source.Inside(node.path("prefix").asText(""), node.path("bytes").asLong(0)));
  }

  private String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw problem(field + " is missing");
    }
    return value.asText();
  }

  private List<JsonNode> array(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      throw problem(field + " is missing");
    }
    List<JsonNode> nodes = new ArrayList<>();
    value.forEach(nodes::add);
    return nodes;
  }

  private ModelException problem(String what) {
    return new ModelException("catalogue " + file + ": " + what);
  }
}
