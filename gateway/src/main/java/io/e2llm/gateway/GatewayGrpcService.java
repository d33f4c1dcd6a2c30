package io.e2llm.gateway;

import io.e2llm.common.error.StatusMapping;
import io.e2llm.decoder.v1.DecoderInfo;
import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.gateway.request.EmbedCall;
import io.e2llm.gateway.request.GenerateCall;
import io.e2llm.gateway.request.ModeChoice;
import io.e2llm.gateway.tiers.DecoderView;
import io.e2llm.gateway.tiers.EncoderView;
import io.e2llm.gateway.v1.EmbedRequest;
import io.e2llm.gateway.v1.EmbedResponse;
import io.e2llm.gateway.v1.GatewayServiceGrpc.GatewayServiceImplBase;
import io.e2llm.gateway.v1.GenerateRequest;
import io.e2llm.gateway.v1.GenerateResponse;
import io.e2llm.gateway.v1.GetGatewayRequest;
import io.e2llm.gateway.v1.GetGatewayResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** The public gRPC service. Thread-safe. */
final class GatewayGrpcService extends GatewayServiceImplBase {
  private final ActiveAnswers answers;
  private final Admission admission;

  GatewayGrpcService(ActiveAnswers answers) {
    this.answers = answers;
    admission = new Admission(answers);
  }

  @Override
  public StreamObserver<GenerateRequest> generate(StreamObserver<GenerateResponse> responses) {
    ServerCallStreamObserver<GenerateResponse> client =
        (ServerCallStreamObserver<GenerateResponse>) responses;
    if (!admission.granted(client)) {
      return new IgnoredRequests<>();
    }
    GenerateCall call = new GenerateCall(answers.context(), client);
    answers.run(call);
    return call.requests();
  }

  @Override
  public void embed(EmbedRequest request, StreamObserver<EmbedResponse> responses) {
    ServerCallStreamObserver<EmbedResponse> client =
        (ServerCallStreamObserver<EmbedResponse>) responses;
    if (admission.granted(client)) {
      answers.run(new EmbedCall(answers.context(), request, client));
    }
  }

  @Override
  public void getGateway(GetGatewayRequest request, StreamObserver<GetGatewayResponse> response) {
    try {
      response.onNext(describe());
      response.onCompleted();
    } catch (RuntimeException e) {
      response.onError(StatusMapping.toStatus(e));
    }
  }

  private GetGatewayResponse describe() {
    EncoderView encoderView = answers.encoders().view();
    DecoderView decoderView = answers.decoders().view();
    EncoderInfo encoder = encoderView.info();
    DecoderInfo decoder = decoderView.info();
    boolean installed =
        !encoder.getBundleDigest().isEmpty()
            && encoder.getBundleDigest().equals(decoder.getBundleDigest());
    return GetGatewayResponse.newBuilder()
        .setEncoderModel(encoder.getModel())
        .setDecoderModel(decoder.getModel())
        .setWindow(decoder.getWindow())
        .addAllRatios(encoder.getRatiosList())
        .setDefaultContextMode(ModeChoice.defaultMode(encoder, decoder))
        .setMaxContextCodePoints(answers.settings().maxContextCodePoints())
        .setBundleInstalled(installed)
        .setBundleTrained(installed && encoder.getBundleTrained())
        .setEncoders(encoderView.processes())
        .setDecoders(decoderView.processes())
        .build();
  }
}
