package io.e2llm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.e2llm.cli.answer.AnswerCall;
import io.e2llm.cli.answer.AnswerListener;
import io.e2llm.cli.answer.AnswerRequest;
import io.e2llm.cli.context.Document;
import io.e2llm.gateway.v1.GenerateSettings;
import io.e2llm.gateway.v1.Progress;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AnswerCallTest {
  @Test
  void cancelledBetweenTwoPieces_ends() throws Exception {
    try (FakeGateway gateway = new FakeGateway()) {
      ManagedChannel channel =
          Grpc.newChannelBuilder(gateway.address(), InsecureChannelCredentials.create()).build();
      try {
        CompletableFuture<AnswerCall> call = new CompletableFuture<>();
        InputStream text =
            new InputStream() {
              @Override
              public int read() {
                return 'a';
              }

              @Override
              public int read(byte[] bytes, int offset, int length) {
                call.join().cancel();
                bytes[offset] = 'a';
                return 1;
              }
            };
        AnswerRequest request =
            new AnswerRequest(
                GenerateSettings.getDefaultInstance(),
                0,
                List.of(),
                List.of(new Document.Stream("text", text)),
                List.of());
        call.complete(new AnswerCall(channel, request));

        StatusException failure =
            assertThrows(StatusException.class, () -> call.join().run(new Silent()));

        assertEquals(Status.Code.CANCELLED, failure.getStatus().getCode());
      } finally {
        channel.shutdownNow();
      }
    }
  }

  /** Takes everything and tells nothing. */
  private static final class Silent implements AnswerListener {
    @Override
    public void progress(Progress progress) {}

    @Override
    public void text(String text) {}
  }
}
