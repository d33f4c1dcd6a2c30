package io.e2llm.gateway;

import io.grpc.stub.StreamObserver;

/** Takes what a client that was refused still sends. */
final class IgnoredRequests<T> implements StreamObserver<T> {
  @Override
  public void onNext(T request) {}

  @Override
  public void onError(Throwable failure) {}

  @Override
  public void onCompleted() {}
}
