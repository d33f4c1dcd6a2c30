package io.e2llm.gateway;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.gateway.documents.DocumentKey;
import io.e2llm.gateway.documents.Documents;
import io.e2llm.gateway.documents.StoredDocument;
import io.e2llm.gateway.documents.StoredDocument.Lifetime;
import io.e2llm.gateway.request.DocumentView;
import io.e2llm.gateway.request.PutDocumentCall;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.v1.DeleteDocumentRequest;
import io.e2llm.gateway.v1.DeleteDocumentResponse;
import io.e2llm.gateway.v1.DocumentServiceGrpc.DocumentServiceImplBase;
import io.e2llm.gateway.v1.GetDocumentRequest;
import io.e2llm.gateway.v1.GetDocumentResponse;
import io.e2llm.gateway.v1.ListChunksRequest;
import io.e2llm.gateway.v1.ListChunksResponse;
import io.e2llm.gateway.v1.ListDocumentsRequest;
import io.e2llm.gateway.v1.ListDocumentsResponse;
import io.e2llm.gateway.v1.PutDocumentRequest;
import io.e2llm.gateway.v1.PutDocumentResponse;
import io.e2llm.gateway.v1.ReadDocumentRequest;
import io.e2llm.gateway.v1.ReadDocumentResponse;
import io.e2llm.gateway.v1.UpdateDocumentRequest;
import io.e2llm.gateway.v1.UpdateDocumentResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The public service of documents. Its calls run on virtual threads and may block. Thread-safe. */
final class DocumentGrpcService extends DocumentServiceImplBase {
  private static final int USUAL = 100;
  private static final int MOST = 1000;

  private final Admission admission;
  private final ActiveAnswers answers;
  private final Documents documents;
  private final DocumentView view;

  DocumentGrpcService(ActiveAnswers answers, Documents documents) {
    this.admission = new Admission(answers);
    this.answers = answers;
    this.documents = documents;
    view = new DocumentView(answers.encoders());
  }

  @Override
  public StreamObserver<PutDocumentRequest> putDocument(
      StreamObserver<PutDocumentResponse> responses) {
    ServerCallStreamObserver<PutDocumentResponse> client =
        (ServerCallStreamObserver<PutDocumentResponse>) responses;
    if (!admission.granted(client)) {
      return new IgnoredRequests<>();
    }
    PutDocumentCall call = new PutDocumentCall(answers.context(), documents, client);
    answers.run(call);
    return call.requests();
  }

  @Override
  public void getDocument(
      GetDocumentRequest request, StreamObserver<GetDocumentResponse> response) {
    answer(
        response,
        () ->
            GetDocumentResponse.newBuilder()
                .setDocument(view.of(documents.get(Documents.key(request.getId()))))
                .build());
  }

  @Override
  public void listDocuments(
      ListDocumentsRequest request, StreamObserver<ListDocumentsResponse> response) {
    answer(response, () -> list(request));
  }

  private ListDocumentsResponse list(ListDocumentsRequest request) {
    int limit = request.getLimit() == 0 ? USUAL : request.getLimit();
    if (limit < 0 || limit > MOST) {
      throw new ServingException(Reason.INVALID_REQUEST, "limit is over " + MOST);
    }
    if (!request.getAfter().isEmpty()) {
      var unused = Documents.key(request.getAfter());
    }
    List<StoredDocument> found =
        Documents.told(
            () -> documents.store().list("", request.getAfter(), limit + 1, documents.now()));
    ListDocumentsResponse.Builder list =
        ListDocumentsResponse.newBuilder().setMore(found.size() > limit);
    found.stream().limit(limit).map(view::of).forEach(list::addDocuments);
    return list.build();
  }

  @Override
  public void updateDocument(
      UpdateDocumentRequest request, StreamObserver<UpdateDocumentResponse> response) {
    answer(response, () -> update(request));
  }

  private UpdateDocumentResponse update(UpdateDocumentRequest request) {
    PutDocumentCall.checkTitle(request.getTitle());
    PutDocumentCall.checkLifetime(request.getTtlSeconds());
    StoredDocument before = documents.get(Documents.key(request.getId()));
    Lifetime old = before.lifetime();
    boolean pinned = request.hasPinned() ? request.getPinned() : old.pinned();
    Optional<Instant> expires = old.expires();
    if (request.hasTtlSeconds()) {
      expires =
          request.getTtlSeconds() == 0
              ? Optional.empty()
              : Optional.of(documents.now().plus(Duration.ofSeconds(request.getTtlSeconds())));
    }
    String title = request.getTitle().isEmpty() ? before.title() : request.getTitle();
    StoredDocument after = before.with(title, new Lifetime(pinned, expires));
    if (!Documents.told(() -> documents.store().update(after))) {
      throw new ServingException(
          Reason.DOCUMENT_CHANGED, "the document was replaced or deleted meanwhile");
    }
    return UpdateDocumentResponse.newBuilder().setDocument(view.of(after)).build();
  }

  @Override
  public void deleteDocument(
      DeleteDocumentRequest request, StreamObserver<DeleteDocumentResponse> response) {
    answer(
        response,
        () -> {
          DocumentKey key = Documents.key(request.getId());
          if (!Documents.told(() -> documents.store().delete(key))) {
            throw new ServingException(Reason.UNKNOWN_DOCUMENT, "there is no such document");
          }
          return DeleteDocumentResponse.getDefaultInstance();
        });
  }

  private static <T> void answer(StreamObserver<T> response, Supplier<T> work) {
    T answer;
    try {
      answer = work.get();
    } catch (RuntimeException e) {
      response.onError(StatusMapping.toStatus(e));
      return;
    }
    response.onNext(answer);
    response.onCompleted();
  }

  @Override
  public void readDocument(
      ReadDocumentRequest request, StreamObserver<ReadDocumentResponse> response) {
    ServerCallStreamObserver<ReadDocumentResponse> client =
        (ServerCallStreamObserver<ReadDocumentResponse>) response;
    try {
      if (Long.compareUnsigned(request.getBegin(), Long.MAX_VALUE) > 0 || request.getEnd() < 0) {
        throw new ServingException(Reason.INVALID_REQUEST, "begin or end is too large");
      }
      TextRange range =
          new TextRange(
              request.getBegin(), request.getEnd() == 0 ? Long.MAX_VALUE : request.getEnd());
      for (String piece : documents.text(Documents.key(request.getId()))) {
        String part = range.next(piece);
        if (client.isCancelled() || range.over()) {
          send(client, part);
          break;
        }
        send(client, part);
      }
      response.onCompleted();
    } catch (RuntimeException e) {
      response.onError(StatusMapping.toStatus(e));
    }
  }

  @Override
  public void listChunks(ListChunksRequest request, StreamObserver<ListChunksResponse> response) {
    answer(
        response,
        () -> {
          EncoderView encoder = answers.encoders().view();
          ListChunksResponse.Builder ends = ListChunksResponse.newBuilder();
          Chunker chunker = new Chunker(encoder.tokenizer(), encoder.chunkTokens(), "");
          for (String piece : documents.text(Documents.key(request.getId()))) {
            chunker.add(piece, chunk -> ends.addEnds(chunk.endCodePoint()));
          }
          chunker.finish(chunk -> ends.addEnds(chunk.endCodePoint()));
          return ends.build();
        });
  }

  private static void send(StreamObserver<ReadDocumentResponse> client, String part) {
    if (!part.isEmpty()) {
      client.onNext(ReadDocumentResponse.newBuilder().setText(part).build());
    }
  }
}
