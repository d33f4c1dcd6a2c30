package io.e2llm.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DataSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "100, 100",
    "100B, 100",
    "64KiB, 65536",
    "512 MiB, 536870912",
    "2GiB, 2147483648"
  })
  void forms_areRead(String text, long bytes) {
    assertEquals(bytes, DataSize.parse(text).bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "1.5MiB", "1MB", "MiB", "99999999999GiB", "9999999999999999999"})
  void otherForms_areRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> DataSize.parse(text));
  }

  @Test
  void text_isReadBackTheSame() {
    for (long bytes : new long[] {0, 1, 1024, 1500, 64 << 20, 3L << 30}) {
      assertEquals(bytes, DataSize.parse(new DataSize(bytes).toString()).bytes());
    }
    assertEquals("64MiB", new DataSize(64 << 20).toString());
  }
}
