package io.e2llm.cli.texts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextFileTest {
  @TempDir private Path folder = Path.of("");

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void plainText_isReadAsItStands() throws IOException {
    assertEquals("One.\nTwo. ", TextFile.read(file("a.txt", "One.\nTwo. ")));
  }

  @Test
  void listOfTexts_isJoined() throws IOException {
    Path file = file("a.json", "{\"essays\": [\" One.\\nTwo. \", \"\", \"Three.\"]}");
    assertEquals("One.\nTwo.\n\nThree.", TextFile.read(file));
  }

  @Test
  void otherJson_isRefused() throws IOException {
    for (String json : new String[] {"{\"a\": 1}", "{\"a\": [], \"b\": [\"x\"]}", "{}"}) {
      Path file = file("b.json", json);
      CommandFailure refused = assertThrows(CommandFailure.class, () -> TextFile.read(file));
      assertTrue(String.valueOf(refused.getMessage()).contains("one list of texts"), json);
    }
    Path broken = file("c.json", "{\"a\": [");
    assertThrows(CommandFailure.class, () -> TextFile.read(broken));
    assertThrows(CommandFailure.class, () -> TextFile.read(folder.resolve("none.txt")));
  }
}
