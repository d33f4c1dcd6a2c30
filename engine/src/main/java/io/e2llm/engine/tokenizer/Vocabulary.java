package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Tokens by id and by name, and the bytes they stand for. Immutable. */
final class Vocabulary {
  private static final int LIMIT = 1 << 22;
  private static final byte[] NOTHING = {};

  private final Map<String, Integer> ids = new HashMap<>();
  private final List<byte[]> bytes = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final java.util.BitSet special = new java.util.BitSet();

  /** Reads the vocabulary and the added tokens of a {@code tokenizer.json}. */
  Vocabulary(JsonNode tokenizer) {
    PieceBytes pieces = PieceBytes.of(tokenizer);
    JsonNode model = tokenizer.path("model");
    JsonNode vocabulary = model.path("vocab");
    if (vocabulary.isObject()) {
      vocabulary
          .properties()
          .forEach(e -> add(e.getKey(), id(e.getValue()), pieces.of(e.getKey())));
    } else if (vocabulary.isArray()) {
      for (int id = 0; id < vocabulary.size(); id++) {
        String piece = vocabulary.get(id).path(0).asText();
        add(piece, limited(id), pieces.of(piece));
      }
    } else {
      throw new ModelException("tokenizer.json: model.vocab: not there");
    }
    for (JsonNode token : tokenizer.path("added_tokens")) {
      String content = token.path("content").asText();
      boolean isSpecial = token.path("special").asBoolean();
      int id = id(token.path("id"));
      add(content, id, isSpecial ? NOTHING : content.getBytes(StandardCharsets.UTF_8));
      special.set(id, isSpecial);
      if (!content.isEmpty()) {
        added.add(content);
      }
    }
  }

  private void add(String token, int id, byte[] stands) {
    ids.put(token, id);
    while (bytes.size() <= id) {
      bytes.add(NOTHING);
    }
    bytes.set(id, stands);
  }

  private static int id(JsonNode number) {
    if (!number.isIntegralNumber() || !number.canConvertToInt()) {
      throw new ModelException("tokenizer.json: token id: " + OneLine.of(number.toString()));
    }
    return limited(number.asInt());
  }

  private static int limited(int id) {
    if (id < 0 || id >= LIMIT) {
      throw new ModelException("tokenizer.json: token id: " + id + " is not in 0.." + (LIMIT - 1));
    }
    return id;
  }

  int size() {
    return bytes.size();
  }

  boolean isSpecial(int id) {
    return special.get(id);
  }

  /** Where the first added token of a text stands; the text's length when there is none. */
  int firstAddedToken(String text) {
    return added.stream()
        .mapToInt(token -> text.indexOf(token))
        .filter(at -> at >= 0)
        .min()
        .orElse(text.length());
  }

  OptionalInt idOf(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  byte[] bytesOf(int id) {
    return id < bytes.size() ? bytes.get(id).clone() : NOTHING;
  }

  /** How a tokenizer writes the bytes of a piece. */
  private enum PieceBytes {
    BYTE_LEVEL {
      @Override
      byte[] of(String piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(piece.length());
        for (int i = 0; i < piece.length(); i++) {
          int value = ByteLevelAlphabet.byteOf(piece.charAt(i));
          if (value < 0) {
            return piece.getBytes(StandardCharsets.UTF_8);
          }
          out.write(value);
        }
        return out.toByteArray();
      }
    },
    SENTENCE_PIECE {
      @Override
      byte[] of(String piece) {
        if (piece.matches("<0x[0-9A-F]{2}>")) {
          return new byte[] {(byte) Integer.parseInt(piece.substring(3, 5), 16)};
        }
        return piece.replace('▁', ' ').getBytes(StandardCharsets.UTF_8);
      }
    },
    WORD_PIECE {
      @Override
      byte[] of(String piece) {
        String text = piece.startsWith("##") ? piece.substring(2) : piece;
        return text.getBytes(StandardCharsets.UTF_8);
      }
    };

    abstract byte[] of(String piece);

    static PieceBytes of(JsonNode tokenizer) {
      if (tokenizer.path("model").path("type").asText().equals("WordPiece")) {
        return WORD_PIECE;
      }
      boolean byteLevel =
          tokenizer.path("decoder").toString().contains("\"ByteLevel\"")
              || tokenizer.path("pre_tokenizer").toString().contains("\"ByteLevel\"");
      return byteLevel ? BYTE_LEVEL : SENTENCE_PIECE;
    }
  }
}
