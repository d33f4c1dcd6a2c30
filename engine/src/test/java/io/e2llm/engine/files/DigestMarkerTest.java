package io.e2llm.engine.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.e2llm.engine.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigestMarkerTest {
  private static final String OTHER = "0".repeat(64);

  private final Path folder;
  private final Path file;

  DigestMarkerTest(@TempDir Path folder) {
    this.folder = folder;
    this.file = folder.resolve("model.gguf");
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(file, "weights");
  }

  @Test
  void fileAsItWas_isNotReadAgain() throws IOException {
    String read = FilesDigest.of(folder, List.of(file));

    new DigestMarker(Map.of("model.gguf", Sha256.ofFile(file).toHex())).write(folder);
    assertEquals(read, FilesDigest.of(folder, List.of(file)));

    new DigestMarker(Map.of("model.gguf", OTHER)).write(folder);
    assertNotEquals(read, FilesDigest.of(folder, List.of(file)));
  }

  @Test
  void changedFile_isReadAgain() throws IOException {
    String read = FilesDigest.of(folder, List.of(file));
    new DigestMarker(Map.of("model.gguf", OTHER)).write(folder);

    Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    assertEquals(read, FilesDigest.of(folder, List.of(file)));

    Files.writeString(file, "longer weights");
    assertEquals(Map.of(), DigestMarker.read(folder).digests());
  }

  @Test
  void damagedMarker_remembersNothing() throws IOException {
    Files.write(folder.resolve(".verified"), new byte[] {'a', (byte) 0xff, '\n', 0});
    assertEquals(Map.of(), DigestMarker.read(folder).digests());

    Files.writeString(
        folder.resolve(".verified"),
        OTHER + " 7 1 missing\n" + OTHER + " 7 1 nul\0\nshort 7 1 model.gguf\n");
    assertEquals(Map.of(), DigestMarker.read(folder).digests());
  }
}
