package io.e2llm.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.e2llm.common.client.ClientSettings;
import io.e2llm.common.metrics.MetricsSettings;
import io.e2llm.common.server.ListenSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys and defaults are an interface: a change here breaks somebody's configuration file. */
final class SettingsKeysTest {
  @Test
  void listenSettings_keepTheirKeysAndDefaults() {
    assertEquals(
        List.of(
            "host=127.0.0.1",
            "port=0",
            "certificate=",
            "private-key=",
            "client-ca=",
            "tokens=",
            "insecure=false",
            "max-message=16MiB",
            "max-calls-per-connection=1024",
            "drain-timeout=30s"),
        pinned(ListenSettings.class));
  }

  @Test
  void clientSettings_keepTheirKeysAndDefaults() {
    assertEquals(
        List.of(
            "endpoints=",
            "tls=false",
            "ca=",
            "certificate=",
            "private-key=",
            "token=",
            "refresh=5s",
            "max-message=16MiB"),
        pinned(ClientSettings.class));
  }

  @Test
  void metricsSettings_keepTheirKeysAndDefaults() {
    assertEquals(
        List.of("enabled=true", "host=127.0.0.1", "port=0", "insecure=false"),
        pinned(MetricsSettings.class));
  }

  @Test
  void loopbackListenSettings_equalTheDefaults() {
    assertEquals(
        ListenSettings.loopback(0), ConfigLoader.load(ListenSettings.class, ConfigInput.none()));
  }

  private static List<String> pinned(Class<? extends Record> type) {
    return SettingKey.of(type).stream().map(key -> key.key() + "=" + key.defaultText()).toList();
  }
}
