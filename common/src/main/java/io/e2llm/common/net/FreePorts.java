package io.e2llm.common.net;

import io.e2llm.common.lifecycle.StartupException;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells taken ports before work that takes long, such as loading a model. Somebody may still take
 * one in between: then listening tells.
 */
public final class FreePorts {
  private FreePorts() {}

  /**
   * Binds all addresses at once, so that two equal ones are told too, and frees them again.
   *
   * @throws StartupException when one cannot be bound
   */
  public static void require(List<BindAddress> wanted) {
    List<ServerSocket> bound = new ArrayList<>();
    try {
      for (BindAddress address : wanted) {
        bound.add(bind(address));
      }
    } finally {
      bound.forEach(FreePorts::free);
    }
  }

  private static ServerSocket bind(BindAddress address) {
    try {
      return new ServerSocket(address.port(), 1, address.resolve().getAddress());
    } catch (IOException refused) {
      throw address.refusal(refused);
    }
  }

  private static void free(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone with the process at the latest.
    }
  }
}
