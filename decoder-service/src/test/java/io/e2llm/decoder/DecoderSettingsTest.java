package io.e2llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.common.config.ConfigException;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.SettingKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DecoderSettingsTest {
  @Test
  void keysAndDefaults_arePinned() {
    assertEquals(
        List.of(
            "kv-cache-bytes=2GiB",
            "prefix-reuse=true",
            "soft-prompt-bytes=256MiB",
            "max-sequences=16",
            "queue-limit=256",
            "prefill-tokens=512",
            "undelivered-events=64",
            "slow-reader-timeout=30s",
            "slow-writer-timeout=60s"),
        SettingKey.of(DecoderSettings.class).stream()
            .map(key -> key.key() + "=" + key.defaultText())
            .toList());
    assertEquals(
        new DecoderSettings(
            new DataSize(2L << 30),
            true,
            new DataSize(256L << 20),
            16,
            256,
            512,
            64,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60)),
        DecoderSettings.defaults());
  }

  @Test
  void outOfRange_isRefusedByName() {
    ConfigException refused =
        assertThrows(
            ConfigException.class,
            () ->
                ConfigLoader.load(
                    DecoderSettings.class, ConfigInput.of(Map.of("prefill-tokens", "64"))));
    assertEquals(List.of("prefill-tokens is 64; at least 128"), refused.problems());
  }
}
