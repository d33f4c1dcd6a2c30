package io.e2llm.cli.eval;

import io.e2llm.gateway.v1.ContextMode;
import java.util.Locale;

/** A way to bring a context before the model. */
public enum Arm {
  /** No context at all. */
  NONE(ContextMode.CONTEXT_MODE_UNSPECIFIED, Source.NONE),
  /** Soft prompts of all chunks. */
  SOFT(ContextMode.CONTEXT_MODE_SOFT, Source.OWN),
  /** The control: soft prompts of another document. What it scores is the answers' form. */
  SOFT_OTHER(ContextMode.CONTEXT_MODE_SOFT, Source.OTHER),
  /** Soft prompts and the text of the few most relevant chunks. */
  HYBRID(ContextMode.CONTEXT_MODE_HYBRID, Source.OWN),
  /** Only that text. */
  RETRIEVAL(ContextMode.CONTEXT_MODE_RETRIEVAL, Source.OWN),
  /** The whole context as text. */
  TEXT(ContextMode.CONTEXT_MODE_TEXT, Source.OWN),
  /** The whole text of another document. */
  TEXT_OTHER(ContextMode.CONTEXT_MODE_TEXT, Source.OTHER);

  private final ContextMode mode;
  private final Source source;

  Arm(ContextMode mode, Source source) {
    this.mode = mode;
    this.source = source;
  }

  /** Whose context is brought. */
  enum Source {
    /** Nobody's. */
    NONE,
    /** That of the question's document. */
    OWN,
    /** That of the next document. */
    OTHER
  }

  /** The gateway's mode. */
  ContextMode mode() {
    return mode;
  }

  /** Whose context is brought. */
  Source source() {
    return source;
  }

  /** Its name for people and options. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
