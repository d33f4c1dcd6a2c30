package io.e2llm.gateway;

import com.google.protobuf.ByteString;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.tensor.TensorDigest;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.decoder.v1.DecoderServiceGrpc.DecoderServiceImplBase;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.GetDecoderRequest;
import io.e2llm.decoder.v1.GetDecoderResponse;
import io.e2llm.decoder.v1.GetTokenizerRequest;
import io.e2llm.decoder.v1.GetTokenizerResponse;
import io.e2llm.decoder.v1.OfferedSoftPrompt;
import io.e2llm.decoder.v1.PromptPiece;
import io.e2llm.decoder.v1.SoftPromptOffer;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.decoder.v1.TokenEvent;
import io.e2llm.tensor.v1.Tensor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A decoder whose tokens are a pure function of everything it read and of the position. May be told
 * to fail at a position or to say nothing.
 */
final class FakeDecoder extends DecoderServiceImplBase implements AutoCloseable {
  static final int TOKENS = 12;

  /** What one generation was told. */
  record Heard(GenerateStart start, Map<Integer, Tensor> softPrompts, List<Integer> tail) {
    String head() {
      return TinyTokens.decode(ids(start.getHeadList()));
    }

    String text() {
      return TinyTokens.decode(tail);
    }

    int softTokens() {
      return softPrompts.values().stream().mapToInt(tensor -> tensor.getShape(0)).sum();
    }

    int promptTokens() {
      return ids(start.getHeadList()).size() + tail.size();
    }

    int hash() {
      List<Object> all = new ArrayList<>(ids(start.getHeadList()));
      softPrompts.values().forEach(tensor -> all.add(tensor.getData()));
      all.addAll(tail);
      return all.hashCode();
    }
  }

  final List<Heard> heard = new CopyOnWriteArrayList<>();
  final AtomicInteger starts = new AtomicInteger();
  final AtomicInteger resets = new AtomicInteger();
  final CountDownLatch cancelled = new CountDownLatch(1);
  final CountDownLatch prompted = new CountDownLatch(1);
  volatile DecoderInfo info;
  volatile int failsAt = Integer.MAX_VALUE;
  volatile @Nullable Throwable failure;
  volatile boolean silent;
  volatile int tokens = TOKENS;
  private final FakeServer server;

  /** Soft prompts it has been sent, when it takes offers; it may be made to lose them. */
  final Map<ByteString, Tensor> held = new ConcurrentHashMap<>();

  /** How many soft prompts came as bytes, and how many were held when they were offered. */
  final AtomicInteger sent = new AtomicInteger();

  final AtomicInteger spared = new AtomicInteger();

  FakeDecoder(String bundle, int window) {
    this(bundle, window, false);
  }

  FakeDecoder(String bundle, int window, boolean takesOffers) {
    info =
        DecoderInfo.newBuilder()
            .setModel("fake decoder")
            .setIdentity("d0")
            .setBundleDigest(bundle)
            .setPooledWidth(bundle.isEmpty() ? 0 : FakeEncoder.WIDTH)
            .setWindow(window)
            .setVocabulary(259)
            .setKvTokens(1_000_000)
            .setTakesOffers(takesOffers)
            .build();
    server = new FakeServer("decoder", this);
  }

  Endpoint endpoint() {
    return server.endpoint();
  }

  @Override
  public void getDecoder(GetDecoderRequest request, StreamObserver<GetDecoderResponse> answer) {
    answer.onNext(GetDecoderResponse.newBuilder().setDecoder(info).build());
    answer.onCompleted();
  }

