package io.e2llm.decoder.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.e2llm.decoder.fake.ByteTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DetokenizerTest {
  @Test
  void codePointOverSeveralTokens_leavesWhole() {
    Detokenizer detokenizer = new Detokenizer(new ByteTokenizer());
    int[] ids = ByteTokenizer.ids("a\u00e9\uD83D\uDE00");
    assertEquals("a", detokenizer.append(ids[0]));
    assertEquals("", detokenizer.append(ids[1]));
    assertEquals("\u00e9", detokenizer.append(ids[2]));
    assertEquals("", detokenizer.append(ids[3]));
    assertEquals("", detokenizer.append(ids[4]));
    assertEquals("", detokenizer.append(ids[5]));
    assertEquals("\uD83D\uDE00", detokenizer.append(ids[6]));
    assertEquals("", detokenizer.finish());
  }

  @Test
  void bytesThatCanBecomeNothing_leaveAsReplacement() {
    Detokenizer detokenizer = new Detokenizer(new ByteTokenizer());
    assertEquals("\uFFFD", detokenizer.append(0xff));
    assertEquals("", detokenizer.append(0xc3));
    assertEquals("\uFFFDa", detokenizer.append('a'));
  }

  @Test
  void codePointCutOffByTheEnd_isOneReplacement() {
    Detokenizer detokenizer = new Detokenizer(new ByteTokenizer());
    assertEquals("", detokenizer.append(0xf0));
    assertEquals("", detokenizer.append(0x9f));
    assertEquals("\uFFFD", detokenizer.finish());
    assertEquals("", detokenizer.finish());
  }

  @Test
  void specialToken_givesNoText() {
    Detokenizer detokenizer = new Detokenizer(new ByteTokenizer());
    assertEquals("", detokenizer.append(ByteTokenizer.BEGIN));
    assertEquals(" ", detokenizer.append(' '));
  }

  @Test
  void sentencePiece_losesOnlyTheFirstSpace() {
    Detokenizer detokenizer = new Detokenizer(new ByteTokenizer(true));
    assertEquals("", detokenizer.append(ByteTokenizer.BEGIN));
    assertEquals("", detokenizer.append(' '));
    assertEquals("a", detokenizer.append('a'));
    assertEquals(" ", detokenizer.append(' '));
  }

  @Test
  void anyBytes_equalDecodingThemAtOnce() {
    Random random = new Random(5);
    for (int round = 0; round < 2_000; round++) {
      byte[] bytes = mostlyUtf8(random);
      Detokenizer detokenizer = new Detokenizer(new ByteTokenizer());
      StringBuilder text = new StringBuilder();
      for (byte each : bytes) {
        String piece = detokenizer.append(each & 0xff);
        assertFalse(
            !piece.isEmpty() && Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
        text.append(piece);
      }
      text.append(detokenizer.finish());
      assertEquals(new String(bytes, StandardCharsets.UTF_8), text.toString());
    }
  }

  private static byte[] mostlyUtf8(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      text.appendCodePoint(random.nextBoolean() ? 'a' + i : 0x1F600 + random.nextInt(40));
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
