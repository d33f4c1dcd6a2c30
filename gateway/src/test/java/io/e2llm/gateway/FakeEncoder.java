package io.e2llm.gateway;

import com.google.protobuf.ByteString;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.tensor.TensorCodec;
import io.e2llm.encoder.v1.Chunk;
import io.e2llm.encoder.v1.EncodeRequest;
import io.e2llm.encoder.v1.EncodeResponse;
import io.e2llm.encoder.v1.EncodedChunk;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.encoder.v1.EncoderServiceGrpc.EncoderServiceImplBase;
import io.e2llm.encoder.v1.GetEncoderRequest;
import io.e2llm.encoder.v1.GetEncoderResponse;
import io.e2llm.encoder.v1.GetTokenizerRequest;
import io.e2llm.encoder.v1.GetTokenizerResponse;
import io.e2llm.tensor.v1.DataType;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An encoder whose embeddings count words, so that texts that share words are near each other, and
 * whose soft prompts tell the text's hash. May be told to fail or to hold its answers.
 */
final class FakeEncoder extends EncoderServiceImplBase implements AutoCloseable {
  static final int WIDTH = 4;
  private static final int EMBEDDING = 64;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final List<Chunk> heard = new CopyOnWriteArrayList<>();
  final CountDownLatch cancelled = new CountDownLatch(1);
  volatile EncoderInfo info;

  /** Fails all streams instead of answering once so many chunks have been heard. */
  volatile int failsAfter = Integer.MAX_VALUE;

  volatile @Nullable Throwable failure;
  volatile boolean silent;
  private final String name = "fake-encoder-" + NUMBER.incrementAndGet();
  private final Server server;
  private final ManagedChannel channel;

  FakeEncoder(String bundle, boolean trained) {
    info =
        EncoderInfo.newBuilder()
            .setModel("fake encoder")
            .setIdentity("e0")
            .setBundleDigest(bundle)
            .setBundleTrained(trained)
            .addAllRatios(bundle.isEmpty() ? List.of() : List.of(4, 8, 16))
            .setPooledWidth(bundle.isEmpty() ? 0 : WIDTH)
            .setEmbeddingWidth(EMBEDDING)
            .setChunkTokens(66)
            .setSpecialTokens(2)
            .build();
    try {
      server = InProcessServerBuilder.forName(name).addService(this).build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    channel = InProcessChannelBuilder.forName(name).build();
  }

  Endpoint endpoint() {
    return new Endpoint(name, channel);
  }

  @Override
  public void getEncoder(GetEncoderRequest request, StreamObserver<GetEncoderResponse> answer) {
    answer.onNext(GetEncoderResponse.newBuilder().setEncoder(info).build());
    answer.onCompleted();
  }

  @Override
  public void getTokenizer(
      GetTokenizerRequest request, StreamObserver<GetTokenizerResponse> answer) {
    byte[] json = TinyTokens.ENCODER_JSON;
    int half = json.length / 2;
    answer.onNext(piece(json, 0, half));
    answer.onNext(piece(json, half, json.length - half));
    answer.onCompleted();
  }

  private static GetTokenizerResponse piece(byte[] json, int from, int length) {
    return GetTokenizerResponse.newBuilder()
        .setTokenizerJson(ByteString.copyFrom(json, from, length))
        .build();
  }

  @Override
  public StreamObserver<EncodeRequest> encode(StreamObserver<EncodeResponse> answers) {
    ((ServerCallStreamObserver<EncodeResponse>) answers).setOnCancelHandler(cancelled::countDown);
    return new StreamObserver<>() {
      private boolean failed;

      @Override
      public void onNext(EncodeRequest request) {
        if (failed || !request.hasChunk()) {
          return;
        }
        heard.add(request.getChunk());
        Throwable thrown = failure;
        if (thrown != null && heard.size() > failsAfter) {
          failed = true;
          answers.onError(thrown);
        } else if (!silent) {
          answers.onNext(EncodeResponse.newBuilder().setChunk(encode(request.getChunk())).build());
        }
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        if (!failed) {
          answers.onCompleted();
        }
      }
    };
  }

  private EncodedChunk encode(Chunk chunk) {
    int tokens = TinyTokens.ENCODER.encodeText(chunk.getText()).size();
    EncodedChunk.Builder encoded =
        EncodedChunk.newBuilder()
            .setTag(chunk.getTag())
            .setTokens(tokens)
            .setEmbedding(
                TensorCodec.encodeVector(embedding(chunk.getText()), DataType.DATA_TYPE_F32));
    if (chunk.getRatio() > 0) {
      int rows = Math.ceilDiv(tokens, chunk.getRatio());
      float[] values = new float[rows * WIDTH];
      for (int i = 0; i < values.length; i++) {
        values[i] = (chunk.getText().hashCode() % 1000) + i;
      }
      encoded.setSoftPrompt(TensorCodec.encode(values, rows, DataType.DATA_TYPE_F32));
    }
    return encoded.build();
  }

  private static float[] embedding(String text) {
    float[] counts = new float[EMBEDDING];
    counts[0] = 0.01f;
    for (String word : text.toLowerCase(Locale.ROOT).split("[^a-z0-9]+", -1)) {
      if (word.length() > 3) {
        counts[1 + Math.floorMod(word.hashCode() * 31, EMBEDDING - 1)]++;
      }
    }
    double norm = 0;
    for (float count : counts) {
      norm += count * count;
    }
    for (int i = 0; i < counts.length; i++) {
      counts[i] /= (float) Math.sqrt(norm);
    }
    return counts;
  }

  /** Stops at once, as a killed process does. */
  void kill() {
    server.shutdownNow();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    server.shutdownNow();
  }
}
