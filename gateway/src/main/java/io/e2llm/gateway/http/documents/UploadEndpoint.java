package io.e2llm.gateway.http.documents;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.util.TimeoutMode;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.e2llm.gateway.http.Departure;
import io.e2llm.gateway.http.EventStream;
import io.e2llm.gateway.http.Exchange;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.http.JsonEndpoint;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.http.Sending;
import io.e2llm.gateway.http.Streaming;
import io.e2llm.gateway.v1.Document;
import io.e2llm.gateway.v1.DocumentServiceGrpc;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.PutDocumentRequest;
import io.e2llm.gateway.v1.PutDocumentResponse;
import io.e2llm.gateway.v1.StoredResult;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code PUT /v1/documents/{id}}: the body is the document. It goes on to the gateway as it comes;
 * how encoding fares is told in events where the client takes these. Thread-safe.
 */
public final class UploadEndpoint implements HttpService {
  private static final Set<String> TYPES = Set.of("text/plain", "text/markdown");
  private static final int PIECE = 1 << 16;

  private final Channel gateway;
  private final Streaming streaming;
  private final Duration patience;

  /**
   * The endpoint.
   *
   * @param streaming how events are streamed
   * @param patience how long a body may bring nothing
   */
  public UploadEndpoint(Channel gateway, Streaming streaming, Duration patience) {
    this.gateway = gateway;
    this.streaming = streaming;
    this.patience = patience;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    @Nullable MediaType type = request.contentType();
    Optional<String> name =
        type == null ? Optional.empty() : Optional.of(type.nameWithoutParameters());
    boolean utf8 = type != null && isUtf8(type);
    if (name.filter(TYPES::contains).isEmpty() || !utf8) {
      return Responses.failure(
          new HttpFailure(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "unsupported_media_type",
              "",
              "documents are text/plain or text/markdown in UTF-8"));
    }
    String accepted = request.headers().get(HttpHeaderNames.ACCEPT, "");
    Upload upload = new Upload(context, request, name.get());
    CompletableFuture<HttpResponse> answer =
        CompletableFuture.supplyAsync(
                () -> accepted.contains("text/event-stream") ? upload.asEvents() : upload.whole(),
                streaming.threads())
            .exceptionally(failure -> Responses.failure(JsonEndpoint.told(failure)));
    HttpResponse response = HttpResponse.of(answer);
    upload.departure.watch(response);
    return response;
  }

  private static boolean isUtf8(MediaType type) {
    try {
      return type.charset(StandardCharsets.UTF_8).equals(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException unknown) {
      return false;
    }
  }

  /** One upload. */
  private final class Upload {
    private final ServiceRequestContext context;
    private final HttpRequest request;
    private final String type;
    final Departure departure = new Departure();

    Upload(ServiceRequestContext context, HttpRequest request, String type) {
      this.context = context;
      this.request = request;
      this.type = type;
    }

    HttpResponse whole() {
      StoredResult stored = run(progress -> {});
      return Responses.json(
          stored.getCreated() ? HttpStatus.CREATED : HttpStatus.OK,
          DocumentJson.of(stored.getDocument()));
    }

    HttpResponse asEvents() {
      Document head = head();
      EventStream events = streaming.open();
      streaming
          .threads()
          .execute(
              () -> {
                try {
                  StoredResult stored =
                      run(head, progress -> events.send("progress", json(progress)));
                  boolean unused = events.send("document", DocumentJson.of(stored.getDocument()));
                } catch (RuntimeException e) {
                  HttpFailure told = HttpFailure.of(JsonEndpoint.told(e));
                  boolean unused = events.send("error", Responses.body(told));
                } finally {
                  events.close();
                }
              });
      return events.response();
    }

    private Document head() {
      return Document.newBuilder()
          .setId(Exchange.part(context, "id"))
          .setTitle(Exchange.query(context, "title").orElse(""))
          .setPinned(Exchange.flag(context, "pin"))
          .setMediaType(type)
          .build();
    }

    private StoredResult run(Consumer<Progress> progress) {
      return run(head(), progress);
    }

    private StoredResult run(Document head, Consumer<Progress> progress) {
      long ttl = Exchange.number(context, "ttl", 0);
      BlockingClientCall<PutDocumentRequest, PutDocumentResponse> call =
          DocumentServiceGrpc.newBlockingV2Stub(gateway).putDocument();
      departure.then(() -> call.cancel("the client is gone", null));
      try {
        PutDocumentRequest first =
            PutDocumentRequest.newBuilder().setDocument(head).setTtlSeconds(ttl).build();
        if (Sending.write(call, first)) {
          send(call);
        }
        context.clearRequestTimeout();
        return result(call, progress);
      } catch (StatusException failure) {
        throw HttpFailure.of(failure);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      } finally {
        call.cancel("done", null);
      }
    }

    private void send(BlockingClientCall<PutDocumentRequest, PutDocumentResponse> call)
        throws InterruptedException {
      char[] piece = new char[PIECE];
      try (Reader reader = reader()) {
        int held = 0;
        while (true) {
          context.setRequestTimeout(TimeoutMode.SET_FROM_NOW, patience);
          int count = reader.read(piece, held, piece.length - held);
          int length = held + Math.max(0, count);
          boolean split = count >= 0 && length > 0 && Character.isHighSurrogate(piece[length - 1]);
          String text = new String(piece, 0, split ? length - 1 : length);
          held = split ? 1 : 0;
          if (split) {
            piece[0] = piece[length - 1];
          }
          if (!text.isEmpty()
              && !Sending.write(call, PutDocumentRequest.newBuilder().setText(text).build())) {
            return;
          }
          if (count < 0) {
            Sending.halfClose(call);
            return;
          }
        }
      } catch (CharacterCodingException e) {
        throw new HttpFailure(
            HttpStatus.BAD_REQUEST, "malformed_text", "", "the document is not in UTF-8");
      } catch (IOException e) {
        @Nullable Throwable cause = e.getCause();
        throw HttpFailure.of(JsonEndpoint.told(cause == null ? e : cause));
      }
    }

    private Reader reader() {
      return new InputStreamReader(
          request.toInputStream(part -> part instanceof HttpData data ? data : HttpData.empty()),
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT));
    }

    private StoredResult result(
        BlockingClientCall<PutDocumentRequest, PutDocumentResponse> call,
        Consumer<Progress> progress)
        throws StatusException, InterruptedException {
      while (true) {
        @Nullable PutDocumentResponse response = call.read();
        if (response == null) {
          throw new IllegalStateException("the upload has no end");
        }
        if (response.hasStored()) {
          return response.getStored();
        }
        if (response.hasProgress()) {
          progress.accept(response.getProgress());
        }
      }
    }
  }

  private static ObjectNode json(Progress progress) {
    return Json.object()
        .put("stage", "encoding")
        .put("chunks_done", progress.getChunksDone())
        .put("chunks_total", progress.getChunksTotal())
        .put("chunks_cached", progress.getChunksCached());
  }
}
