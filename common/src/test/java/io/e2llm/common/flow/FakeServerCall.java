package io.e2llm.common.flow;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that is ready for as many messages as the test says. */
final class FakeServerCall extends ServerCallStreamObserver<String> {
  final List<String> received = new ArrayList<>();
  int readyFor;
  boolean cancelled;
  boolean completed;
  @Nullable Throwable failure;

  @Override
  public boolean isReady() {
    return readyFor > 0;
  }

  @Override
  public void onNext(String value) {
    if (readyFor-- <= 0) {
      throw new IllegalStateException("written to a client that was not ready");
    }
    received.add(value);
  }

  @Override
  public void onError(Throwable t) {
    failure = t;
  }

  @Override
  public void onCompleted() {
    completed = true;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  @Deprecated
  public void disableAutoInboundFlowControl() {}

  @Override
  public void request(int count) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
