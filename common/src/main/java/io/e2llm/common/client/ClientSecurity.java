package io.e2llm.common.client;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a tier proves itself to another, and how it checks the other.
 *
 * @param tls whether to speak TLS
 * @param trustedCertificates PEM of the authorities to trust; the system's when empty
 * @param certificate PEM of this process's certificate chain, for mutual TLS
 * @param key PEM of its key
 * @param token bearer token sent with each call
 */
public record ClientSecurity(
    boolean tls,
    Optional<Path> trustedCertificates,
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<String> token) {
  /** Plain text without a token: for loopback. */
  public static final ClientSecurity NONE =
      new ClientSecurity(
          false, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** Certificate and key come together, and only with TLS. */
  public ClientSecurity {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException("a client certificate and its key come together");
    }
    if (!tls && (certificate.isPresent() || trustedCertificates.isPresent())) {
      throw new IllegalArgumentException("certificates are given, but TLS is off");
    }
  }

  @Override
  public String toString() {
    return "ClientSecurity[tls=" + tls + ", token=" + (token.isPresent() ? "set" : "none") + "]";
  }
}
