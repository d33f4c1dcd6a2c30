package io.e2llm.engine.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoundaryScannerTest {
  @ParameterizedTest
  @CsvSource({
    "He left. |She stayed, SENTENCE",
    "'He said \"no.\" |Then', SENTENCE",
    "see e.g. |the book, WORD",
    "'Mr. |Smith', WORD",
    "J. |Smith, WORD",
    "3.|14, CHARACTER",
    "'one, |two', CLAUSE",
    "one |two, WORD",
    "on|e, CHARACTER",
    "e|\u0301, NONE",
    "one| two, NONE",
    "one | two, CHARACTER",
    "終わり。|次, SENTENCE",
    "終わり。|」, CHARACTER",
    "one\\n\\n|two, PARAGRAPH",
    "one\\n|# two, PARAGRAPH",
    "# one\\n\\n|two, WORD",
    "one\\n|two, CLAUSE",
    "one\\n|- two, SENTENCE",
    "one\\n|12. two, SENTENCE"
  })
  void place_hasStrength(String marked, BoundaryStrength strength) {
    String text = marked.replace("\\n", "\n");
    int place = text.indexOf('|');
    CodePointBuffer buffer = new CodePointBuffer();
    String plain = text.replace("|", "");
    buffer.append(plain, 0, plain.length());
    assertEquals(strength, new BoundaryScanner(buffer).rate(buffer.size())[place]);
  }
}
