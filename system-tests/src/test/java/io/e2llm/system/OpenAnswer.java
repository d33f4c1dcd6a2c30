package io.e2llm.system;

import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.Progress;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** An answer that is under way, asked for and read step by step. One thread only. */
final class OpenAnswer {
  private final BlockingClientCall<GenerateRequest, GenerateResponse> call;
  private final Answer.OnProgress onProgress;
  private final List<Integer> ids = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final List<Progress> progress = new ArrayList<>();
  private End end = End.getDefaultInstance();

  OpenAnswer(Channel gateway, Answer.OnProgress onProgress) {
    this.onProgress = onProgress;
    call =
        GatewayServiceGrpc.newBlockingV2Stub(gateway)
            .withDeadlineAfter(5, TimeUnit.MINUTES)
            .generate();
  }

  OpenAnswer(Channel gateway) {
    this(gateway, event -> {});
  }

  /** Sends messages of the request. */
  void send(List<GenerateRequest> requests) throws StatusException, InterruptedException {
    for (GenerateRequest request : requests) {
      call.write(request);
    }
  }

  /** Ends the request: all of it is sent. */
  void sent() {
    call.halfClose();
  }

  /** Reads until some chunks are encoded. */
  void awaitChunks() throws StatusException, InterruptedException {
    readUntil(() -> !progress.isEmpty() && progress.getLast().getChunksDone() > 0);
  }

  /** Reads until the first token. */
  void awaitToken() throws StatusException, InterruptedException {
    readUntil(() -> !ids.isEmpty());
  }

  /** Reads what is left. */
  Answer finish() throws StatusException, InterruptedException {
    readUntil(() -> false);
    return new Answer(List.copyOf(ids), text.toString(), List.copyOf(progress), end);
  }

  private void readUntil(BooleanSupplier enough) throws StatusException, InterruptedException {
    while (!enough.getAsBoolean()) {
      GenerateResponse event = call.read();
      if (event == null) {
        return;
      }
      take(event);
    }
  }

  private void take(GenerateResponse event) throws InterruptedException {
    switch (event.getKindCase()) {
      case PROGRESS -> {
        progress.add(event.getProgress());
        onProgress.accept(event.getProgress());
      }
      case TOKEN -> {
        ids.add(event.getToken().getId());
        text.append(event.getToken().getText());
      }
      case END -> {
        end = event.getEnd();
        text.append(end.getText());
      }
      case KIND_NOT_SET -> throw new AssertionError("an event without a kind");
    }
  }
}
