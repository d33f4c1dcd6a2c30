package io.e2llm.gateway.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.linecorp.armeria.common.HttpResponse;
import java.util.ArrayList;
import java.util.List;

/** What is to be done when a client goes away before its answer is complete. Thread-safe. */
public final class Departure {
  @GuardedBy("this") private final List<Runnable> actions = new ArrayList<>();

  @GuardedBy("this") private boolean gone;

  /** The client's departure shows when its response fails. */
  public void watch(HttpResponse response) {
    var unused =
        response
            .whenComplete()
            .whenComplete(
                (nothing, failure) -> {
                  if (failure != null) {
                    leave();
                  }
                });
  }

  private void leave() {
    List<Runnable> left;
    synchronized (this) {
      gone = true;
      left = List.copyOf(actions);
    }
    left.forEach(Runnable::run);
  }

  /** Runs the action when the client goes; at once if it is gone. */
  public void then(Runnable action) {
    boolean now;
    synchronized (this) {
      now = gone;
      actions.add(action);
    }
    if (now) {
      action.run();
    }
  }
}
