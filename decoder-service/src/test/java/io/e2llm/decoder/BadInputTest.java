package io.e2llm.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.e2llm.common.error.Reason;
import io.e2llm.decoder.fake.FakeModel;
import io.e2llm.decoder.v1.GenerateRequest;
import io.e2llm.decoder.v1.GenerateStart;
import io.e2llm.decoder.v1.PromptPiece;
import io.e2llm.decoder.v1.Sampling;
import io.e2llm.decoder.v1.TokenIds;
import io.e2llm.tensor.v1.DataType;
import io.e2llm.tensor.v1.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything a client may get wrong, each with its clear error, and nothing left behind. */
class BadInputTest {
  private static final int SOFT = FakeModel.POOLED;
  private static final int WINDOW = 100;

  private FakeModel model = new FakeModel(WINDOW);
  private InProcessDecoder decoder;

  @BeforeEach
  void serve() throws Exception {
    decoder = new InProcessDecoder(model);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    assertTrue(decoder.tier.drain(Duration.ofSeconds(20)));
    decoder.close();
    assertEquals(0, model.leftOpen);
  }

  private void refused(Reason reason, String words, Consumer<Call> client) throws Exception {
    Call call = Call.on(decoder.stub());
    client.accept(call);
    Call.Failure failure = call.failure();
    assertEquals(reason.name(), failure.reason(), failure::message);
    assertEquals(reason.code(), failure.code());
    assertTrue(failure.message().contains(words), failure::message);
  }

  private void startRefused(Reason reason, String words, UnaryOperator<GenerateStart.Builder> edit)
      throws Exception {
    refused(reason, words, call -> call.start(edit.apply(begins())));
  }

  private void samplingRefused(String words, UnaryOperator<Sampling.Builder> edit)
      throws Exception {
    startRefused(
        Reason.INVALID_REQUEST,
        words,
        start -> start.setSampling(edit.apply(Sampling.newBuilder())));
  }

  private void tensorRefused(Reason reason, String words, Tensor.Builder tensor) throws Exception {
    refused(reason, words, call -> call.start(begins()).soft(0, tensor.build()));
  }

  private static GenerateStart.Builder begins() {
    return Call.begins("head", 10).setBundleDigest(FakeModel.BUNDLE);
  }

  @Test
  void messagesOutOfOrder_areRefused() throws Exception {
    Reason invalid = Reason.INVALID_REQUEST;
    refused(invalid, "prompt came before start", call -> call.prompt(0, "x"));
    refused(invalid, "soft_prompt came before start", call -> call.soft(0, 1, SOFT, 1));
    refused(invalid, "half-close came before start", Call::halfClose);
    refused(invalid, "start came where", call -> call.start(begins()).start(begins()));
    refused(invalid, "half-close came where", call -> call.start(begins()).halfClose());
    refused(invalid, "holds nothing", call -> call.send(GenerateRequest.newBuilder()));
    refused(
        invalid,
        "after prompt",
        call -> call.start(begins().setMaxTokens(90)).promptOnly(0, "x").reset());
  }

  @Test
  void startFields_areChecked() throws Exception {
    Reason invalid = Reason.INVALID_REQUEST;
    startRefused(invalid, "max_tokens", start -> start.setMaxTokens(0));
    startRefused(invalid, "stop", start -> start.addStop(""));
    startRefused(invalid, "257 code points", start -> start.addStop("x".repeat(257)));
    startRefused(
        invalid, "at most 16", start -> start.addAllStop(java.util.Collections.nCopies(17, "x")));
    startRefused(
        invalid,
        "over max_tokens",
        start -> start.setMaxTokens(1).addAllGeneratedIds(List.of(1, 2)));
    startRefused(Reason.TOKEN_OUT_OF_RANGE, "generated_ids", start -> start.addGeneratedIds(-1));
    startRefused(
        Reason.TOKEN_OUT_OF_RANGE,
        "258",
        start -> start.addHead(PromptPiece.newBuilder().setIds(TokenIds.newBuilder().addIds(258))));
    startRefused(invalid, "prompt piece", start -> start.addHead(PromptPiece.getDefaultInstance()));
    startRefused(
        Reason.PROMPT_TOO_LONG, "window", start -> start.addHead(Call.text("x".repeat(96))));
    startRefused(Reason.BUNDLE_MISMATCH, "bundle", start -> start.setBundleDigest("other"));
  }

