package io.e2llm.common.net;

import io.e2llm.common.lifecycle.StartupException;
import java.net.InetSocketAddress;

/** Addresses to bind. */
public final class BindAddress {
  private BindAddress() {}

  /**
   * The address of a host to bind.
   *
   * @throws StartupException when the name does not resolve
   */
  public static InetSocketAddress resolve(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new StartupException("the name " + host + " to listen on does not resolve");
    }
    return address;
  }
}
