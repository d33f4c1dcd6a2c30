package io.e2llm.common.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.client.ClientSecurity;
import io.e2llm.common.client.NettyChannels;
import io.e2llm.common.client.Target;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Secret;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class ServerSecurityTest {
  private static final Optional<Path> NONE = Optional.empty();

  @TempDir Path folder = Path.of("");

  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  @Test
  void otherThanLoopback_withoutTlsAndAuthentication_isRefused() {
    ListenSettings everywhere = settings("0.0.0.0", NONE, NONE, NONE, List.of(), false);
    StartupException refused = assertThrows(StartupException.class, () -> start(everywhere));
    assertTrue(String.valueOf(refused.getMessage()).contains("--insecure"));
    ListenSettings tokenOnly =
        settings("0.0.0.0", NONE, NONE, NONE, List.of(new Secret("sesame")), false);
    assertThrows(StartupException.class, () -> start(tokenOnly));
  }

  @Test
  void otherThanLoopback_withTlsButNobodyAuthenticated_isRefused() throws Exception {
    Certificates.Pair server = Certificates.selfSigned(folder, "server");
    ListenSettings tlsOnly =
        settings("0.0.0.0", of(server.certificate()), of(server.key()), NONE, List.of(), false);
    assertThrows(StartupException.class, () -> start(tlsOnly));
  }

  @Test
  void otherThanLoopback_insecure_listens() {
    TierServer server = start(settings("0.0.0.0", NONE, NONE, NONE, List.of(), true));
    assertEquals(Status.Code.OK, call(connect(server, ClientSecurity.NONE)));
  }

  @Test
  void onlyCallersWithAKnownToken_areLetIn() {
    TierServer server =
        start(
            settings(
                "127.0.0.1",
                NONE,
                NONE,
                NONE,
                List.of(new Secret("sesame"), new Secret("second")),
                false));
    assertEquals(Status.Code.UNAUTHENTICATED, call(connect(server, ClientSecurity.NONE)));
    assertEquals(Status.Code.UNAUTHENTICATED, call(connect(server, token("sesam"))));
    assertEquals(Status.Code.OK, call(connect(server, token("sesame"))));
    assertEquals(Status.Code.OK, call(connect(server, token("second"))));
  }

  @Test
  void refusalForWantOfAToken_hasItsReason_andHealthNeedsNone() {
    TierServer server =
        start(settings("127.0.0.1", NONE, NONE, NONE, List.of(new Secret("sesame")), false));
    ManagedChannel stranger = connect(server, ClientSecurity.NONE);
    StatusRuntimeException refused =
        assertThrows(StatusRuntimeException.class, () -> getEncoder(stranger));
    assertEquals(Optional.of(Reason.UNAUTHENTICATED), StatusMapping.reason(refused));
    assertEquals(
        ServingStatus.SERVING,
        HealthGrpc.newBlockingStub(stranger)
            .check(HealthCheckRequest.getDefaultInstance())
            .getStatus());
  }

  @Test
  void mutualTls_letsInOnlyCallersOfItsAuthority() throws Exception {
    Certificates.Pair server = Certificates.selfSigned(folder, "server");
    Certificates.Pair friend = Certificates.selfSigned(folder, "friend");
    Certificates.Pair stranger = Certificates.selfSigned(folder, "stranger");
    TierServer listening =
        start(
            settings(
                "0.0.0.0",
                of(server.certificate()),
                of(server.key()),
                of(friend.certificate()),
                List.of(),
                false));
    assertEquals(Status.Code.OK, call(connect(listening, tls(server, friend))));
    assertEquals(Status.Code.UNAVAILABLE, call(connect(listening, tls(server, stranger))));
    ClientSecurity anonymous =
        new ClientSecurity(true, of(server.certificate()), NONE, NONE, Optional.empty());
    assertEquals(Status.Code.UNAVAILABLE, call(connect(listening, anonymous)));
    assertEquals(Status.Code.UNAVAILABLE, call(connect(listening, tls(stranger, friend))));
  }

  @Test
  void unreadableCertificate_isOneLine() {
    ListenSettings missing =
        settings(
            "127.0.0.1",
            of(folder.resolve("none.pem")),
            of(folder.resolve("none.key")),
            NONE,
            List.of(),
            false);
    StartupException failure = assertThrows(StartupException.class, () -> start(missing));
    assertEquals(1, String.valueOf(failure.getMessage()).lines().count());
  }

  private TierServer start(ListenSettings settings) {
    TierServer server =
        TierServer.builder("encoder", TierMetrics.unread("encoder"))
            .service(new ScriptedEncoder())
            .listen(settings)
            .start();
    open.add(server);
    return server;
  }

  private ManagedChannel connect(TierServer server, ClientSecurity security) {
    try {
      ManagedChannel channel =
          new NettyChannels(security, 1 << 20)
              .open(
                  new Target("localhost", server.port()),
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
      open.add(channel::shutdownNow);
      return channel;
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  private static Status.Code call(ManagedChannel channel) {
    try {
      getEncoder(channel);
      return Status.Code.OK;
    } catch (StatusRuntimeException failure) {
      return failure.getStatus().getCode();
    }
  }

  private static void getEncoder(ManagedChannel channel) {
    var unused =
        EncoderServiceGrpc.newBlockingStub(channel)
            .getEncoder(GetEncoderRequest.getDefaultInstance());
  }

  private static ClientSecurity token(String token) {
    return new ClientSecurity(false, NONE, NONE, NONE, Optional.of(token));
  }

  private static ClientSecurity tls(Certificates.Pair trusted, Certificates.Pair own) {
    return new ClientSecurity(
        true, of(trusted.certificate()), of(own.certificate()), of(own.key()), Optional.empty());
  }

  private static Optional<Path> of(Path path) {
    return Optional.of(path);
  }

  private static ListenSettings settings(
      String host,
      Optional<Path> certificate,
      Optional<Path> key,
      Optional<Path> clientCa,
      List<Secret> tokens,
      boolean insecure) {
    return new ListenSettings(
        host,
        0,
        certificate,
        key,
        clientCa,
        tokens,
        insecure,
        new DataSize(1 << 20),
        16,
        Duration.ofSeconds(5));
  }
}
