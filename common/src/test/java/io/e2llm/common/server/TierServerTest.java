package io.e2llm.common.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.TierMetrics;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodeStart;
import io.e2llm.encoder.v1.EncoderServiceGrpc;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.encoder.v1.GetEncoderResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.BlockingClientCall;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
final class TierServerTest {
  private final ScriptedEncoder service = new ScriptedEncoder();
  private final TierMetrics metrics = TierMetrics.unread("encoder");
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<TierServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    channels.forEach(ManagedChannel::shutdownNow);
    servers.forEach(server -> server.drain(Duration.ZERO));
  }

  @Test
  void call_isServed_onTheNetworkAndInProcess() {
    TierServer server = start(ListenSettings.loopback(0), "both");
    assertTrue(server.port() > 0);
    assertEquals("", get(connect(server)).getEncoder().getModel());
    ManagedChannel local = keep(InProcessChannelBuilder.forName("both").build());
    assertEquals("", get(local).getEncoder().getModel());
  }

  @Test
  void thrownFailure_becomesItsStatus() {
    service.onGet =
        out -> {
          throw new ServingException(Reason.QUEUE_FULL, "too many wait");
        };
    StatusRuntimeException failure = fails(connect(start(ListenSettings.loopback(0))));
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure.getStatus().getCode());
    assertEquals(Optional.of(Reason.QUEUE_FULL), StatusMapping.reason(failure));
    assertEquals("too many wait", failure.getStatus().getDescription());
  }

  @Test
  void reportedFailure_becomesItsStatus() {
    service.onGet = out -> out.onError(new ServingException(Reason.NO_BUNDLE, "no bundle"));
    StatusRuntimeException failure = fails(connect(start(ListenSettings.loopback(0))));
    assertEquals(Optional.of(Reason.NO_BUNDLE), StatusMapping.reason(failure));
    assertEquals(Status.Code.FAILED_PRECONDITION, failure.getStatus().getCode());
  }

  @Test
  void defect_isInternal_andKeepsItsWordsToItself() {
    service.onGet = out -> out.onError(new IllegalStateException("at 10.1.2.3"));
    StatusRuntimeException failure = fails(connect(start(ListenSettings.loopback(0))));
    assertEquals(Optional.of(Reason.INTERNAL), StatusMapping.reason(failure));
    assertFalse(String.valueOf(failure.getMessage()).contains("10.1.2.3"));
  }

  @Test
  void failureOfAnotherTier_losesItsAddress() {
    service.onGet =
        out ->
            out.onError(
                Status.UNAVAILABLE.withDescription("connect 10.1.2.3").asRuntimeException());
    StatusRuntimeException failure = fails(connect(start(ListenSettings.loopback(0))));
    assertEquals(Optional.of(Reason.TIER_UNREACHABLE), StatusMapping.reason(failure));
    assertFalse(String.valueOf(failure.getMessage()).contains("10.1.2.3"));
  }

  @Test
  void failureInTheMiddleOfAStream_endsItWithItsStatus() throws Exception {
    ManagedChannel channel = connect(start(ListenSettings.loopback(0)));
    BlockingClientCall<EncodeRequest, EncodeResponse> call = stream(channel);
    call.write(chunk(7));
    assertEquals(7, call.read().getChunk().getTag());
    call.write(EncodeRequest.newBuilder().setStart(EncodeStart.getDefaultInstance()).build());
    StatusException failure = assertThrows(StatusException.class, call::read);
    assertEquals(Optional.of(Reason.INTERNAL), StatusMapping.reason(failure));
    assertTrue(service.cancelled.await(240, TimeUnit.SECONDS), "the handler hears of the end");
  }

  @Test
  void messageOverTheLimit_isRefused() throws Exception {
    ManagedChannel channel = connect(start(ListenSettings.loopback(0)));
    BlockingClientCall<EncodeRequest, EncodeResponse> call = stream(channel);
    Chunk large = Chunk.newBuilder().setText("x".repeat((16 << 20) + 1)).build();
    call.write(EncodeRequest.newBuilder().setChunk(large).build());
    StatusException failure = assertThrows(StatusException.class, call::read);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure.getStatus().getCode());
    assertEquals(Optional.of(Reason.LIMIT_EXCEEDED), StatusMapping.reason(failure));
  }

  @Test
  void messageFarOverTheLimit_isRefusedByTheTransport() throws Exception {
    ManagedChannel channel = connect(start(ListenSettings.loopback(0)));
    BlockingClientCall<EncodeRequest, EncodeResponse> call = stream(channel);
    Chunk huge = Chunk.newBuilder().setText("x".repeat((32 << 20) + 1)).build();
    call.write(EncodeRequest.newBuilder().setChunk(huge).build());
    StatusException failure = assertThrows(StatusException.class, call::read);
    assertEquals(Status.Code.RESOURCE_EXHAUSTED, failure.getStatus().getCode());
  }

  @Test
  void takenPort_isOneLineThatNamesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      StartupException failure =
          assertThrows(StartupException.class, () -> start(ListenSettings.loopback(port)));
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.contains(String.valueOf(port)), message);
      assertEquals(1, message.lines().count());
    }
  }

  @Test
  void health_saysServing_andReflectionNamesTheService() throws Exception {
    ManagedChannel channel = connect(start(ListenSettings.loopback(0)));
    assertEquals(ServingStatus.SERVING, health(channel));
    var call = ServerReflectionGrpc.newBlockingV2Stub(channel).serverReflectionInfo();
    call.write(ServerReflectionRequest.newBuilder().setListServices("").build());
    List<String> names =
        call.read().getListServicesResponse().getServiceList().stream()
            .map(ServiceResponse::getName)
            .toList();
    assertTrue(names.contains("e2llm.encoder.v1.EncoderService"), names.toString());
  }

  @Test
  void serverThatStartsUnready_livesAndServesOnlyWhenTold() {
    TierServer server =
        keep(
            TierServer.builder("gateway", TierMetrics.unread("gateway"))
                .service(service)
                .listen(ListenSettings.loopback(0))
                .startsUnready()
                .start());
    ManagedChannel channel = connect(server);
    assertEquals(ServingStatus.NOT_SERVING, health(channel));
    assertEquals(ServingStatus.SERVING, health(channel, TierServer.LIVENESS));
    assertEquals("", get(channel).getEncoder().getModel(), "calls are served all the same");
    server.serving(true);
    assertEquals(ServingStatus.SERVING, health(channel));
    server.serving(false);
    assertEquals(ServingStatus.NOT_SERVING, health(channel));
    assertEquals(ServingStatus.SERVING, health(channel, TierServer.LIVENESS));
  }

  @Test
  void drain_letsRunningCallsEnd_andRefusesNewOnes() throws Exception {
    TierServer server = start(ListenSettings.loopback(0));
    ManagedChannel channel = connect(server);
    BlockingClientCall<EncodeRequest, EncodeResponse> running = stream(channel);
    running.write(chunk(1));
    assertEquals(1, running.read().getChunk().getTag());
    assertEquals(1, server.runningCalls());

    var watch =
        HealthGrpc.newBlockingV2Stub(channel).watch(HealthCheckRequest.getDefaultInstance());
    assertEquals(ServingStatus.SERVING, watch.read().getStatus());
    Thread drain = Thread.ofVirtual().start(() -> server.drain(Duration.ofMinutes(4)));
    assertEquals(ServingStatus.NOT_SERVING, watch.read().getStatus());
    watch.cancel("seen", null);
    StatusRuntimeException refused = fails(channel);
    assertEquals(Optional.of(Reason.DRAINING), StatusMapping.reason(refused));
    running.write(chunk(2));
    assertEquals(2, running.read().getChunk().getTag());
    running.halfClose();
    assertEquals(null, running.read());
    drain.join();
    server.awaitTermination();
    assertEquals(0, server.runningCalls());
  }

  @Test
  void drainThatTakesTooLong_cancelsRunningCalls() throws Exception {
    TierServer server = start(ListenSettings.loopback(0));
    BlockingClientCall<EncodeRequest, EncodeResponse> running = stream(connect(server));
    running.write(chunk(1));
    assertEquals(1, running.read().getChunk().getTag());
    server.drain(Duration.ofMillis(1));
    assertTrue(service.cancelled.await(240, TimeUnit.SECONDS));
    assertThrows(StatusException.class, running::read);
  }

  @Test
  void closedServer_leavesPortAndThreadsFree() throws Exception {
    TierServer server = start(ListenSettings.loopback(0));
    get(connect(server));
    int port = server.port();
    assertFalse(threads().isEmpty());
    server.close();
    server.close();
    for (Thread thread : threads()) {
      assertTrue(thread.join(Duration.ofMinutes(4)), thread.getName());
    }
    TierServer again =
        keep(
            TierServer.builder("encoder", TierMetrics.unread("encoder"))
                .service(service)
                .listen(ListenSettings.loopback(port))
                .start());
    assertEquals(port, again.port());
  }

  @Test
  void calls_areCounted_byMethodAndReason() {
    ManagedChannel channel = connect(start(ListenSettings.loopback(0)));
    get(channel);
    service.onGet = out -> out.onError(new ServingException(Reason.KV_FULL, "too large"));
    assertEquals(Optional.of(Reason.KV_FULL), StatusMapping.reason(fails(channel)));
    assertEquals(2, value("e2llm_encoder_calls", "GetEncoder"));
    assertEquals(1, value("e2llm_encoder_errors", "KV_FULL"));
  }

  private double value(String name, String label) {
    return metrics.registry().scrape().stream()
        .filter(snapshot -> snapshot.getMetadata().getName().equals(name))
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .filter(point -> point.getLabels().stream().anyMatch(l -> l.getValue().equals(label)))
        .map(CounterDataPointSnapshot.class::cast)
        .mapToDouble(CounterDataPointSnapshot::getValue)
        .sum();
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("e2llm-encoder"))
        .toList();
  }

  private TierServer start(ListenSettings settings) {
    return keep(TierServer.builder("encoder", metrics).service(service).listen(settings).start());
  }

  private TierServer start(ListenSettings settings, String inProcess) {
    return keep(
        TierServer.builder("encoder", metrics)
            .service(service)
            .listen(settings)
            .inProcess(inProcess)
            .start());
  }

  private TierServer keep(TierServer server) {
    servers.add(server);
    return server;
  }

  private ManagedChannel connect(TierServer server) {
    return keep(
        Grpc.newChannelBuilder("127.0.0.1:" + server.port(), InsecureChannelCredentials.create())
            .build());
  }

  private ManagedChannel keep(ManagedChannel channel) {
    channels.add(channel);
    return channel;
  }

  private static GetEncoderResponse get(ManagedChannel channel) {
    return EncoderServiceGrpc.newBlockingStub(channel)
        .getEncoder(GetEncoderRequest.getDefaultInstance());
  }

  private static StatusRuntimeException fails(ManagedChannel channel) {
    return assertThrows(StatusRuntimeException.class, () -> get(channel));
  }

  private static ServingStatus health(ManagedChannel channel) {
    return health(channel, "");
  }

  private static ServingStatus health(ManagedChannel channel, String name) {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.newBuilder().setService(name).build())
        .getStatus();
  }

  private static BlockingClientCall<EncodeRequest, EncodeResponse> stream(ManagedChannel channel) {
    return EncoderServiceGrpc.newBlockingV2Stub(channel).encode();
  }

  private static EncodeRequest chunk(long tag) {
    return EncodeRequest.newBuilder().setChunk(Chunk.newBuilder().setTag(tag)).build();
  }
}
