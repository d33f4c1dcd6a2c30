package io.e2llm.cli;

import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.GatewayServiceGrpc;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.GetGatewayRequest;
import io.e2llm.gateway.v1.GetGatewayResponse;
import io.e2llm.gateway.v1.Token;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A gateway that answers for secret numbers, and reads only the first part of a context. */
final class ShortSightedGateway extends GatewayServiceGrpc.GatewayServiceImplBase
    implements AutoCloseable {
  private static final Pattern QUESTION = Pattern.compile("What is the (secret number of .+)\\?");

  private final Server server;
  private final String decoder;
  private final double sight;
  private final AtomicInteger asked = new AtomicInteger();

  /**
   * Starts it on loopback.
   *
   * @param decoder name of its decoder
   * @param sight share of a context that it reads
   */
  ShortSightedGateway(String decoder, double sight) throws IOException {
    this.decoder = decoder;
    this.sight = sight;
    server =
        Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
            .addService(this)
            .build()
            .start();
  }

  String address() {
    return "127.0.0.1:" + server.getPort();
  }

  int asked() {
    return asked.get();
  }

  @Override
  public void getGateway(GetGatewayRequest request, StreamObserver<GetGatewayResponse> told) {
    told.onNext(GetGatewayResponse.newBuilder().setDecoderModel(decoder).setWindow(9).build());
    told.onCompleted();
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> events) {
    StringBuilder context = new StringBuilder();
    StringBuilder question = new StringBuilder();
    return new StreamObserver<>() {
      @Override
      public void onNext(GenerateRequest request) {
        request.getContextList().forEach(piece -> context.append(piece.getText()));
        request.getMessagesList().forEach(message -> question.append(message.getContent()));
      }

      @Override
      public void onError(Throwable failure) {}

      @Override
      public void onCompleted() {
        asked.incrementAndGet();
        Token token = Token.newBuilder().setText(answer(context.toString(), question)).build();
        events.onNext(GenerateResponse.newBuilder().setToken(token).build());
        events.onNext(GenerateResponse.newBuilder().setEnd(End.newBuilder().setText(".")).build());
        events.onCompleted();
      }
    };
  }

  private String answer(String context, CharSequence question) {
    Matcher wanted = QUESTION.matcher(question);
    if (!wanted.matches()) {
      return "I do not understand";
    }
    Matcher fact = Pattern.compile(wanted.group(1) + " is (\\d+)").matcher(context);
    return fact.find() && fact.start() < sight * context.length()
        ? "It is " + fact.group(1)
        : "I do not know";
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
