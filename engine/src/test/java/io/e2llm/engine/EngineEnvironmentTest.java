package io.e2llm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.util.Utils;
import org.junit.jupiter.api.Test;

final class EngineEnvironmentTest {
  @Test
  void prepared_isOfflineAndUntracked() {
    EngineEnvironment.prepare();
    assertTrue(Utils.isOfflineMode());
    assertEquals("true", Utils.getEnvOrSystemProperty("OPT_OUT_TRACKING"));
    assertEquals("true", System.getProperty("ai.djl.offline"));
    assertEquals("true", System.getProperty("OPT_OUT_TRACKING"));
  }
}
