package io.e2llm.common.server;

import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.net.BindAddress;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The part of a {@link TierServer} that is on the network, with event loops of its own, which
 * {@link #close} ends.
 *
 * @param settings how
 * @param address where
 * @param server the server, not yet started
 * @param acceptor the loop that accepts connections
 * @param workers the loops that serve them
 */
record NetworkListener(
    ListenSettings settings,
    BindAddress address,
    Server server,
    EventLoopGroup acceptor,
    EventLoopGroup workers)
    implements AutoCloseable {
  private static final int WORKERS = Math.min(4, Runtime.getRuntime().availableProcessors());

  /** Checks that the address may be listened on, and makes the server of it. */
  static NetworkListener of(
      String tier, ListenSettings settings, Function<ServerBuilder<?>, Server> offer) {
    BindAddress address = settings.bindAddress(tier);
    ServerCredentials credentials = check(tier, settings);
    EventLoopGroup acceptor = loops("e2llm-" + tier + "-accept", 1);
    EventLoopGroup workers = loops("e2llm-" + tier + "-net", WORKERS);
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address.resolve(), credentials)
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(acceptor)
            .workerEventLoopGroup(workers)
            .maxInboundMessageSize(SizeInterceptor.transportBytes(settings.maxMessage()))
            .maxConcurrentCallsPerConnection(settings.maxCallsPerConnection())
            .permitKeepAliveTime(5, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(30, TimeUnit.SECONDS)
            .keepAliveTimeout(20, TimeUnit.SECONDS);
    return new NetworkListener(settings, address, offer.apply(builder), acceptor, workers);
  }

  int port() {
    return server.getPort();
  }

  Duration drainTimeout() {
    return settings.drainTimeout();
  }

  StartupException bindFailure(IOException failure) {
    return address.refusal(failure);
  }

  @Override
  public void close() {
    var accepted = acceptor.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    var worked = workers.shutdownGracefully(0, 2, TimeUnit.SECONDS);
    accepted.awaitUninterruptibly(3, TimeUnit.SECONDS);
    worked.awaitUninterruptibly(3, TimeUnit.SECONDS);
  }

  /** Checks that the address may be listened on, and reads the certificates. */
  static ServerCredentials check(String tier, ListenSettings settings) {
    checkOpenTo(settings, settings.bindAddress(tier).resolve());
    return credentials(settings);
  }

  private static void checkOpenTo(ListenSettings settings, InetSocketAddress address) {
    boolean authenticated = settings.clientCa().isPresent() || !settings.tokens().isEmpty();
    boolean safe = settings.certificate().isPresent() && authenticated;
    if (!address.getAddress().isLoopbackAddress() && !safe && !settings.insecure()) {
      throw new StartupException(
          "listening on "
              + settings.host()
              + " needs TLS and authentication (a token or a client authority), or --insecure");
    }
  }

  private static ServerCredentials credentials(ListenSettings settings) {
    if (settings.certificate().isEmpty() || settings.privateKey().isEmpty()) {
      return InsecureServerCredentials.create();
    }
    try {
      TlsServerCredentials.Builder tls =
          TlsServerCredentials.newBuilder()
              .keyManager(
                  settings.certificate().get().toFile(), settings.privateKey().get().toFile());
      if (settings.clientCa().isPresent()) {
        tls.trustManager(settings.clientCa().get().toFile())
            .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
      }
      return tls.build();
    } catch (IOException unreadable) {
      throw new StartupException(
          "the certificate, its key or the client authority cannot be read", unreadable);
    }
  }

  private static EventLoopGroup loops(String name, int threads) {
    return new MultiThreadIoEventLoopGroup(
        threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }
}
