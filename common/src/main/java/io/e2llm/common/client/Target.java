package io.e2llm.common.client;

import java.util.ArrayList;
import java.util.List;

/**
 * A name to resolve: {@code host:port} or {@code dns:///host:port}, where the host may be a DNS
 * name with many addresses, a literal IPv4 address, or an IPv6 address in brackets.
 *
 * @param host host, without brackets
 * @param port port, 1 to 65535
 */
public record Target(String host, int port) {
  /** Checks the port. */
  public Target {
    if (host.isBlank() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("not host:port: " + host + ":" + port);
    }
  }

  /**
   * A comma-separated list, blanks around names allowed.
   *
   * @throws IllegalArgumentException when one is not {@code host:port}, or there is none
   */
  public static List<Target> parseList(String list) {
    List<Target> targets = new ArrayList<>();
    for (String part : list.split(",", -1)) {
      targets.add(parse(part.strip()));
    }
    return List.copyOf(targets);
  }

  private static Target parse(String text) {
    int colon = text.lastIndexOf(':');
    int begin = text.startsWith("dns:///") ? "dns:///".length() : 0;
    String host = colon < begin ? "" : text.substring(begin, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed) {
      host = host.substring(1, host.length() - 1);
    }
    if (host.isEmpty() || (!bracketed && host.indexOf(':') >= 0)) {
      throw new IllegalArgumentException("not host:port: '" + text + "'");
    }
    try {
      return new Target(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not host:port: '" + text + "'", e);
    }
  }
}
