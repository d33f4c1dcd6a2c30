package io.e2llm.gateway.request;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.common.flow.OutboundQueue;
import io.e2llm.gateway.documents.DocumentKey;
import io.e2llm.gateway.documents.DocumentStore;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.documents.StoredDocument;
import io.e2llm.gateway.documents.StoredDocument.Encoding;
import io.e2llm.gateway.documents.StoredDocument.Lifetime;
import io.e2llm.gateway.v1.Document;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.PutDocumentRequest;
import io.e2llm.gateway.v1.PutDocumentResponse;
import io.e2llm.gateway.v1.StoredResult;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's upload, on a thread of its own: stores the text as it comes, one message at a time,
 * and lets the encoders read it when it is complete.
 */
public final class PutDocumentCall implements ActiveCall {
  private static final Logger log = LoggerFactory.getLogger(PutDocumentCall.class);
  private static final long PATIENT_MILLIS = 500;
  private static final String PLAIN = "text/plain";
  private static final int MOST_TITLE = 500;

  private final RequestContext context;
  private final Documents documents;
  private final DocumentView view;
  private final ServerCallStreamObserver<PutDocumentResponse> client;
  private final OutboundQueue<PutDocumentResponse> outbound;
  private long codePoints;
  private long bytes;
  private long room;

  /** An upload; the owner hands the client's messages to {@link #requests} and runs this. */
  public PutDocumentCall(
      RequestContext context,
      Documents documents,
      ServerCallStreamObserver<PutDocumentResponse> client) {
    this.context = context;
    this.documents = documents;
    this.client = client;
    view = new DocumentView(context.encoders());
    outbound = new OutboundQueue<>(client, context.nanoTime());
    client.disableAutoRequest();
    client.setOnReadyHandler(outbound::drain);
    client.setOnCancelHandler(() -> context.mailbox().post(new CallEvent.ClientGone()));
  }

  /** Takes the client's messages. */
  public StreamObserver<PutDocumentRequest> requests() {
    return context.mailbox().requests(CallEvent.Uploaded::new);
  }

  @Override
  public void abort(ServingException failure) {
    context.mailbox().post(new CallEvent.Abort(failure));
  }

