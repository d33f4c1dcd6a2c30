package io.e2llm.gateway.http.documents;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.e2llm.gateway.http.Exchange;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.JsonEndpoint;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.v1.DocumentServiceGrpc;
import io.e2llm.gateway.v1.ReadDocumentRequest;
import io.e2llm.gateway.v1.ReadDocumentResponse;
import io.grpc.Channel;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** {@code GET /v1/documents/{id}/text}: a document's text or a range of it. Thread-safe. */
public final class TextEndpoint implements HttpService {
  private final Channel gateway;
  private final Executor threads;

  /** The endpoint; requests run on these threads. */
  public TextEndpoint(Channel gateway, Executor threads) {
    this.gateway = gateway;
    this.threads = threads;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    return HttpResponse.of(
        CompletableFuture.supplyAsync(() -> read(context), threads)
            .thenApply(text -> HttpResponse.of(HttpStatus.OK, MediaType.PLAIN_TEXT_UTF_8, text))
            .exceptionally(failure -> Responses.failure(JsonEndpoint.told(failure))));
  }

  private String read(ServiceRequestContext context) {
    long begin = Exchange.number(context, "begin", 0);
    long end = Exchange.number(context, "end", 0);
    if (end != 0 && end < begin) {
      throw HttpFailure.field("end", "is before begin");
    }
    ReadDocumentRequest request =
        ReadDocumentRequest.newBuilder()
            .setId(Exchange.part(context, "id"))
            .setBegin(begin)
            .setEnd(end)
            .build();
    BlockingClientCall<?, ReadDocumentResponse> call =
        DocumentServiceGrpc.newBlockingV2Stub(gateway).readDocument(request);
    try {
      StringBuilder text = new StringBuilder();
      for (@Nullable ReadDocumentResponse part = call.read(); part != null; part = call.read()) {
        text.append(part.getText());
      }
      return text.toString();
    } catch (StatusException failure) {
      throw HttpFailure.of(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      call.cancel("done", null);
    }
  }
}
