package io.e2llm.engine.catalogue;

import java.util.Locale;

/** What a model is for. */
public enum ModelKind {
  /** A pretrained text encoder. */
  ENCODER,
  /** A decoder-only language model. */
  DECODER;

  /** The kind as the catalogue writes it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
