package io.e2llm.system;

import io.e2llm.engine.TestModels;
import io.e2llm.engine.TinyModels;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GetGatewayRequest;
import io.e2llm.gateway.v1.GetGatewayResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Encoders, a decoder and a gateway on loopback, each a process. */
record Fleet(List<TierProcess> encoders, TierProcess decoder, TierProcess gateway)
    implements AutoCloseable {
  /**
   * Where the models lie.
   *
   * @param encoder Hugging Face folder
   * @param decoder Hugging Face folder or GGUF file
   * @param bundle untrained bundle that joins them, if any
   * @param precision of both
   */
  record Models(Path encoder, Path decoder, Optional<Path> bundle, String precision) {
    private String[] arguments(Path model) {
      List<String> arguments = new ArrayList<>();
      arguments.addAll(List.of("--model", model.toString(), "--precision", precision));
      bundle.ifPresent(b -> arguments.addAll(List.of("--bundle", b.toString())));
      return arguments.toArray(String[]::new);
    }
  }

  /** Writes tiny seeded models and an untrained bundle. */
  static Models tinyModels(Path folder) throws IOException {
    Path encoder = Files.createDirectories(folder.resolve("encoder"));
    Path decoder = Files.createDirectories(folder.resolve("decoder"));
    TinyModels.writeEncoder(encoder);
    TinyModels.writeDecoder(decoder);
    Path bundle = TinyBundle.write(folder.resolve("bundle"), encoder, decoder);
    return new Models(encoder, decoder, Optional.of(bundle), "auto");
  }

  /** The default models in fp32, and an untrained bundle; aborts the test where they are absent. */
  static Models realModels(Path folder) {
    Path encoder = TestModels.encoderFolder();
    Path decoder = TestModels.decoderFile();
    Path bundle = TinyBundle.write(folder.resolve("bundle"), encoder, decoder);
    return new Models(encoder, decoder, Optional.of(bundle), "fp32");
  }

  /** The default models alone; aborts the test where they are absent. */
  static Models realModelsWithoutBundle() {
    return new Models(
        TestModels.encoderFolder(), TestModels.decoderFile(), Optional.empty(), "auto");
  }

  /** Starts all processes and waits until each serves. */
  static Fleet start(Path folder, Models models, int encoderCount)
      throws IOException, InterruptedException {
    List<TierProcess> started = new ArrayList<>();
    try {
      for (int i = 0; i < encoderCount; i++) {
        started.add(TierProcess.start(folder, "encoder", models.arguments(models.encoder())));
      }
      TierProcess decoder =
          TierProcess.start(folder, "decoder", models.arguments(models.decoder()));
      started.add(decoder);
      for (TierProcess process : started) {
        process.awaitServing();
      }
      List<TierProcess> encoders = List.copyOf(started.subList(0, encoderCount));
      TierProcess gateway =
          TierProcess.start(
              folder,
              "gateway",
              "--encoders",
              encoders.stream().map(TierProcess::address).collect(Collectors.joining(",")),
              "--decoders",
              decoder.address());
      started.add(gateway);
      gateway.awaitServing();
      awaitTiers(gateway, encoderCount);
      return new Fleet(encoders, decoder, gateway);
    } catch (IOException | InterruptedException | RuntimeException e) {
      started.forEach(TierProcess::close);
      throw e;
    }
  }

  /** Waits until the gateway has found all encoders and the decoder. */
  private static void awaitTiers(TierProcess gateway, int encoderCount)
      throws IOException, InterruptedException {
    ManagedChannel channel = gateway.channel();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    try {
      while (!found(channel, encoderCount)) {
        if (System.nanoTime() > deadline) {
          throw new IOException("the gateway did not find its tiers: " + gateway.output());
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    } finally {
      channel.shutdownNow();
      channel.awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  private static boolean found(ManagedChannel channel, int encoderCount) {
    try {
      GetGatewayResponse response =
          GatewayServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(10, TimeUnit.SECONDS)
              .getGateway(GetGatewayRequest.getDefaultInstance());
      return response.getEncoders() == encoderCount && response.getDecoders() == 1;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  @Override
  public void close() {
    gateway.close();
    decoder.close();
    encoders.forEach(TierProcess::close);
  }
}
