package io.e2llm.cli.tiers;

import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a server could not be reached, and which option may help. */
final class Unreachable {
  private Unreachable() {}

  /**
   * The end of a sentence that begins with the server's name.
   *
   * @param tls whether TLS was spoken to it
   */
  static String why(Throwable failure, boolean tls) {
    boolean connected = true;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
        return handshake(failure);
      }
      if (cause instanceof UnknownHostException) {
        return "has a name that does not resolve";
      }
      connected &= !(cause instanceof SocketException);
    }
    return connected && !tls ? "ends the connection: does it want --tls?" : "does not answer";
  }

  private static String handshake(Throwable failure) {
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("not an SSL/TLS record")) {
        return "does not speak TLS";
      }
      if (message.contains("unable to find valid certification path")) {
        return "shows a certificate of an authority that is not trusted: name it with --ca";
      }
      if (message.contains("No subject alternative") || message.contains("No name matching")) {
        return "shows a certificate for another name";
      }
      if (message.contains("certificate_required") || message.contains("bad_certificate")) {
        return "wants another certificate: --certificate and --private-key";
      }
    }
    return "cannot be spoken to by TLS";
  }
}
