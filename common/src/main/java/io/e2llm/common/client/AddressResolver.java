package io.e2llm.common.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Finds the addresses behind a name. */
@FunctionalInterface
public interface AddressResolver {
  /**
   * All addresses of a target.
   *
   * @throws UnknownHostException when the name is not known at present
   */
  List<InetSocketAddress> resolve(Target target) throws UnknownHostException;

  /**
   * The system's resolver. The JVM keeps its answers, for 30 seconds unless it is started with
   * {@code -Dsun.net.inetaddr.ttl}, as the launcher and the images do.
   */
  static AddressResolver system() {
    return target ->
        Arrays.stream(InetAddress.getAllByName(target.host()))
            .map(address -> new InetSocketAddress(address, target.port()))
            .toList();
  }
}
