package io.e2llm.engine.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.SeededWeights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truncated and altered files either still read or fail with one line; nothing else happens. */
final class DamagedFilesTest {
  private static final int MUTATIONS = 600;

  private final Path file;

  DamagedFilesTest(@TempDir Path folder) {
    file = folder.resolve("damaged");
  }

  @Test
  void damagedGguf_readsOrFailsInOneLine() throws IOException, URISyntaxException {
    byte[] sound = Files.readAllBytes(GgufTypesTest.file());
    assertTrue(refusals(sound, 1200, () -> readGguf(file)) > 150);
  }

  @Test
  void damagedSafetensors_readsOrFailsInOneLine() throws IOException {
    SeededWeights weights = new SeededWeights(3);
    weights.linear("a", 8, 4);
    weights.linear("b.\u00fc", 2, 16);
    byte[] sound = weights.bytes();
    assertTrue(refusals(sound, 350, () -> readSafetensors(file)) > 150);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{};8;no tensor claims",
        "[];0;not a JSON object",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}};4;shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}};4;do not lie",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}};4;do not lie",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}};4;shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}};4;shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,4]}};4;dimensions",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387905],\"data_offsets\":[0,4]}};4;shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}};4;shape",
        "{\"a\":{\"dtype\":\"Q9\",\"shape\":[1],\"data_offsets\":[0,4]}};4;dtype Q9",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[2,4]}};4;overlaps",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}};4;Duplicate",
        "{\"a\":7};4;tensor a",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}};4;two numbers",
      })
  void wrongHeader_namesFileAndField(String header, int data, String words) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    write(json, data);
    ModelException refused = assertThrows(ModelException.class, () -> readSafetensors(file));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.startsWith("damaged: "), message);
    assertTrue(message.contains(words), message);
  }

  @Test
  void deepNesting_isRefused() throws IOException {
    write("{\"a\":".repeat(100_000).getBytes(StandardCharsets.UTF_8), 0);
    assertThrows(ModelException.class, () -> readSafetensors(file));
  }

  @Test
  void headerOfWrongBytes_isRefused() throws IOException {
    write(new byte[] {'{', '"', (byte) 0xFF, '"', ':', '1', '}'}, 0);
    ModelException refused = assertThrows(ModelException.class, () -> readSafetensors(file));
    assertEquals("damaged: header: not UTF-8", refused.getMessage());
  }

  @Test
  void fileCutAfterOpening_failsInOneLine() throws IOException {
    SeededWeights seeded = new SeededWeights(3);
    seeded.matrix("a", 64, 64);
    seeded.write(file);
    try (Weights weights = Safetensors.open(file)) {
      Files.write(file, Arrays.copyOf(seeded.bytes(), 200));
      ModelException refused = assertThrows(ModelException.class, () -> weights.readFp32("a"));
      assertEquals("damaged: tensor a: the file has become shorter", refused.getMessage());
    }
  }

  @Test
  void unknownTensor_isNamed() throws IOException {
    new SeededWeights(1).write(file);
    try (Weights weights = Safetensors.open(file)) {
      ModelException refused = assertThrows(ModelException.class, () -> weights.readFp32("x"));
      assertEquals("damaged: no tensor x", refused.getMessage());
    }
  }

  private void write(byte[] header, int data) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(header.length).put(header).array());
  }

  /** Cuts and alters, mostly in the first {@code head} bytes; returns how often it was refused. */
  private int refusals(byte[] sound, int head, Runnable read) throws IOException {
    Random random = new Random(5);
    int refusals = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] damaged = sound.clone();
      switch (i % 4) {
        case 0 -> damaged = Arrays.copyOf(sound, random.nextInt(sound.length));
        case 1 -> damaged = Arrays.copyOf(sound, random.nextInt(head));
        case 2 -> damaged[random.nextInt(head)] ^= (byte) (1 << random.nextInt(8));
        default -> {
          int at = random.nextInt(head - 8);
          byte fill = new byte[] {0, -1, 127, -128}[random.nextInt(4)];
          Arrays.fill(damaged, at, at + 1 + random.nextInt(8), fill);
        }
      }
      Files.write(file, damaged);
      try {
        read.run();
      } catch (ModelException e) {
        refusals++;
        String message = String.valueOf(e.getMessage());
        assertTrue(message.startsWith("damaged: ") && !message.contains("\n"), message);
      }
    }
    return refusals;
  }

  private static void readGguf(Path path) {
    try (GgufFile gguf = GgufFile.open(path);
        Weights weights = gguf.weights()) {
      weights.tensors().keySet().forEach(weights::readFp32);
    }
  }

  private static void readSafetensors(Path path) {
    try (Weights weights = Safetensors.open(path)) {
      weights.tensors().keySet().forEach(weights::readFp32);
    }
  }
}
