package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class EncoderSettingsTest {
  @Test
  void keysAndDefaults_stayAsTheyAre() {
    assertEquals(
        List.of(
            "batchTokens",
            "queueChunks",
            "cacheBytes",
            "maxCalls",
            "maxChunksInFlightPerCall",
            "maxMessageBytes",
            "callThreads"),
        Arrays.stream(EncoderSettings.class.getRecordComponents())
            .map(RecordComponent::getName)
            .toList());
    assertEquals(
        new EncoderSettings(2_048, 4_096, 268_435_456, 256, 256, 1_048_576, 2),
        EncoderSettings.defaults());
  }

  @Test
  void valueOutOfRange_namesItsKey() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new EncoderSettings(0, 4_096, 1, 256, 256, 1_048_576, 2));

    assertTrue(String.valueOf(refused.getMessage()).startsWith("batch-tokens"));
  }
}
