package io.e2llm.cli.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.Token;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** At a gateway that takes no more of a context until what it has told is read. */
@Timeout(15)
final class AskedCallTest {
  private static final String CONTEXT = "A long text. ".repeat(20_000);

  private final Talkative gateway = new Talkative();
  private final Server server =
      InProcessServerBuilder.forName("talkative").addService(gateway).build();
  private final ManagedChannel channel = InProcessChannelBuilder.forName("talkative").build();

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
  }

  private Reply ask() throws StatusException, InterruptedException {
    return new AskedCall(channel).run(GenerateSettings.getDefaultInstance(), CONTEXT, "What?");
  }

  @Test
  void gatewayThatWaitsForItsReader_isReadWhileTheContextIsSent() throws Exception {
    Reply reply = ask();
    assertEquals("It is that.", reply.text());
    assertEquals(1.5, reply.nats(), 1e-6);
    assertEquals(CONTEXT, gateway.context.toString());
  }

  @Test
  void refusal_isTold() {
    gateway.refuses = true;
    StatusException refused = assertThrows(StatusException.class, this::ask);
    assertEquals(Status.Code.INVALID_ARGUMENT, refused.getStatus().getCode());
  }

  private static final class Talkative extends GatewayServiceGrpc.GatewayServiceImplBase {
    final StringBuilder context = new StringBuilder();
    volatile boolean refuses;

    @Override
    public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
      var events = (ServerCallStreamObserver<GenerateResponse>) responses;
      events.disableAutoRequest();
      events.setOnReadyHandler(() -> events.request(1));
      events.request(1);
      return new StreamObserver<>() {
        @Override
        public void onNext(GenerateRequest request) {
          request.getContextList().forEach(piece -> context.append(piece.getText()));
          if (refuses && !context.isEmpty()) {
            events.onError(Status.INVALID_ARGUMENT.asException());
            return;
          }
          for (int i = 0; i < 5; i++) {
            events.onNext(
                GenerateResponse.newBuilder()
                    .setProgress(Progress.newBuilder().setChunksDone(i))
                    .build());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          events.onNext(token("It is", -1));
          events.onNext(token(" that", -0.5F));
          events.onNext(
              GenerateResponse.newBuilder().setEnd(End.newBuilder().setText(".")).build());
          events.onCompleted();
        }
      };
    }

    private static GenerateResponse token(String text, float logProbability) {
      return GenerateResponse.newBuilder()
          .setToken(Token.newBuilder().setText(text).setLogProbability(logProbability))
          .build();
    }
  }
}
