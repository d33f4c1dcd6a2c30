package io.e2llm.engine.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.Reference;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every type against gguf-py's own dequantization ({@code make_gguf_goldens.py}). */
final class GgufTypesTest {
  private static final int COLUMNS = 512;

  @ParameterizedTest
  @EnumSource
  void type_decodesAsGgufPyDoes(WeightType type) throws IOException, URISyntaxException {
    JsonNode goldens = Reference.read("/goldens/types.json");
    float[] expected =
        floats(
            ByteBuffer.wrap(Base64.getDecoder().decode(goldens.path(type.name()).asText()))
                .order(ByteOrder.LITTLE_ENDIAN));
    try (GgufFile file = GgufFile.open(file());
        Weights weights = file.weights()) {
      TensorInfo info = weights.tensors().get(type.name());
      assertNotNull(info);
      assertEquals(type, info.type());
      assertEquals(List.of(3L, (long) COLUMNS), info.shape());
      assertArrayEquals(expected, floats(weights.readFp32(type.name())), 1e-6f);
      float[] last = java.util.Arrays.copyOfRange(expected, 2 * COLUMNS, 3 * COLUMNS);
      assertArrayEquals(last, floats(weights.readFp32Rows(type.name(), 2, 1)), 1e-6f);
    }
  }

  @Test
  void metadata_isReadByType() throws URISyntaxException {
    try (GgufFile file = GgufFile.open(file())) {
      GgufMetadata metadata = file.metadata();
      assertEquals("llama", metadata.string("general.architecture").orElseThrow());
      assertEquals(List.of("a", "ü", ""), metadata.strings("test.strings").orElseThrow());
      assertArrayEquals(new long[] {1, -2, 3}, metadata.integers("test.integers").orElseThrow());
      assertArrayEquals(new double[] {0.5, -0.25}, metadata.numbers("test.numbers").orElseThrow());
      assertEquals(true, metadata.flag("test.flag", false));
      assertThrows(ModelException.class, () -> metadata.integer("general.architecture"));
    }
  }

  static Path file() throws URISyntaxException {
    URL resource = GgufTypesTest.class.getResource("/goldens/types.gguf");
    assertNotNull(resource);
    return Path.of(resource.toURI());
  }

  static float[] floats(ByteBuffer bytes) {
    float[] floats = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(floats);
    return floats;
  }
}
