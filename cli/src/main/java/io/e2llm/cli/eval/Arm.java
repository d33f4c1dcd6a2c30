package io.e2llm.cli.eval;

import io.e2llm.cli.CommandFailure;
import io.e2llm.gateway.v1.ContextMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A way to bring a context before a decoder. */
public enum Arm {
  /** No context at all. */
  NONE(ContextMode.CONTEXT_MODE_UNSPECIFIED, Source.NONE, Decoder.SERVED),
  /** Soft prompts of all chunks. */
  SOFT(ContextMode.CONTEXT_MODE_SOFT, Source.OWN, Decoder.SERVED),
  /** The control: soft prompts of another document. What it scores is the answers' form. */
  SOFT_OTHER(ContextMode.CONTEXT_MODE_SOFT, Source.OTHER, Decoder.SERVED),
  /** Soft prompts and the text of the few most relevant chunks. */
  HYBRID(ContextMode.CONTEXT_MODE_HYBRID, Source.OWN, Decoder.SERVED),
  /** Only that text. */
  RETRIEVAL(ContextMode.CONTEXT_MODE_RETRIEVAL, Source.OWN, Decoder.SERVED),
  /** The whole context as text. */
  TEXT(ContextMode.CONTEXT_MODE_TEXT, Source.OWN, Decoder.SERVED),
  /** The whole text of another document. */
  TEXT_OTHER(ContextMode.CONTEXT_MODE_TEXT, Source.OTHER, Decoder.SERVED),
  /** No context, and no LoRA. */
  NONE_UNTOUCHED(ContextMode.CONTEXT_MODE_UNSPECIFIED, Source.NONE, Decoder.UNTOUCHED),
  /** The text of the most relevant chunks, without LoRA. */
  RETRIEVAL_UNTOUCHED(ContextMode.CONTEXT_MODE_RETRIEVAL, Source.OWN, Decoder.UNTOUCHED),
  /** The whole context as text, without LoRA. */
  TEXT_UNTOUCHED(ContextMode.CONTEXT_MODE_TEXT, Source.OWN, Decoder.UNTOUCHED),
  /** The whole text of another document, without LoRA. */
  TEXT_OTHER_UNTOUCHED(ContextMode.CONTEXT_MODE_TEXT, Source.OTHER, Decoder.UNTOUCHED);

  private final ContextMode mode;
  private final Source source;
  private final Decoder decoder;

  Arm(ContextMode mode, Source source, Decoder decoder) {
    this.mode = mode;
    this.source = source;
    this.decoder = decoder;
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

  /** Which decoder reads it. */
  enum Decoder {
    /** The one that serves: with the bundle's LoRA if it has any. */
    SERVED,
    /** The same without the bundle. */
    UNTOUCHED
  }

  /**
   * Those of these names.
   *
   * @throws CommandFailure when a name is no arm's
   */
  public static List<Arm> named(List<String> names) {
    List<Arm> arms = new ArrayList<>();
    for (String name : names) {
      arms.add(
          List.of(values()).stream()
              .filter(arm -> arm.label().equals(name.strip()))
              .findAny()
              .orElseThrow(() -> CommandFailure.wrongUse("--modes: there is no mode " + name)));
    }
    return arms.stream().distinct().toList();
  }

  /** The gateway's mode. */
  ContextMode mode() {
    return mode;
  }

  /** Which decoder reads it. */
  Decoder decoder() {
    return decoder;
  }

  /** Whether it has soft prompts. */
  boolean soft() {
    return mode == ContextMode.CONTEXT_MODE_SOFT || mode == ContextMode.CONTEXT_MODE_HYBRID;
  }

  /** The context it brings, which may be empty. */
  public String context(String own, String other) {
    return switch (source) {
      case NONE -> "";
      case OWN -> own;
      case OTHER -> other;
    };
  }

  /** Whether it brings another document's context. */
  public boolean bringsAnother() {
    return source == Source.OTHER;
  }

  /** Its name for people and options. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
