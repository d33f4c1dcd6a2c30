package io.e2llm.encoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.common.config.ConfigException;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.SettingKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncoderSettingsTest {
  @Test
  void keysAndDefaults_arePinned() {
    assertEquals(
        List.of(
            "batch-tokens=512",
            "queue-chunks=4096",
            "cache-bytes=256MiB",
            "max-calls=256",
            "max-chunks-in-flight-per-call=256",
            "max-text-bytes=64KiB",
            "call-threads=2"),
        SettingKey.of(EncoderSettings.class).stream()
            .map(key -> key.key() + "=" + key.defaultText())
            .toList());
    assertEquals(
        new EncoderSettings(
            512, 4_096, new DataSize(256L << 20), 256, 256, new DataSize(64 << 10), 2),
        EncoderSettings.defaults());
  }

  @Test
  void outOfRange_isRefusedByName() {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    EncoderSettings.class, ConfigInput.of(Map.of("batch-tokens", "0"))));

    assertEquals(List.of("batch-tokens is 0; at least 1"), refused.problems());
  }
}
