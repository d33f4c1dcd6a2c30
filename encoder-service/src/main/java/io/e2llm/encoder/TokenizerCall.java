package io.e2llm.encoder;

import com.google.protobuf.ByteString;
import io.e2llm.encoder.v1.GetTokenizerResponse;
import io.grpc.stub.ServerCallStreamObserver;

/** One GetTokenizer call: sends a piece whenever the client is ready for one. On gRPC's threads. */
final class TokenizerCall {
  /** Largest piece in bytes. */
  static final int PIECE_BYTES = 256 << 10;

  private final ServerCallStreamObserver<GetTokenizerResponse> responses;
  private final ByteString json;
  private int sent;
  private boolean ended;

  TokenizerCall(ServerCallStreamObserver<GetTokenizerResponse> responses, ByteString json) {
    this.responses = responses;
    this.json = json;
  }

  /** Sends all of it, as the client reads. */
  void begin() {
    responses.setOnCancelHandler(() -> ended = true);
    responses.setOnReadyHandler(this::sendWhileReady);
  }

  /** gRPC calls one handler of a call at a time. */
  private void sendWhileReady() {
    while (!ended && responses.isReady()) {
      int end = Math.min(json.size(), sent + PIECE_BYTES);
      ByteString piece = json.substring(sent, end);
      responses.onNext(GetTokenizerResponse.newBuilder().setTokenizerJson(piece).build());
      sent = end;
      if (sent == json.size()) {
        ended = true;
        responses.onCompleted();
      }
    }
  }
}
