package io.e2llm.common.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TargetTest {
  @Test
  void list_isParsedInOrder() {
    assertEquals(
        List.of(new Target("a", 1), new Target("10.0.0.2", 7071), new Target("::1", 9)),
        Target.parseList("a:1, 10.0.0.2:7071 ,[::1]:9"));
  }

  @Test
  void dnsScheme_isTheSameName() {
    assertEquals(List.of(new Target("workers", 7071)), Target.parseList("dns:///workers:7071"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "a:",
        ":1",
        "a:0",
        "a:65536",
        "a:x",
        "::1:9",
        "a:1,,b:2",
        "dns:///:1",
        "dns:///a"
      })
  void whatIsNotHostAndPort_isRefused(String list) {
    assertThrows(IllegalArgumentException.class, () -> Target.parseList(list));
  }
}
