package io.e2llm.gateway.http.documents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.e2llm.gateway.http.Exchange;
import io.e2llm.gateway.http.Fields;
import io.e2llm.gateway.http.HttpFailure;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.http.Responses;
import io.e2llm.gateway.v1.DeleteDocumentRequest;
import io.e2llm.gateway.v1.DocumentServiceGrpc;
import io.e2llm.gateway.v1.DocumentServiceGrpc.DocumentServiceBlockingV2Stub;
import io.e2llm.gateway.v1.GetDocumentRequest;
import io.e2llm.gateway.v1.ListChunksRequest;
import io.e2llm.gateway.v1.ListDocumentsRequest;
import io.e2llm.gateway.v1.ListDocumentsResponse;
import io.e2llm.gateway.v1.UpdateDocumentRequest;
import io.grpc.Channel;
import io.grpc.StatusException;

/** What is told and changed of documents at {@code /v1/documents}. Thread-safe. */
public final class DocumentEndpoints {
  private static final int MOST = 1000;

  private final DocumentServiceBlockingV2Stub documents;

  /** Endpoints for the documents of this gateway. */
  public DocumentEndpoints(Channel gateway) {
    documents = DocumentServiceGrpc.newBlockingV2Stub(gateway);
  }

  private interface Call<T> {
    T run() throws StatusException;
  }

  private static <T> T told(Call<T> call) {
    try {
      return call.run();
    } catch (StatusException failure) {
      throw HttpFailure.of(failure);
    }
  }

  /** {@code GET /v1/documents}. */
  public JsonNode list(ServiceRequestContext context) {
    long limit = Exchange.number(context, "limit", 100);
    if (limit < 1 || limit > MOST) {
      throw HttpFailure.field("limit", "is not within 1 to " + MOST);
    }
    ListDocumentsRequest request =
        ListDocumentsRequest.newBuilder()
            .setAfter(Exchange.query(context, "after").orElse(""))
            .setLimit((int) limit)
            .build();
    ListDocumentsResponse found = told(() -> documents.listDocuments(request));
    ObjectNode json = Json.object().put("object", "list");
    ArrayNode data = json.putArray("data");
    found.getDocumentsList().forEach(document -> data.add(DocumentJson.of(document)));
    return json.put("has_more", found.getMore());
  }

  /** {@code GET /v1/documents/{id}}. */
  public JsonNode get(ServiceRequestContext context) {
    GetDocumentRequest request =
        GetDocumentRequest.newBuilder().setId(Exchange.part(context, "id")).build();
    return DocumentJson.of(told(() -> documents.getDocument(request)).getDocument());
  }

  /** {@code GET /v1/documents/{id}/chunks}: ranges of code points. */
  public JsonNode chunks(ServiceRequestContext context) {
    ListChunksRequest request =
        ListChunksRequest.newBuilder().setId(Exchange.part(context, "id")).build();
    ObjectNode json = Json.object().put("object", "list");
    ArrayNode data = json.putArray("data");
    long begin = 0;
    for (long end : told(() -> documents.listChunks(request)).getEndsList()) {
      data.addArray().add(begin).add(end);
      begin = end;
    }
    return json;
  }

  /** {@code PATCH /v1/documents/{id}}. */
  public HttpResponse update(Fields body, Exchange exchange) {
    UpdateDocumentRequest.Builder request =
        UpdateDocumentRequest.newBuilder().setId(exchange.path("id"));
    body.text("title").ifPresent(request::setTitle);
    body.given("pinned").ifPresent(request::setPinned);
    body.whole("ttl", 0, Integer.MAX_VALUE).ifPresent(request::setTtlSeconds);
    return Responses.json(
        DocumentJson.of(told(() -> documents.updateDocument(request.build())).getDocument()));
  }

  /** {@code DELETE /v1/documents/{id}}. */
  public JsonNode delete(ServiceRequestContext context) {
    String id = Exchange.part(context, "id");
    var unused =
        told(() -> documents.deleteDocument(DeleteDocumentRequest.newBuilder().setId(id).build()));
    return Json.object().put("id", id).put("object", "document").put("deleted", true);
  }
}
