package io.e2llm.cli.tiers;

import io.e2llm.cli.CommandFailure;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway that runs elsewhere. */
public final class RemoteGateway implements GatewayAccess {
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

  private final ManagedChannel channel;
  private final String address;

  private RemoteGateway(ManagedChannel channel, String address) {
    this.channel = channel;
    this.address = address;
  }

  /**
   * The gateway at {@code HOST:PORT}.
   *
   * @throws CommandFailure when that is no address
   */
  public static RemoteGateway at(String address) {
    Matcher form = ADDRESS.matcher(address);
    if (!form.matches() || Integer.parseInt(form.group(2)) > 65_535) {
      throw CommandFailure.wrongUse("--gateway " + address + " is not of the form HOST:PORT");
    }
    return new RemoteGateway(
        Grpc.newChannelBuilder("dns:///" + address, InsecureChannelCredentials.create())
            .maxInboundMessageSize(16 << 20)
            .build(),
        address);
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public String place() {
    return "the gateway at " + address;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
