package io.e2llm.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.decoder.DecoderSettings;
import io.e2llm.decoder.DecoderTier;
import io.e2llm.encoder.EncoderSettings;
import io.e2llm.encoder.EncoderTier;
import io.e2llm.engine.TinyModels;
import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.AdapterBundles;
import io.e2llm.engine.decoder.Decoders;
import io.e2llm.engine.encoder.Encoders;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway before the real tiers, on tiny models with a seeded untrained bundle. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class RealTiersTest {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private GatewayServiceGrpc.GatewayServiceStub stub;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    Path encoderFolder = folder.resolve("encoder");
    Path decoderFolder = folder.resolve("decoder");
    Path bundleFolder = folder.resolve("bundle");
    TinyModels.writeEncoder(encoderFolder);
    TinyModels.writeDecoder(decoderFolder);
    try (ModelFiles encoder = ModelFiles.open(encoderFolder);
        ModelFiles decoder = ModelFiles.open(decoderFolder)) {
      AdapterBundles.writeUntrained(bundleFolder, AdapterBundles.untrained(encoder, decoder), 7);
    }
    Optional<AdapterBundle> bundle = Optional.of(AdapterBundle.open(bundleFolder));
    PrometheusRegistry registry = new PrometheusRegistry();
    CoreBudget cores = CoreBudget.ofMachine();
    EncoderTier encoders =
        new EncoderTier(
            Encoders.load(ModelFiles.open(encoderFolder), bundle, TorchOptions.cpu(cores)),
            EncoderSettings.defaults(),
            registry);
    encoders.start();
    parts.push(encoders);
    DecoderTier decoders =
        new DecoderTier(
            Decoders.load(ModelFiles.open(decoderFolder), bundle, TorchOptions.cpu(cores)),
            DecoderSettings.defaults(),
            registry);
    decoders.start();
    parts.push(decoders);
    GatewayTier gateway =
        new GatewayTier(
            Endpoints.fixed(List.of(new Endpoint("e", serve("e", encoders.service())))),
            Endpoints.fixed(List.of(new Endpoint("d", serve("d", decoders.service())))),
            ConfigLoader.load(
                GatewaySettings.class, ConfigInput.of(Map.of("tier-patience", "10m"))),
            Documents.none(),
            registry);
    parts.push(gateway);
    stub = GatewayServiceGrpc.newStub(serve("g", gateway.services().getFirst()));
  }

  private ManagedChannel serve(String name, BindableService service) throws IOException {
    String unique = name + System.identityHashCode(this);
    Server server = InProcessServerBuilder.forName(unique).addService(service).build().start();
    ManagedChannel channel = InProcessChannelBuilder.forName(unique).build();
    parts.push(server::shutdownNow);
    parts.push(channel::shutdownNow);
    return channel;
  }

  @AfterAll
  void stop() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  private Asked ask(GenerateRequest request) {
    Asked asked = new Asked();
    StreamObserver<GenerateRequest> requests = stub.generate(asked);
    requests.onNext(request);
    requests.onCompleted();
    return asked.await();
  }

  @Test
  void everyMode_answersTheSameTwice() {
    String context = ContextModesTest.haystack(60, 31);
    for (ContextMode mode :
        List.of(
            ContextMode.CONTEXT_MODE_SOFT,
            ContextMode.CONTEXT_MODE_HYBRID,
            ContextMode.CONTEXT_MODE_RETRIEVAL)) {
      GenerateRequest request = Asked.request(mode, context, ContextModesTest.QUESTION);
      Asked first = ask(request);
      Asked second = ask(request);
      assertEquals(first.text(), second.text(), mode.name());
      End end = second.end();
      assertEquals(mode, end.getContextMode());
      assertEquals(end.getUsage().getChunks(), end.getUsage().getCachedChunks());
      assertEquals(mode != ContextMode.CONTEXT_MODE_RETRIEVAL, end.getUsage().getSoftTokens() > 0);
      assertEquals(end.getUsage().getSoftTokens(), end.getUsage().getCachedSoftTokens());
      assertEquals(end.getUsage().getPromptTokens() - 1, end.getUsage().getCachedPromptTokens());
      assertEquals(mode != ContextMode.CONTEXT_MODE_SOFT, end.getVerbatimCount() > 0);
    }
  }

  @Test
  void text_readsTheWholeContext() {
    End end =
        ask(Asked.request(ContextMode.CONTEXT_MODE_TEXT, "A fact. ".repeat(20), "Which?")).end();
    assertEquals(0, end.getUsage().getSoftTokens());
    assertTrue(end.getUsage().getPromptTokens() > 160);
  }

  @Test
  void contextBeyondTheWindow_isReadAtAHigherRatio() {
    End end =
        ask(Asked.request(
                ContextMode.CONTEXT_MODE_SOFT,
                ContextModesTest.haystack(1500, 700),
                ContextModesTest.QUESTION))
            .end();
    assertTrue(end.getUsage().getRatio() > 4, end::toString);
    assertTrue(end.getUsage().getSoftTokens() + end.getUsage().getPromptTokens() + 32 <= 2048);
    assertFalse(end.getUsage().getSoftTokens() == 0);
  }
}
