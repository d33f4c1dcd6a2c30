package io.e2llm.cli.tiers;

import io.e2llm.cli.CommandFailure;
import io.e2llm.common.client.BearerToken;
import io.e2llm.common.client.ClientSecurity;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.ManagedChannelRegistry.ProviderNotFoundException;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway that runs elsewhere. */
public final class RemoteGateway implements GatewayAccess {
  private static final Pattern ADDRESS =
      Pattern.compile("(\\[[0-9A-Fa-f:.%]+]|[A-Za-z0-9._-]+):(\\d{1,5})");

  private final ManagedChannel channel;
  private final String address;
  private final boolean tls;

  private RemoteGateway(ManagedChannel channel, String address, boolean tls) {
    this.channel = channel;
    this.address = address;
    this.tls = tls;
  }

  /**
   * The gateway at {@code HOST:PORT}. A token goes in plain text to this machine only.
   *
   * @throws CommandFailure when that is no address, or a certificate or key cannot be read
   */
  public static RemoteGateway at(String address, ClientSecurity security) {
    Matcher form = ADDRESS.matcher(address);
    if (!form.matches() || Integer.parseInt(form.group(2)) > 65_535) {
      throw CommandFailure.wrongUse("--gateway " + address + " is not of the form HOST:PORT");
    }
    if (security.token().isPresent() && !security.tls() && !isLoopback(form.group(1))) {
      throw CommandFailure.wrongUse("the token would cross the network in plain text: add --tls");
    }
    return new RemoteGateway(open(address, security), address, security.tls());
  }

  private static ManagedChannel open(String address, ClientSecurity security) {
    try {
      ManagedChannelBuilder<?> builder =
          Grpc.newChannelBuilder("dns:///" + address, credentials(security))
              .maxInboundMessageSize(16 << 20)
              .keepAliveTime(30, TimeUnit.SECONDS);
      security.token().ifPresent(token -> builder.intercept(new BearerToken(token)));
      return builder.build();
    } catch (IOException | IllegalArgumentException | ProviderNotFoundException e) {
      // gRPC says the last of the three when it cannot make sense of a certificate or key.
      throw CommandFailure.failed(
          "the authority, certificate or private key for the gateway cannot be read");
    }
  }

  private static ChannelCredentials credentials(ClientSecurity security) throws IOException {
    if (!security.tls()) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder tls = TlsChannelCredentials.newBuilder();
    if (security.trustedCertificates().isPresent()) {
      tls.trustManager(security.trustedCertificates().get().toFile());
    }
    if (security.certificate().isPresent() && security.key().isPresent()) {
      tls.keyManager(security.certificate().get().toFile(), security.key().get().toFile());
    }
    return tls.build();
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public String unreachable(Throwable failure) {
    return "the gateway at " + address + " " + Unreachable.why(failure, tls);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
