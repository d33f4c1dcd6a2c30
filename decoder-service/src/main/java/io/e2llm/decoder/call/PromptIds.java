package io.e2llm.decoder.call;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.decoder.v1.PromptPiece;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.List;
import java.util.stream.IntStream;

/** Tokenizes the pieces of a prompt one by one. */
final class PromptIds {
  private PromptIds() {}

  /**
   * The ids of {@code pieces}.
   *
   * @throws ServingException when a piece is empty or an id outside the vocabulary
   */
  static int[] of(List<PromptPiece> pieces, Tokenizer tokenizer, int vocabulary) {
    return pieces.stream().flatMapToInt(piece -> ids(piece, tokenizer, vocabulary)).toArray();
  }

  private static IntStream ids(PromptPiece piece, Tokenizer tokenizer, int vocabulary) {
    return switch (piece.getKindCase()) {
      case TEMPLATE_TEXT -> IntStream.of(tokenizer.encodeTemplate(piece.getTemplateText()).ids());
      case TEXT -> IntStream.of(tokenizer.encodeText(piece.getText()).ids());
      case IDS ->
          piece.getIds().getIdsList().stream()
              .mapToInt(Integer::intValue)
              .peek(id -> checkId("ids", id, vocabulary));
      case KIND_NOT_SET ->
          throw new ServingException(Reason.INVALID_REQUEST, "a prompt piece holds nothing");
    };
  }

  /** Refuses an id outside the vocabulary. */
  static void checkId(String field, int id, int vocabulary) {
    if (id < 0 || id >= vocabulary) {
      throw new ServingException(
          Reason.TOKEN_OUT_OF_RANGE,
          field + " holds " + id + "; the vocabulary has " + vocabulary + " tokens");
    }
  }
}
