package io.e2llm.gateway.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.e2llm.common.client.Endpoint;
import io.e2llm.common.client.Endpoints;
import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import io.e2llm.common.error.StatusMapping;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.decoder.v1.Prompt;
import io.e2llm.decoder.v1.TokenEvent;
import io.e2llm.tensor.v1.Tensor;
import io.grpc.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DecoderSessionTest {
  private final Throwable lost = Status.UNAVAILABLE.asRuntimeException();
  private final Throwable wrong =
      StatusMapping.toStatus(new ServingException(Reason.BUNDLE_MISMATCH, "another bundle"));
  private final Throwable full =
      StatusMapping.toStatus(new ServingException(Reason.QUEUE_FULL, "full"));

  private final List<ScriptedDecoder> decoders = new ArrayList<>();
  private final List<Endpoint> failed = new ArrayList<>();
  private final Heard heard = new Heard();

  @AfterEach
  void stop() {
    decoders.forEach(ScriptedDecoder::close);
  }

  @Test
  void decoderThatStays_streamsAllTokens() throws IOException {
    decoder(0, null);
    run(100);
    assertEquals(allIds(), heard.ids);
    assertEquals(1, heard.ends);
    assertEquals(List.of(), failed);
  }

  @Test
  void decoderLostMidway_nextOneGoesOnAndTheListenerSeesOneStream() throws IOException {
    ScriptedDecoder first = decoder(3, lost);
    ScriptedDecoder second = decoder(0, null);
    run(100);
    assertEquals(allIds(), heard.ids);
    assertEquals(1, heard.ends);
    assertEquals(List.of(first.endpoint()), failed);
    assertEquals(List.of(100, 101, 102), second.start().getGeneratedIdsList());
    assertTrue(first.start().getSampling().hasSeed());
    assertEquals(first.start().getSampling().getSeed(), second.start().getSampling().getSeed());
    assertEquals(first.heard.size(), second.heard.size());
    assertEquals(
        first.heard.subList(1, first.heard.size()), second.heard.subList(1, second.heard.size()));
  }

  @Test
  void fullDecoder_theNextIsTried() throws IOException {
    decoder(0, full);
    decoder(0, null);
    run(100);
    assertEquals(allIds(), heard.ids);
    assertEquals(1, heard.ends);
  }

  @Test
  void noDecoderLeft_theLastFailureIsTold() throws IOException {
    decoder(0, full);
    decoder(2, lost);
    run(100);
    assertEquals(Reason.TIER_UNREACHABLE, heard.failure());
    assertEquals(0, heard.ends);
  }

  @Test
  void failureThatNoOtherDecoderCanHelp_isToldAtOnce() throws IOException {
    decoder(0, wrong);
    ScriptedDecoder second = decoder(0, null);
    run(100);
    assertEquals(Reason.BUNDLE_MISMATCH, heard.failure());
    assertEquals(List.of(), second.heard);
  }

  @Test
  void reset_earlierSoftPromptsAreNotReplayed() throws IOException {
    decoder(1, lost);
    ScriptedDecoder second = decoder(0, null);
    DecoderSession session = open();
    session.softPrompt(0, Tensor.getDefaultInstance());
    session.softPrompt(1, Tensor.getDefaultInstance());
    session.reset();
    session.softPrompt(0, Tensor.getDefaultInstance());
    session.prompt(Prompt.newBuilder().setSoftPrompts(1).build());
    session.request(100);
    assertEquals(allIds(), heard.ids);
    assertEquals(1, second.heard.stream().filter(GenerateRequest::hasSoftPrompt).count());
  }

  @Test
  void eventsComeOnlyAsRequested() throws IOException {
    decoder(0, null);
    DecoderSession session = run(2);
    assertEquals(List.of(100, 101), heard.ids);
    session.request(100);
    assertEquals(allIds(), heard.ids);
  }

  @Test
  void cancelled_theListenerHearsNothingMore() throws IOException {
    decoder(0, null);
    DecoderSession session = run(2);
    session.cancel();
    session.request(100);
    assertEquals(List.of(100, 101), heard.ids);
    assertEquals(0, heard.ends);
  }

  private DecoderSession run(int events) {
    DecoderSession session = open();
    session.softPrompt(0, Tensor.getDefaultInstance());
    session.prompt(Prompt.newBuilder().setSoftPrompts(1).build());
    session.request(events);
    return session;
  }

  private DecoderSession open() {
    List<Endpoint> endpoints = decoders.stream().map(ScriptedDecoder::endpoint).toList();
    Endpoints all =
        new Endpoints() {
          @Override
          public List<Endpoint> live() {
            return endpoints;
          }

          @Override
          public void failed(Endpoint endpoint) {
            failed.add(endpoint);
          }

          @Override
          public void close() {}
        };
    return DecoderSession.open(
        all, endpoints, GenerateStart.newBuilder().setMaxTokens(6).build(), heard);
  }

  private ScriptedDecoder decoder(int failsAt, @Nullable Throwable failure) throws IOException {
    ScriptedDecoder decoder = new ScriptedDecoder("decoder", failsAt, failure);
    decoders.add(decoder);
    return decoder;
  }

  private static List<Integer> allIds() {
    return IntStream.range(100, 100 + ScriptedDecoder.TOKENS).boxed().toList();
  }

  private static final class Heard implements DecoderSession.Listener {
    final List<Integer> ids = new ArrayList<>();
    int ends;
    private @Nullable ServingException failure;

    @Nullable Reason failure() {
      return failure == null ? null : failure.reason();
    }

    @Override
    public void onReady() {}

    @Override
    public void token(TokenEvent token) {
      ids.add(token.getId());
    }

    @Override
    public void end(GenerationEnd end) {
      ends++;
    }

    @Override
    public void failed(ServingException told) {
      failure = told;
    }
  }
}
