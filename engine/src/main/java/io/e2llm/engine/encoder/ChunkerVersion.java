package io.e2llm.engine.encoder;

/** Version of the rules by which contexts are cut into chunks. Part of an encoder's identity. */
public final class ChunkerVersion {
  /** The rules in force. */
  public static final int CURRENT = 1;

  private ChunkerVersion() {}
}
