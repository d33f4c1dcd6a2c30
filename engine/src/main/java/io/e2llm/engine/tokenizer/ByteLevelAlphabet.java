package io.e2llm.engine.tokenizer;

/**
 * The 256 characters that stand for bytes in byte-level vocabularies, as GPT-2 introduced them:
 * printable Latin-1 characters for themselves, the rest from U+0100 on.
 */
public final class ByteLevelAlphabet {
  private static final int FIRST_OTHER = 0x100;
  private static final char[] CHARACTERS = new char[256];
  private static final int[] BYTES = new int[FIRST_OTHER + 256];

  static {
    java.util.Arrays.fill(BYTES, -1);
    char next = FIRST_OTHER;
    for (int value = 0; value < CHARACTERS.length; value++) {
      char character = printable(value) ? (char) value : next++;
      CHARACTERS[value] = character;
      BYTES[character] = value;
    }
  }

  private ByteLevelAlphabet() {}

  private static boolean printable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= 0xA1 && value <= 0xAC)
        || (value >= 0xAE && value <= 0xFF);
  }

  /** The character that stands for a byte, 0 to 255. */
  public static char characterOf(int value) {
    return CHARACTERS[value];
  }

  /** The byte a character stands for, 0 to 255; -1 when for none. */
  public static int byteOf(char character) {
    return character < BYTES.length ? BYTES[character] : -1;
  }
}
