package io.e2llm.engine.decoder;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.e2llm.engine.Reference;
import io.e2llm.engine.TestModels;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.weights.Weights;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The default decoder against what transformers makes of its dequantized weights in fp32. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmolLm2GoldenTest {
  private static final float LOGIT_TOLERANCE = 0.05f;

  private final JsonNode reference = Reference.models();
  private final ModelFiles files;
  private final DecoderModel model;

  SmolLm2GoldenTest() {
    Path path = TestModels.decoderFile();
    files = ModelFiles.open(path);
    model = Decoders.load(files, Optional.empty(), TorchOptions.cpu(CoreBudget.ofMachine()));
  }

  @AfterAll
  void close() {
    model.close();
  }

  @Test
  void step_prompts_giveTheReferenceLogits() {
    for (JsonNode golden : reference.path("decoder_fp32")) {
      int sequence = model.open();
      int[] ids = Reference.ints(golden.path("ids"));
      assertTop5(golden, Reading.logits(model, Reading.ids(sequence, ids)));
      model.release(sequence);
    }
  }

  @Test
  void step_promptInBlocks_givesTheReferenceLogits() {
    for (JsonNode golden : reference.path("decoder_fp32")) {
      int sequence = model.open();
      int[] ids = Reference.ints(golden.path("ids"));
      float[] logits = {};
      for (int begin = 0; begin < ids.length; begin += 7) {
        int[] block = IntStream.of(ids).skip(begin).limit(7).toArray();
        logits = Reading.logits(model, Reading.ids(sequence, block));
      }
      assertTop5(golden, logits);
      model.release(sequence);
    }
  }

  @Test
  void greedy_prompts_giveTheReferenceIdsWithTheEndToken() {
    for (JsonNode golden : reference.path("decoder_fp32")) {
      List<Integer> wanted =
          IntStream.of(Reference.ints(golden.path("greedy_ids"))).boxed().toList();
      int[] ids = Reference.ints(golden.path("ids"));
      assertEquals(wanted, Reading.greedy(model, ids, wanted.size()));
    }
  }

  @Test
  void step_softTokensBetweenIds_giveTheReferenceLogits() {
    JsonNode golden = reference.path("soft_tokens_fp32");
    SoftPrompt rows = means(Reference.ints(golden.path("context_ids")));
    int sequence = model.open();
    StepInput input =
        new StepInput(
            sequence,
            List.of(
                new StepInput.Ids(Reference.ints(golden.path("head_ids"))),
                new StepInput.Soft(rows),
                new StepInput.Ids(Reference.ints(golden.path("tail_ids")))),
            true);
    assertTop5(golden, Reading.logits(model, input));
    model.release(sequence);
  }

  private static void assertTop5(JsonNode golden, float[] logits) {
    List<Integer> wanted = new ArrayList<>();
    for (JsonNode one : golden.path("next_token_top5")) {
      int id = one.path("id").asInt();
      wanted.add(id);
      assertEquals(one.path("logit").asDouble(), logits[id], LOGIT_TOLERANCE);
    }
    assertEquals(wanted, Reading.top(logits, 5));
  }

  /** Means of two embedding rows each; the last row alone where the number is odd. */
  private SoftPrompt means(int[] ids) {
    int width = model.description().hiddenSize();
    int rows = (ids.length + 1) / 2;
    float[] values = new float[rows * width];
    for (int row = 0; row < rows; row++) {
      FloatBuffer first = embedding(ids[2 * row]);
      FloatBuffer second = embedding(ids[Math.min(2 * row + 1, ids.length - 1)]);
      for (int i = 0; i < width; i++) {
        values[row * width + i] = (first.get(i) + second.get(i)) / 2;
      }
    }
    return new SoftPrompt(rows, width, values);
  }

  private FloatBuffer embedding(int id) {
    Weights weights = files.weights();
    return weights.readFp32Rows("model.embed_tokens.weight", id, 1).asFloatBuffer();
  }
}
