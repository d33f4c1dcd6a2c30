package io.e2llm.common.server;

import io.e2llm.common.config.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The SHA-256 of the bearer tokens that are let in. Immutable. */
public final class TokenDigests {
  private final List<byte[]> digests;

  /** Of these tokens. */
  public TokenDigests(List<Secret> tokens) {
    this.digests = tokens.stream().map(token -> sha256(token.value())).toList();
  }

  /** Whether nobody needs a token. */
  public boolean isEmpty() {
    return digests.isEmpty();
  }

  /** Whether a token is among them; the time it takes says nothing about the tokens. */
  public boolean contains(String token) {
    byte[] digest = sha256(token);
    boolean found = false;
    for (byte[] known : digests) {
      found |= MessageDigest.isEqual(known, digest);
    }
    return found;
  }

  private static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
