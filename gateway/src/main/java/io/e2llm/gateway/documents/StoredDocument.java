package io.e2llm.gateway.documents;

import java.time.Instant;
import java.util.Optional;

/**
 * A document as it is kept.
 *
 * @param key what it is known by
 * @param version of its text, another with every upload; empty before it is stored
 * @param title for people
 * @param mediaType of what was uploaded
 * @param bytes of what was uploaded
 * @param codePoints of its text
 * @param created when it was stored
 * @param lifetime how long it stays
 * @param encoding what encoders have made of it, once they have
 */
public record StoredDocument(
    DocumentKey key,
    String version,
    String title,
    String mediaType,
    long bytes,
    long codePoints,
    Instant created,
    Lifetime lifetime,
    Optional<Encoding> encoding) {
  /**
   * How long a document stays.
   *
   * @param pinned whether it stays until it is deleted
   * @param expires when it goes otherwise; empty for never
   */
  public record Lifetime(boolean pinned, Optional<Instant> expires) {
    /** Whether it is gone at a moment. */
    public boolean over(Instant now) {
      return !pinned && expires.isPresent() && !now.isBefore(expires.get());
    }
  }

  /**
   * What encoders have made of a document.
   *
   * @param identity of these encoders: others have to do it again
   * @param tokens of its text, without specials
   * @param chunks it was cut into
   */
  public record Encoding(String identity, long tokens, int chunks) {}

  /** The same with another title and lifetime. */
  public StoredDocument with(String otherTitle, Lifetime other) {
    return new StoredDocument(
        key, version, otherTitle, mediaType, bytes, codePoints, created, other, encoding);
  }

  /** The same, encoded. */
  public StoredDocument with(Encoding made) {
    return new StoredDocument(
        key, version, title, mediaType, bytes, codePoints, created, lifetime, Optional.of(made));
  }
}
