package io.e2llm.engine.chunk;

/**
 * A piece of a document. The chunks of a document, one after the other, are its text.
 *
 * @param document the document's name
 * @param beginCodePoint first code point within the document
 * @param endCodePoint one past the last code point
 * @param text the text, not empty
 * @param tokens encoder tokens of the text alone, without specials; 0 for text that the tokenizer
 *     leaves nothing of, such as white space
 */
public record Chunk(
    String document, long beginCodePoint, long endCodePoint, String text, int tokens) {
  /** Checks that there is a text. */
  public Chunk {
    if (text.isEmpty() || endCodePoint <= beginCodePoint || tokens < 0) {
      throw new IllegalArgumentException("an empty chunk");
    }
  }
}
