package io.e2llm.common.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Channels over HTTP/2, with TLS and a bearer token where the security asks for them. */
public final class NettyChannels implements ChannelFactory {
  private final int maxMessageBytes;
  private final ClientSecurity security;
  private final @Nullable SslContext sslContext;

  /**
   * Reads the certificates.
   *
   * @param maxMessageBytes largest message accepted
   * @throws IOException when a certificate or key cannot be read
   */
  public NettyChannels(ClientSecurity security, int maxMessageBytes) throws IOException {
    this.security = security;
    this.maxMessageBytes = maxMessageBytes;
    this.sslContext = security.tls() ? sslContext(security) : null;
  }

  @Override
  public ManagedChannel open(Target target, InetSocketAddress address) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address)
            .maxInboundMessageSize(maxMessageBytes)
            .keepAliveTime(60, TimeUnit.SECONDS)
            .overrideAuthority(authority(target));
    if (sslContext == null) {
      builder.usePlaintext();
    } else {
      builder.sslContext(sslContext);
    }
    security.token().ifPresent(token -> builder.intercept(new BearerToken(token)));
    return builder.build();
  }

  private static String authority(Target target) {
    String host = target.host();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + target.port();
  }

  private static SslContext sslContext(ClientSecurity security) throws IOException {
    SslContextBuilder builder = GrpcSslContexts.forClient();
    try {
      security.trustedCertificates().ifPresent(path -> builder.trustManager(path.toFile()));
      if (security.certificate().isPresent() && security.key().isPresent()) {
        builder.keyManager(security.certificate().get().toFile(), security.key().get().toFile());
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("a certificate or key cannot be read", e);
    }
    return builder.build();
  }
}
