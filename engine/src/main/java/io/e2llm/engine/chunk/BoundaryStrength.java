package io.e2llm.engine.chunk;

/** How good a place is to cut at, the best last. */
enum BoundaryStrength {
  /** No place to cut at: within a user-perceived character. */
  NONE,
  /** Between two characters of one word. */
  CHARACTER,
  /** After white space. */
  WORD,
  /** After a comma, semicolon, colon or dash, or at a line's end. */
  CLAUSE,
  /** After a sentence, or before a list item. */
  SENTENCE,
  /** After a blank line, or before a heading. */
  PARAGRAPH
}
