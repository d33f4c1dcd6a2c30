package io.e2llm.common.net;

import io.e2llm.common.lifecycle.StartupException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address that something of a process binds.
 *
 * @param user what binds it, for people: {@code gateway}, {@code metrics}
 * @param host name or address of this machine
 * @param port 0 takes any free one
 */
public record BindAddress(String user, String host, int port) {
  /**
   * The address as sockets take it.
   *
   * @throws StartupException when the name does not resolve
   */
  public InetSocketAddress resolve() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new StartupException(
          "the name %s to listen on (%s) does not resolve".formatted(host, user));
    }
    return address;
  }

  /** What to tell the operator when binding failed: one line. */
  public StartupException refusal(Throwable failure) {
    String why = "cannot be bound";
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (message.contains("already in use")) {
        why = "is taken";
      } else if (message.contains("Permission denied")) {
        why = "is not open to this user";
      } else if (message.contains("Cannot assign requested address")) {
        why = "cannot be bound: that is no address of this machine";
      }
    }
    return new StartupException("port %d on %s (%s) %s".formatted(port, host, user, why), failure);
  }
}
