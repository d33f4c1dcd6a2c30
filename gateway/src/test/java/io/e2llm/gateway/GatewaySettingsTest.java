package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.config.ConfigException;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class GatewaySettingsTest {
  @Test
  void defaults_arePinned() {
    assertEquals(
        new GatewaySettings(
            64,
            16_000_000,
            131_072,
            128,
            new DataSize(64L << 20),
            512,
            384,
            4,
            Duration.ofSeconds(12),
            64,
            Duration.ofSeconds(30),
            Duration.ofSeconds(60)),
        GatewaySettings.defaults());
  }

  @Test
  void keys_arePinned() {
    GatewaySettings settings =
        ConfigLoader.load(
            GatewaySettings.class,
            ConfigInput.of(
                Map.ofEntries(
                    Map.entry("max-requests", "1"),
                    Map.entry("max-context-code-points", "2"),
                    Map.entry("max-chunks", "3"),
                    Map.entry("chunks-in-flight", "4"),
                    Map.entry("known-chunk-bytes", "12KiB"),
                    Map.entry("max-tokens", "5"),
                    Map.entry("verbatim-tokens", "6"),
                    Map.entry("tries", "7"),
                    Map.entry("tier-patience", "8s"),
                    Map.entry("undelivered-events", "9"),
                    Map.entry("slow-reader-timeout", "10s"),
                    Map.entry("slow-writer-timeout", "11s"))));
    assertEquals(
        new GatewaySettings(
            1,
            2,
            3,
            4,
            new DataSize(12L << 10),
            5,
            6,
            7,
            Duration.ofSeconds(8),
            9,
            Duration.ofSeconds(10),
            Duration.ofSeconds(11)),
        settings);
  }

  @Test
  void valuesOutOfRange_areRefused() {
    for (String key : new String[] {"max-requests", "max-chunks", "chunks-in-flight", "tries"}) {
      ConfigException refusal =
          assertThrows(
              ConfigException.class,
              () -> ConfigLoader.load(GatewaySettings.class, ConfigInput.of(Map.of(key, "0"))));
      assertTrue(String.valueOf(refusal.getMessage()).contains(key), refusal::toString);
    }
  }
}
