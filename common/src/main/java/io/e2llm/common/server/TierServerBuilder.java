package io.e2llm.common.server;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.e2llm.common.lifecycle.StartupException;
import io.e2llm.common.metrics.TierMetrics;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/** Describes a {@link TierServer}. At least one of {@link #listen} and {@link #inProcess}. */
public final class TierServerBuilder {
  private final String tier;
  private final TierMetrics metrics;
  private final List<BindableService> services = new ArrayList<>();
  private Optional<ListenSettings> listen = Optional.empty();
  private Optional<String> inProcess = Optional.empty();
  private Optional<Executor> executor = Optional.empty();
  private boolean startsUnready;

  TierServerBuilder(String tier, TierMetrics metrics) {
    this.tier = tier;
    this.metrics = metrics;
  }

  /** Serves {@code service}. */
  @CanIgnoreReturnValue
  public TierServerBuilder service(BindableService service) {
    services.add(service);
    return this;
  }

  /** Listens on the network. */
  @CanIgnoreReturnValue
  public TierServerBuilder listen(ListenSettings settings) {
    this.listen = Optional.of(settings);
    return this;
  }

  /** Listens within the process, under a name unique in it; such callers need no token. */
  @CanIgnoreReturnValue
  public TierServerBuilder inProcess(String name) {
    this.inProcess = Optional.of(name);
    return this;
  }

  /** Lets health say NOT_SERVING until {@link TierServer#serving} says otherwise. */
  @CanIgnoreReturnValue
  public TierServerBuilder startsUnready() {
    startsUnready = true;
    return this;
  }

  /** Runs handlers on {@code callExecutor} and not on virtual threads; for tests. */
  @CanIgnoreReturnValue
  public TierServerBuilder executor(Executor callExecutor) {
    this.executor = Optional.of(callExecutor);
    return this;
  }

  /**
   * Starts to listen.
   *
   * @throws StartupException when the address is not loopback and lacks TLS and authentication
   *     without being explicitly insecure, when a certificate cannot be read, or when the port is
   *     taken
   */
  public TierServer start() {
    if (listen.isEmpty() && inProcess.isEmpty()) {
      throw new IllegalStateException("nowhere to listen");
    }
    CallGate gate = new CallGate();
    HealthStatusManager health = new HealthStatusManager();
    ServerInterceptor counted = new MetricsInterceptor(metrics, System::nanoTime);
    Executor calls = executor.orElseGet(this::virtualThreads);
    Optional<NetworkListener> network =
        listen.map(
            settings ->
                NetworkListener.of(
                    tier,
                    settings,
                    builder ->
                        offer(
                            builder.executor(calls),
                            health,
                            List.of(
                                counted,
                                new ErrorInterceptor(),
                                new TokenInterceptor(new TokenDigests(settings.tokens())),
                                gate,
                                new SizeInterceptor(settings.maxMessage())))));
    Optional<Server> local =
        inProcess.map(
            name ->
                offer(
                    InProcessServerBuilder.forName(name).executor(calls),
                    health,
                    List.of(counted, new ErrorInterceptor(), gate)));
    return new TierServer(tier, gate, health, network, local, startsUnready).start();
  }

  private Server offer(
      ServerBuilder<?> builder, HealthStatusManager health, List<ServerInterceptor> interceptors) {
    ServerInterceptor[] forward = interceptors.toArray(new ServerInterceptor[0]);
    for (BindableService service : services) {
      builder.addService(ServerInterceptors.interceptForward(service, forward));
    }
    ServerInterceptor[] unmeasured =
        interceptors.stream()
            .filter(i -> i instanceof ErrorInterceptor || i instanceof TokenInterceptor)
            .toArray(ServerInterceptor[]::new);
    return builder
        .addService(health.getHealthService())
        .addService(
            ServerInterceptors.interceptForward(ProtoReflectionServiceV1.newInstance(), unmeasured))
        .build();
  }

  private Executor virtualThreads() {
    return Executors.newThreadPerTaskExecutor(
        Thread.ofVirtual().name("e2llm-" + tier + "-call-", 0).factory());
  }
}