  @Override
  public void run() {
    context.metrics().began();
    try {
      upload();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new ServingException(Reason.DRAINING, "the gateway is shutting down", e));
    } catch (RuntimeException | Error failure) {
      fail(failure);
    } finally {
      context.metrics().ended();
    }
  }

  private void fail(Throwable failure) {
    ServingException told = StatusMapping.toServing(failure);
    context.metrics().failed(told.reason());
    outbound.fail(StatusMapping.toStatus(told));
  }

  private void upload() throws InterruptedException {
    DocumentStore store = documents.store();
    StoredDocument stored;
    boolean created;
    try (DocumentStore.Writer writer = Documents.told(() -> store.write(documents.now()))) {
      PutDocumentRequest first = read(writer);
      stored = described(first);
      created = Documents.told(() -> writer.finish(stored));
    }
    StoredDocument found = documents.get(stored.key());
    StoredDocument result = encoded(found);
    outbound.offer(
        PutDocumentResponse.newBuilder()
            .setStored(StoredResult.newBuilder().setDocument(view.of(result)).setCreated(created))
            .build());
    outbound.complete();
  }

  /** Reads all messages; returns the first. */
  private PutDocumentRequest read(DocumentStore.Writer writer) throws InterruptedException {
    @Nullable PutDocumentRequest first = null;
    while (true) {
      Optional<PutDocumentRequest> message = next();
      if (message.isEmpty()) {
        break;
      }
      if (first == null) {
        first = message.get();
        checkFirst(first);
      } else if (message.get().hasDocument() || message.get().getTtlSeconds() != 0) {
        throw new ServingException(
            Reason.INVALID_REQUEST, "document and ttl_seconds stand in the first message only");
      }
      String text = message.get().getText();
      codePoints += text.codePointCount(0, text.length());
      bytes += text.getBytes(StandardCharsets.UTF_8).length;
      checkText(text);
      if (bytes > room) {
        throw new ServingException(
            Reason.LIMIT_EXCEEDED,
            "all documents together would have more than "
                + documents.settings().mostBytes().bytes()
                + " bytes");
      }
      if (codePoints > context.settings().maxContextCodePoints()) {
        throw new ServingException(
            Reason.CONTEXT_TOO_LONG,
            "the document has more than "
                + context.settings().maxContextCodePoints()
                + " code points");
      }
      Documents.told(
          () -> {
            writer.add(text);
            return text;
          });
    }
    if (first == null || codePoints == 0) {
      throw new ServingException(Reason.INVALID_REQUEST, "the document has no text");
    }
    return first;
  }

  /** The client's next message; empty when it has half-closed. */
  private Optional<PutDocumentRequest> next() throws InterruptedException {
    client.request(1);
    long asked = context.nanoTime().getAsLong();
    while (true) {
      @Nullable CallEvent event = context.mailbox().take(PATIENT_MILLIS);
      if (event instanceof CallEvent.Uploaded upload) {
        return Optional.of(upload.message());
      }
      if (event instanceof CallEvent.ClientDone) {
        return Optional.empty();
      }
      if (event instanceof CallEvent.ClientGone) {
        throw new ServingException(Reason.CANCELLED, "the caller gave up");
      }
      if (event instanceof CallEvent.Abort abort) {
        throw abort.failure();
      }
      long waited = context.nanoTime().getAsLong() - asked;
      if (waited > context.settings().slowWriterTimeout().toNanos()) {
        throw new ServingException(Reason.SLOW_WRITER, "the client does not send its messages");
      }
    }
  }

  private void checkFirst(PutDocumentRequest first) {
    DocumentKey key = Documents.key(first.getDocument().getId());
    checkTitle(first.getDocument().getTitle());
    checkLifetime(first.getTtlSeconds());
    DocumentStore store = documents.store();
    long replaced =
        Documents.told(() -> store.find(key, documents.now()))
            .map(StoredDocument::bytes)
            .orElse(0L);
    long held = Documents.told(store::bytes) - replaced;
    room = documents.settings().mostBytes().bytes() - held;
  }

  /**
   * Checks a title.
   *
   * @throws ServingException INVALID_REQUEST when it is too long
   */
  public static void checkTitle(String title) {
    checkText(title);
    if (title.length() > MOST_TITLE) {
      throw new ServingException(
          Reason.INVALID_REQUEST, "the title has more than " + MOST_TITLE + " characters");
    }
  }

  /**
   * Checks how long a document is to stay.
   *
   * @throws ServingException INVALID_REQUEST when that is longer than can be told
   */
  public static void checkLifetime(long seconds) {
    if (seconds < 0 || seconds > Integer.MAX_VALUE) {
      throw new ServingException(
          Reason.INVALID_REQUEST, "ttl is over " + Integer.MAX_VALUE + " seconds");
    }
  }

  /** Not every database can keep it. */
  private static void checkText(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new ServingException(Reason.INVALID_REQUEST, "the text holds a NUL character");
    }
  }

  private StoredDocument described(PutDocumentRequest first) {
    Document told = first.getDocument();
    Instant now = documents.now();
    Duration lifetime =
        first.getTtlSeconds() == 0
            ? documents.settings().lifetime()
            : Duration.ofSeconds(first.getTtlSeconds());
    return new StoredDocument(
        Documents.key(told.getId()),
        "",
        told.getTitle().isEmpty() ? told.getId() : told.getTitle(),
        told.getMediaType().isEmpty() ? PLAIN : told.getMediaType(),
        bytes,
        codePoints,
        now,
        new Lifetime(told.getPinned(), Optional.of(now.plus(lifetime))),
        Optional.empty());
  }

  /** Lets the encoders read it; what fails there leaves it stored as it is. */
  private StoredDocument encoded(StoredDocument stored) throws InterruptedException {
    Encoding encoding;
    try {
      encoding = new DocumentEncoding(context).run(documents.text(stored.key()), this::tell);
    } catch (ServingException failure) {
      if (failure.reason() == Reason.CANCELLED || failure.reason() == Reason.DRAINING) {
        throw failure;
      }
      log.warn("a document is stored and not encoded: {}", failure.reason());
      return stored;
    }
    boolean same = Documents.told(() -> documents.store().encoded(stored, encoding));
    return same ? stored.with(encoding) : stored;
  }

  /** Tells how far it has come, unless the client has not taken what it was told before. */
  private void tell(Progress progress) {
    if (outbound.size() == 0) {
      outbound.offer(PutDocumentResponse.newBuilder().setProgress(progress).build());
    }
  }
}
