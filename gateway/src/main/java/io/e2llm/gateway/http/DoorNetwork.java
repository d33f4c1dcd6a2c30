package io.e2llm.gateway.http;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.ServerBuilder;
import io.e2llm.common.server.ListenSettings;
import io.netty.handler.ssl.ClientAuth;
import java.io.File;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/** Where and how the door is on the network. */
final class DoorNetwork {
  private DoorNetwork() {}

  /** Binds the address, with TLS and the callers' certificates where such are set. */
  static void listen(ServerBuilder builder, ListenSettings settings) {
    InetSocketAddress address = settings.bindAddress("http").resolve();
    if (settings.certificate().isEmpty() || settings.privateKey().isEmpty()) {
      builder.port(address, SessionProtocol.HTTP);
      return;
    }
    builder.port(address, SessionProtocol.HTTPS);
    builder.tls(
        TlsKeyPair.of(settings.privateKey().get().toFile(), settings.certificate().get().toFile()));
    settings.clientCa().map(Path::toFile).ifPresent(ca -> wantCertificates(builder, ca));
  }

  private static void wantCertificates(ServerBuilder builder, File authority) {
    builder.tlsCustomizer(ssl -> ssl.trustManager(authority).clientAuth(ClientAuth.REQUIRE));
  }
}