  @Override
  public void getTokenizer(
      GetTokenizerRequest request, StreamObserver<GetTokenizerResponse> answer) {
    answer.onNext(
        GetTokenizerResponse.newBuilder()
            .setTokenizerJson(ByteString.copyFrom(TinyTokens.DECODER_JSON))
            .setChatTemplate(TinyTokens.CHAT_TEMPLATE)
            .setBosToken("<|im_start|>")
            .setEosToken("<|im_end|>")
            .build());
    answer.onCompleted();
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
    ServerCallStreamObserver<GenerateResponse> answers =
        (ServerCallStreamObserver<GenerateResponse>) responses;
    answers.setOnCancelHandler(cancelled::countDown);
    return new StreamObserver<>() {
      private final Map<Integer, Tensor> softPrompts = new TreeMap<>();
      private GenerateStart start = GenerateStart.getDefaultInstance();

      @Override
      public void onNext(GenerateRequest request) {
        switch (request.getKindCase()) {
          case START -> {
            start = request.getStart();
            starts.incrementAndGet();
          }
          case SOFT_PROMPT -> {
            int index = request.getSoftPrompt().getIndex();
            Tensor tensor = request.getSoftPrompt().getTensor();
            held.put(ByteString.copyFrom(TensorDigest.of(tensor)), tensor);
            sent.incrementAndGet();
            if (softPrompts.put(index, tensor) != null) {
              throw new IllegalStateException("soft prompt " + index + " came twice");
            }
          }
          case SOFT_PROMPT_OFFER -> offered(request.getSoftPromptOffer());
          case SOFT_PROMPT_RESET -> {
            resets.incrementAndGet();
            softPrompts.clear();
          }
          case PROMPT -> {
            if (request.getPrompt().getSoftPrompts() != softPrompts.size()) {
              throw new IllegalStateException("soft prompts are missing");
            }
            heard.add(
                new Heard(start, Map.copyOf(softPrompts), ids(request.getPrompt().getTailList())));
            prompted.countDown();
          }
          case KIND_NOT_SET -> throw new IllegalStateException("an empty message");
        }
      }

      private void offered(SoftPromptOffer offer) {
        SoftPromptsWanted.Builder wanted =
            SoftPromptsWanted.newBuilder().setOffer(offer.getOffer());
        for (OfferedSoftPrompt each : offer.getSoftPromptsList()) {
          Tensor tensor = held.get(each.getDigest());
          if (tensor == null) {
            wanted.addIndices(each.getIndex());
          } else if (softPrompts.put(each.getIndex(), tensor) != null) {
            throw new IllegalStateException("soft prompt " + each.getIndex() + " came twice");
          } else {
            spared.incrementAndGet();
          }
        }
        answers.onNext(GenerateResponse.newBuilder().setSoftPromptsWanted(wanted).build());
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        if (!silent) {
          answer(heard.getLast(), answers);
        }
      }
    };
  }

  private void answer(Heard told, StreamObserver<GenerateResponse> answers) {
    Heard sorted = new Heard(told.start(), new TreeMap<>(told.softPrompts()), told.tail());
    for (int position = told.start().getGeneratedIdsCount(); position < tokens; position++) {
      Throwable thrown = failure;
      if (thrown != null && position == failsAt) {
        answers.onError(thrown);
        return;
      }
      int id = 'a' + Math.floorMod(sorted.hash() + 31 * position * position, 26);
      answers.onNext(
          GenerateResponse.newBuilder()
              .setToken(
                  TokenEvent.newBuilder()
                      .setId(id)
                      .setPosition(position)
                      .setText(String.valueOf((char) id)))
              .build());
    }
    answers.onNext(
        GenerateResponse.newBuilder()
            .setEnd(
                GenerationEnd.newBuilder()
                    .setFinishReason(FinishReason.FINISH_REASON_END_TOKEN)
                    .setPromptTokens(sorted.promptTokens())
                    .setSoftTokens(sorted.softTokens())
                    .setSeed(told.start().getSampling().getSeed())
                    .setCompletionTokens(tokens))
            .build());
    answers.onCompleted();
  }

  private static List<Integer> ids(List<PromptPiece> pieces) {
    return pieces.stream().flatMap(piece -> piece.getIds().getIdsList().stream()).toList();
  }

  @Override
  public void close() {
    server.close();
  }
}