  @Test
  void sampling_isChecked() throws Exception {
    samplingRefused("temperature", sampling -> sampling.setTemperature(-1));
    samplingRefused("temperature", sampling -> sampling.setTemperature(10.5f));
    samplingRefused("temperature", sampling -> sampling.setTemperature(Float.NaN));
    samplingRefused("top_p", sampling -> sampling.setTopP(1.5f));
    samplingRefused("top_p", sampling -> sampling.setTopP(-0.5f));
    samplingRefused("min_p", sampling -> sampling.setMinP(1));
    samplingRefused("repetition_penalty", sampling -> sampling.setRepetitionPenalty(-1));
    samplingRefused("presence_penalty", sampling -> sampling.setPresencePenalty(2.5f));
    samplingRefused("frequency_penalty", sampling -> sampling.setFrequencyPenalty(-2.5f));
    samplingRefused("logit_bias", sampling -> sampling.putLogitBias(1, 101));
    startRefused(
        Reason.TOKEN_OUT_OF_RANGE,
        "logit_bias",
        start -> start.setSampling(Sampling.newBuilder().putLogitBias(999, 1)));
  }

  @Test
  void softPrompts_areChecked() throws Exception {
    Reason invalid = Reason.INVALID_REQUEST;
    refused(
        invalid,
        "soft prompt 1 came twice",
        call -> call.start(begins()).soft(1, 1, SOFT, 1).soft(1, 1, SOFT, 1));
    refused(
        invalid,
        "soft prompt 1 is missing",
        call -> call.start(begins()).soft(0, 1, SOFT, 1).soft(2, 1, SOFT, 1).prompt(3, "x"));
    refused(
        invalid,
        "the prompt counts 1",
        call -> call.start(begins()).soft(0, 1, SOFT, 1).soft(1, 1, SOFT, 1).prompt(1, "x"));
    refused(invalid, "past the window", call -> call.start(begins()).soft(-1, 1, SOFT, 1));
    refused(
        Reason.PROMPT_TOO_LONG,
        "window",
        call -> call.start(begins()).soft(1, 50, SOFT, 1).soft(2, 50, SOFT, 1));
    refused(
        invalid,
        "bundle_digest",
        call -> call.start(begins().setBundleDigest("")).soft(0, 1, SOFT, 1));
  }

  @Test
  void tensors_areChecked() throws Exception {
    Tensor good = Call.tensor(2, SOFT, 1);
    tensorRefused(Reason.TENSOR_WIDTH, "", Call.tensor(2, SOFT + 1, 1).toBuilder());
    Reason malformed = Reason.TENSOR_MALFORMED;
    tensorRefused(malformed, "", good.toBuilder().setDtypeValue(0));
    tensorRefused(malformed, "", good.toBuilder().setDtype(DataType.DATA_TYPE_F16));
    tensorRefused(malformed, "", good.toBuilder().clearShape());
    tensorRefused(malformed, "", good.toBuilder().setShape(0, 3));
    tensorRefused(malformed, "", good.toBuilder().setShape(0, -1));
    tensorRefused(malformed, "", good.toBuilder().setShape(0, 0).clearData());
    byte[] nan = {0, 0, (byte) 0xc0, 0x7f};
    byte[] infinite = {0, 0, (byte) 0x80, 0x7f};
    for (byte[] bad : List.of(nan, infinite)) {
      ByteString data = good.getData().substring(0, 20).concat(ByteString.copyFrom(bad));
      tensorRefused(Reason.TENSOR_NOT_FINITE, "", good.toBuilder().setData(data));
    }
  }

  @Test
  void prompts_areChecked() throws Exception {
    refused(
        Reason.PROMPT_TOO_LONG,
        "window of 100",
        call -> call.start(begins()).prompt(0, "x".repeat(96)));
    refused(
        Reason.INVALID_REQUEST, "empty", call -> call.start(begins().clearHead()).prompt(0, ""));
  }

  @Test
  void noBundle_softPromptsAreRefused() throws Exception {
    decoder.close();
    model = new FakeModel(WINDOW, "", (content, logits) -> logits[1] = 1);
    decoder = new InProcessDecoder(model);
    startRefused(Reason.NO_BUNDLE, "no adapter bundle", start -> start);
    refused(
        Reason.NO_BUNDLE,
        "no adapter bundle",
        call -> call.start(begins().setBundleDigest("")).soft(0, 1, SOFT, 1));
  }
}
