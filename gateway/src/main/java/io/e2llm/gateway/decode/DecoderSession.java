package io.e2llm.gateway.decode;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.decoder.v1.DecoderServiceGrpc;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateResponse;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.Prompt;
import io.e2llm.decoder.v1.TokenEvent;
import io.e2llm.tensor.v1.Tensor;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One generation on the decoder tier. When its decoder is lost (UNAVAILABLE), or is full before the
 * first token, the generation goes on at the next decoder: all messages are sent again, with the
 * ids received so far, and the listener sees one unbroken stream. For that the soft prompts are
 * kept until the end; the window bounds them.
 *
 * <p>Methods may be called from any thread. The listener is called by one thread at a time, never
 * while the session's lock is held.
 */
public final class DecoderSession {
  /**
   * Told what becomes of the generation. Exactly one of {@link #end} and {@link #failed} is last.
   */
  public interface Listener {
    /** More soft prompts can be sent without being buffered. */
    void onReady();

    /** A token. */
    void token(TokenEvent token);

    /** The end. */
    void end(GenerationEnd end);

    /** No decoder could finish it. */
    void failed(ServingException failure);
  }

  private final Endpoints all;
  private final Listener listener;

  @GuardedBy("this") private final Queue<Endpoint> candidates;

  @GuardedBy("this") private final SentMessages sent;

  @GuardedBy("this") private @Nullable Attempt attempt;

  @GuardedBy("this") private long wanted;

  @GuardedBy("this") private boolean over;

  private DecoderSession(
      Endpoints all, List<Endpoint> preferred, GenerateStart start, Listener listener) {
    this.all = all;
    this.candidates = new ArrayDeque<>(preferred);
    this.sent = new SentMessages(start);
    this.listener = listener;
  }

  /**
   * Opens a generation.
   *
   * @param all told which decoders failed
   * @param preferred decoders to try, in order, at least one
   * @param start the first message; a seed is drawn when it has none, so that every attempt has the
   *     same
   */
  public static DecoderSession open(
      Endpoints all, List<Endpoint> preferred, GenerateStart start, Listener listener) {
    DecoderSession session = new DecoderSession(all, preferred, seeded(start), listener);
    session.next(new ServingException(Reason.TIER_UNREACHABLE, "no decoder answers"));
    return session;
  }

  /** Whether a soft prompt sent now would not be buffered. */
  public synchronized boolean ready() {
    return attempt != null && attempt.requests != null && attempt.requests.isReady();
  }

  /** Sends a soft prompt, at once or, with the next attempt, again. */
  public synchronized void softPrompt(int index, Tensor tensor) {
    send(sent.softPrompt(index, tensor));
  }

  /** Makes the decoder forget the soft prompts so far. */
  public synchronized void reset() {
    send(sent.reset());
  }

  /** Sends the rest of the prompt; nothing may be sent after it. */
  public synchronized void prompt(Prompt prompt) {
    send(sent.prompt(prompt));
    if (attempt != null && attempt.requests != null) {
      attempt.requests.onCompleted();
    }
  }

  /** Lets this many more events come. */
  public synchronized void request(int events) {
    wanted += events;
    if (attempt != null && attempt.requests != null) {
      attempt.requests.request(events);
    }
  }

  /** Stops the generation; the listener hears nothing more. */
  public synchronized void cancel() {
    over = true;
    sent.clear();
    if (attempt != null && attempt.requests != null) {
      attempt.requests.cancel("the caller gave up", null);
    }
  }

  @GuardedBy("this") private void send(GenerateRequest message) {
    if (!over && attempt != null && attempt.requests != null) {
      attempt.requests.onNext(message);
    }
  }

  /** Begins the next attempt, or fails with {@code lastFailure} when no decoder is left. */
  private void next(ServingException lastFailure) {
    boolean begun;
    synchronized (this) {
      if (over) {
        return;
      }
      Endpoint endpoint = candidates.poll();
      begun = endpoint != null;
      if (endpoint == null) {
        over = true;
        sent.clear();
      } else {
        begin(endpoint);
      }
    }
    if (!begun) {
      listener.failed(lastFailure);
    }
  }

  @GuardedBy("this") private void begin(Endpoint endpoint) {
    Attempt begun = new Attempt(endpoint);
    attempt = begun;
    DecoderServiceGrpc.newStub(endpoint.channel()).generate(begun);
    ClientCallStreamObserver<GenerateRequest> requests = begun.requests;
    if (requests == null) {
      throw new IllegalStateException("the call did not begin");
    }
    if (wanted > 0) {
      requests.request((int) Math.min(wanted, Integer.MAX_VALUE));
    }
    sent.replay().forEach(requests::onNext);
    if (sent.complete()) {
      requests.onCompleted();
    }
  }

  private static GenerateStart seeded(GenerateStart start) {
    if (start.getSampling().hasSeed()) {
      return start;
    }
    GenerateStart.Builder builder = start.toBuilder();
    builder.getSamplingBuilder().setSeed(ThreadLocalRandom.current().nextLong());
    return builder.build();
  }

  /** One call to one decoder. Callbacks of an attempt that was given up are ignored. */
  private final class Attempt implements ClientResponseObserver<GenerateRequest, GenerateResponse> {
    private final Endpoint endpoint;
    private @Nullable ClientCallStreamObserver<GenerateRequest> requests;

    Attempt(Endpoint endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GenerateRequest> stream) {
      requests = stream;
      stream.disableAutoRequestWithInitial(0);
      stream.setOnReadyHandler(
          () -> {
            if (current()) {
              listener.onReady();
            }
          });
    }

    @Override
    public void onNext(GenerateResponse response) {
      synchronized (DecoderSession.this) {
        if (over || attempt != this) {
          return;
        }
        wanted--;
        if (response.hasToken()) {
          sent.received(response.getToken().getId());
        } else {
          over = true;
          sent.clear();
        }
      }
      if (response.hasToken()) {
        listener.token(response.getToken());
      } else {
        listener.end(response.getEnd());
      }
    }

    @Override
    public void onError(Throwable failure) {
      ServingException told = StatusMapping.toServing(failure);
      boolean elsewhere;
      synchronized (DecoderSession.this) {
        if (over || attempt != this) {
          return;
        }
        elsewhere = mayGoOnElsewhere(told.reason());
        if (!elsewhere) {
          over = true;
          sent.clear();
        }
      }
      if (elsewhere) {
        all.failed(endpoint);
        next(told);
      } else {
        listener.failed(told);
      }
    }

    @Override
    public void onCompleted() {
      boolean early;
      synchronized (DecoderSession.this) {
        early = !over && attempt == this;
        over |= early;
      }
      if (early) {
        listener.failed(
            new ServingException(Reason.INTERNAL, "the decoder ended without an end event"));
      }
    }

    private boolean current() {
      synchronized (DecoderSession.this) {
        return !over && attempt == this;
      }
    }
  }

  private static boolean mayGoOnElsewhere(Reason reason) {
    return switch (reason) {
      case TIER_UNREACHABLE, DRAINING, QUEUE_FULL, KV_FULL, TOO_MANY_REQUESTS -> true;
      default -> false;
    };
  }
}
