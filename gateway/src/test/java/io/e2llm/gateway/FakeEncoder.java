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
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An encoder whose embeddings count words, so that texts that share words are near each other, and
 * whose soft prompts tell the text's hash. May be told to fail or to hold its answers.
 */
final class FakeEncoder extends EncoderServiceImplBase implements AutoCloseable {
  static final int WIDTH = 4;
  private static final int EMBEDDING = 64;

  final List<Chunk> heard = new CopyOnWriteArrayList<>();
  final CountDownLatch cancelled = new CountDownLatch(1);
  volatile EncoderInfo info;

  /** Fails all streams instead of answering once so many chunks have been heard. */
  volatile int failsAfter = Integer.MAX_VALUE;

  volatile @Nullable Throwable failure;

  /** Soft tokens beyond what the ratio allows. */
  volatile ToIntFunction<Chunk> surplusRows = chunk -> 0;

  /** Says that it had everything in its cache. */
  volatile boolean cached;

  /** Keeps its answers until they are released. */
  volatile boolean silent;

  private final BlockingQueue<Runnable> kept = new LinkedBlockingQueue<>();
  private final FakeServer server;

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
    server = new FakeServer("encoder", this);
  }

  Endpoint endpoint() {
    return server.endpoint();
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
        boolean keep = silent;
        if (keep) {
          kept.add(() -> answer(request.getChunk()));
        }
        heard.add(request.getChunk());
        Throwable thrown = failure;
        if (thrown != null && heard.size() > failsAfter) {
          failed = true;
          answers.onError(thrown);
        } else if (!keep) {
          answer(request.getChunk());
        }
      }

      private synchronized void answer(Chunk chunk) {
        answers.onNext(EncodeResponse.newBuilder().setChunk(encode(chunk)).build());
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
            .setCached(cached)
            .setEmbedding(
                TensorCodec.encodeVector(embedding(chunk.getText()), DataType.DATA_TYPE_F32));
    if (chunk.getRatio() > 0) {
      int rows = Math.ceilDiv(tokens, chunk.getRatio()) + surplusRows.applyAsInt(chunk);
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

  /** Sends the next answer it has kept; returns whether there was one. */
  boolean release() {
    @Nullable Runnable answer = kept.poll();
    if (answer != null) {
      answer.run();
    }
    return answer != null;
  }

  /** Stops at once, as a killed process does. */
  void kill() {
    server.kill();
  }

  @Override
  public void close() {
    server.close();
  }
}
