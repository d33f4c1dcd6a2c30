package io.e2llm.engine;

/**
 * What must be set before any class of DJL is loaded: no downloads and no telemetry. The
 * environment variables {@code DJL_OFFLINE} and {@code OPT_OUT_TRACKING} mean the same and are set
 * by the launcher; these properties make it hold wherever the engine runs.
 */
public final class EngineEnvironment {
  private EngineEnvironment() {}

  /** Sets the properties. Idempotent; to be called before the first use of DJL. */
  public static void prepare() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }
}
