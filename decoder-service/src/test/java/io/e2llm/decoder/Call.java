package io.e2llm.decoder;

import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import io.e2llm.common.tensor.TensorDigest;
import io.e2llm.decoder.v1.DecoderServiceGrpc.DecoderServiceStub;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.OfferedSoftPrompt;
import io.e2llm.decoder.v1.Prompt;
import io.e2llm.decoder.v1.PromptPiece;
import io.e2llm.decoder.v1.SoftPrompt;
import io.e2llm.decoder.v1.SoftPromptOffer;
import io.e2llm.decoder.v1.SoftPromptReset;
import io.e2llm.decoder.v1.SoftPromptsWanted;
import io.e2llm.decoder.v1.TokenEvent;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A client's side of one generation. */
public final class Call implements ClientResponseObserver<GenerateRequest, GenerateResponse> {
  public final List<TokenEvent> tokens = new CopyOnWriteArrayList<>();
  public final CountDownLatch firstToken = new CountDownLatch(1);

  private final LinkedBlockingQueue<SoftPromptsWanted> wanted = new LinkedBlockingQueue<>();
  private final CompletableFuture<GenerationEnd> over = new CompletableFuture<>();
  private final boolean reads;
  private volatile @Nullable GenerationEnd end;
  private volatile @Nullable ClientCallStreamObserver<GenerateRequest> out;

  private Call(boolean reads) {
    this.reads = reads;
  }

  /** Begins a call that reads its events. */
  public static Call on(DecoderServiceStub stub) {
    Call call = new Call(true);
    var unused = stub.generate(call);
    return call;
  }

  /** Begins a call that reads nothing. */
  static Call deafOn(DecoderServiceStub stub) {
    Call call = new Call(false);
    var unused = stub.generate(call);
    return call;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<GenerateRequest> requests) {
    out = requests;
    if (!reads) {
      requests.disableAutoRequestWithInitial(0);
    }
  }

  @Override
  public void onNext(GenerateResponse response) {
    if (response.hasToken()) {
      tokens.add(response.getToken());
      firstToken.countDown();
    } else if (response.hasSoftPromptsWanted()) {
      wanted.add(response.getSoftPromptsWanted());
    } else {
      end = response.getEnd();
    }
  }

  @Override
  public void onError(Throwable failure) {
    over.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    GenerationEnd ended = end;
    if (ended == null) {
      over.completeExceptionally(new AssertionError("completed without an end"));
    } else {
      over.complete(ended);
    }
  }

  private ClientCallStreamObserver<GenerateRequest> out() {
    ClientCallStreamObserver<GenerateRequest> requests = out;
    if (requests == null) {
      throw new IllegalStateException("not begun");
    }
    return requests;
  }

  public Call start(GenerateStart.Builder start) {
    return send(GenerateRequest.newBuilder().setStart(start));
  }

  public Call soft(int index, int rows, int width, float salt) {
    return soft(index, tensor(rows, width, salt));
  }

  public Call soft(int index, Tensor tensor) {
    return send(
        GenerateRequest.newBuilder()
            .setSoftPrompt(SoftPrompt.newBuilder().setIndex(index).setTensor(tensor)));
  }

  /** Offers tensors, from index {@code first} on. */
  Call offer(long offer, int first, ByteString... digests) {
    SoftPromptOffer.Builder message = SoftPromptOffer.newBuilder().setOffer(offer);
    for (int i = 0; i < digests.length; i++) {
      message.addSoftPrompts(
          OfferedSoftPrompt.newBuilder().setIndex(first + i).setDigest(digests[i]));
    }
    return send(GenerateRequest.newBuilder().setSoftPromptOffer(message));
  }

  /** The next answer to an offer. */
  SoftPromptsWanted wanted() throws InterruptedException {
    SoftPromptsWanted next = wanted.poll(30, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("no answer to the offer");
    }
    return next;
  }

  /** What a tensor is known by. */
  static ByteString digest(Tensor tensor) {
    return ByteString.copyFrom(TensorDigest.of(tensor));
  }

  public Call reset() {
    return send(
        GenerateRequest.newBuilder().setSoftPromptReset(SoftPromptReset.getDefaultInstance()));
  }

  /** Sends the prompt and half-closes. */
  public Call prompt(int softPrompts, String tail) {
    promptOnly(softPrompts, tail);
    out().onCompleted();
    return this;
  }

  Call promptOnly(int softPrompts, String tail) {
    return send(
        GenerateRequest.newBuilder()
            .setPrompt(Prompt.newBuilder().setSoftPrompts(softPrompts).addTail(text(tail))));
  }

  Call send(GenerateRequest.Builder request) {
    out().onNext(request.build());
    return this;
  }

  Call halfClose() {
    out().onCompleted();
    return this;
  }

  /** Reads on, where nothing was read so far. */
  void readOn() {
    out().request(1_000_000);
  }

  public void cancel() {
    out().cancel("enough", null);
  }

  /** The end; fails when the call did. */
  public GenerationEnd end() throws Exception {
    return over.get(30, TimeUnit.SECONDS);
  }

  /** The reason the call failed for, and its status. */
  public Failure failure() throws Exception {
    Throwable failure =
        over.handle((ended, thrown) -> thrown == null ? new AssertionError("" + ended) : thrown)
            .get(30, TimeUnit.SECONDS);
    if (failure instanceof StatusRuntimeException status) {
      com.google.rpc.Status details = StatusProto.fromThrowable(status);
      String reason =
          details == null || details.getDetailsCount() == 0
              ? ""
              : details.getDetails(0).unpack(ErrorInfo.class).getReason();
      return new Failure(
          status.getStatus().getCode(),
          reason,
          String.valueOf(status.getStatus().getDescription()));
    }
    throw new AssertionError("not a status", failure);
  }

  public List<Integer> ids() throws Exception {
    var unused = end();
    return tokens.stream().map(TokenEvent::getId).toList();
  }

  public String text() throws Exception {
    String held = end().getText();
    return tokens.stream().map(TokenEvent::getText).collect(Collectors.joining()) + held;
  }

  /** Anybody's text as a prompt piece. */
  public static PromptPiece text(String text) {
    return PromptPiece.newBuilder().setText(text).build();
  }

  /** A start with this head and limit, and the fake's bundle. */
  public static GenerateStart.Builder begins(String head, int maxTokens) {
    return GenerateStart.newBuilder()
        .addHead(text(head))
        .setMaxTokens(maxTokens)
        .setIgnoreEndTokens(true);
  }

  /** A tensor in F32. */
  public static Tensor tensor(int rows, int width, float salt) {
    ByteBuffer bytes = ByteBuffer.allocate(rows * width * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < rows * width; i++) {
      bytes.putFloat((salt + i) / 64);
    }
    return Tensor.newBuilder()
        .setDtype(DataType.DATA_TYPE_F32)
        .addShape(rows)
        .addShape(width)
        .setData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  /** How a call failed. */
  public record Failure(Status.Code code, String reason, String message) {}
}
