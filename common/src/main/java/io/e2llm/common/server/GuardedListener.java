package io.e2llm.common.server;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.ServerCall;

/** A listener whose every step runs through {@link #guard}. */
abstract class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
  GuardedListener(ServerCall.Listener<Q> delegate) {
    super(delegate);
  }

  /** Runs one step. */
  abstract void guard(Runnable step);

  @Override
  public void onMessage(Q message) {
    guard(() -> super.onMessage(message));
  }

  @Override
  public void onHalfClose() {
    guard(super::onHalfClose);
  }

  @Override
  public void onCancel() {
    guard(super::onCancel);
  }

  @Override
  public void onComplete() {
    guard(super::onComplete);
  }

  @Override
  public void onReady() {
    guard(super::onReady);
  }
}
