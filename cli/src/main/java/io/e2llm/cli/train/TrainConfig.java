package io.e2llm.cli.train;

import io.e2llm.common.config.Setting;
import io.e2llm.engine.torch.Precision;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Settings of a training run.
 *
 * @param encoder name or path of the encoder; empty for the default
 * @param decoder name or path of the decoder; empty for the default
 * @param start bundle whose tensors the run begins with
 * @param texts files whose contexts are written again
 * @param questions files whose questions are answered
 * @param evaluate files with questions to evaluate with
 * @param soft how soft prompts are made
 * @param lora of the decoder
 * @param encoderLora of the encoder
 * @param mix of exercises
 * @param lengths of contexts
 * @param rates how fast each part learns
 * @param steps how long
 */
public record TrainConfig(
    @Setting(doc = "Encoder: a name of the catalogue or a folder; none is the default one.")
        Optional<String> encoder,
    @Setting(
            doc = "Decoder: a name of the catalogue, a folder or a GGUF file; none is the default.")
        Optional<String> decoder,
    @Setting(doc = "Bundle to begin with; what it has under the same name and shape is taken over.")
        Optional<Path> start,
    @Setting(
            doc = "JSON lines or plain text whose contexts are written again.",
            value = Setting.REQUIRED)
        List<Path> texts,
    @Setting(doc = "JSON lines whose questions are answered.") List<Path> questions,
    @Setting(doc = "JSON lines to evaluate with.", value = Setting.REQUIRED) List<Path> evaluate,
    @Setting(doc = "How soft prompts are made.") Soft soft,
    @Setting(doc = "LoRA of the decoder.") Lora lora,
    @Setting(
            doc = "LoRA of the encoder.",
            defaults = {"rank=0", "targets=" + ENCODER_TARGETS})
        Lora encoderLora,
    @Setting(doc = "How often each exercise is drawn.") Mix mix,
    @Setting(doc = "How long contexts are.") ContextLengths lengths,
    @Setting(doc = "How fast each part learns, at its fastest; with 0 it stays as it is.")
        Rates rates,
    @Setting(doc = "How long.") Steps steps) {
  private static final String ENCODER_TARGETS =
      "attention.self.query,attention.self.key,attention.self.value,attention.output.dense,"
          + "intermediate.dense,output.dense";

  /** How a soft token is made of a window of tokens. */
  public enum Pooling {
    /** The sums of its two halves, side by side; ratios are even. */
    HALVES,
    /** Their mean. */
    MEAN_WINDOW,
    /** The mean of so many words. */
    WORDS,
    /** All of them side by side, with a projection for each ratio. */
    CONCAT,
    /** As many learned queries as there are windows, each attending to the whole chunk. */
    PMA,
    /** One learned query that attends to the window. */
    PMA_WINDOW,
    /** One soft token a chunk, the mean of its tokens; the ratio is at least chunk-tokens. */
    MEAN,
    /** One soft token a chunk, the state of its first special. */
    CLS
  }

  /**
   * How soft prompts are made.
   *
   * @param layers of the encoder whose states are concatenated; empty for the embeddings and the
   *     last
   * @param pooling how a soft token is made
   * @param heads of attention in pma
   * @param ratios encoder tokens per soft token
   * @param ratioShares how often each is drawn; empty for all alike
   * @param chunkTokens most encoder tokens of a chunk
   * @param tokenInnerWidth inside the projection of tokens
   * @param adapterInnerWidth inside the adapter
   */
  public record Soft(
      @Setting(doc = "Layers of the encoder; none are the embeddings and the last.")
          List<Integer> layers,
      @Setting(
              value = "halves",
              doc =
                  "How a soft token is made of a window of tokens, each projected to the decoder's"
                      + " width before: halves, mean-window, words, concat, pma, pma-window; or one"
                      + " of a whole chunk: mean, cls.")
          Pooling pooling,
      @Setting(value = "8", doc = "Heads of attention, with pma and pma-window.") int heads,
      @Setting(value = "2", doc = "Encoder tokens per soft token, ascending.") List<Integer> ratios,
      @Setting(doc = "How often each ratio is drawn; none is all alike.") List<Double> ratioShares,
      @Setting(value = "128", doc = "Most encoder tokens of a chunk.") int chunkTokens,
      @Setting(value = "1024", doc = "Width inside the projection of tokens; 0 is a linear one.")
          int tokenInnerWidth,
      @Setting(value = "1152", doc = "Width inside the adapter.") int adapterInnerWidth) {}

  /**
   * LoRA of a model.
   *
   * @param rank 0 for none
   * @param alpha the factor times the rank
   * @param targets layers it stands beside
   */
  public record Lora(
      @Setting(value = "16", doc = "Rank; 0 for no LoRA.") int rank,
      @Setting(value = "32", doc = "What the product is multiplied by, times the rank.")
          double alpha,
      @Setting(
              value =
                  "self_attn.q_proj,self_attn.k_proj,self_attn.v_proj,self_attn.o_proj,"
                      + "mlp.gate_proj,mlp.up_proj,mlp.down_proj",
              doc = "Layers it stands beside.")
          List<String> targets) {}

  /**
   * How often each exercise is drawn.
   *
   * @param rewriting writing the context again
   * @param recall writing on after some words of the context
   * @param continuation writing on after the context
   * @param gaps saying what stood in gaps
   * @param questions answering questions
   * @param hybrid the same with some text behind the soft prompts
   * @param reading the same with text alone
   */
  public record Mix(
      @Setting(value = "0.2", doc = "Writing the context again.") double rewriting,
      @Setting(value = "0.2", doc = "Writing on after some words of the context.") double recall,
      @Setting(value = "0", doc = "Writing on after the context.") double continuation,
      @Setting(value = "0.2", doc = "Saying what stood in the gaps of some of its words.")
          double gaps,
      @Setting(value = "0.2", doc = "Answering questions.") double questions,
      @Setting(value = "0.1", doc = "The same with some text behind the soft prompts.")
          double hybrid,
      @Setting(value = "0.1", doc = "The same with text alone.") double reading) {}

  /**
   * How long contexts are.
   *
   * @param rewriting characters written again, at first
   * @param rewritingAtLast the same at the end
   * @param recall characters searched, at first
   * @param recallAtLast the same at the end
   * @param chunks most of one document that is asked about
   * @param distractors most other documents beside it
   */
  public record ContextLengths(
      @Setting(value = "180", doc = "Most characters written again, at first.") int rewriting,
      @Setting(value = "680", doc = "The same at the end.") int rewritingAtLast,
      @Setting(value = "700", doc = "Most characters searched, at first.") int recall,
      @Setting(value = "3200", doc = "The same at the end.") int recallAtLast,
      @Setting(value = "8", doc = "Most chunks of a document that is asked about.") int chunks,
      @Setting(value = "2", doc = "Most other documents beside it.") int distractors) {}

  /**
   * How fast each part learns.
   *
   * @param pooling of the pooling, the projection of tokens included
   * @param adapter of the adapter
   * @param lora of the decoder's LoRA
   * @param encoderLora of the encoder's LoRA
   */
  public record Rates(
      @Setting(value = "0.0002", doc = "Of the pooling.") double pooling,
      @Setting(value = "0.0005", doc = "Of the adapter.") double adapter,
      @Setting(value = "0.0005", doc = "Of the decoder's LoRA.") double lora,
      @Setting(value = "0.0002", doc = "Of the encoder's LoRA.") double encoderLora) {}

  /**
   * How long.
   *
   * @param count steps of the optimizer
   * @param align steps before these, in which the projection of tokens learns the decoder's
   *     embeddings
   * @param rows of the decoder in a step
   * @param warmUp steps in which the rates rise
   * @param decay of weights
   * @param clip most norm of a gradient
   * @param renamed share of exercises in which names and numbers are exchanged
   * @param distillation share of the loss that is the distance to what is said to the text
   * @param evaluateEvery steps between evaluations
   * @param evaluated exercises of each kind in an evaluation
   * @param seed decides what is drawn
   * @param recompute whether layers are run twice to save memory
   * @param precision of the decoder's products
   */
  public record Steps(
      @Setting(value = "1000", doc = "Steps of the optimizer.") int count,
      @Setting(
              value = "700",
              doc = "Steps before these that teach the projection of tokens the embeddings.")
          int align,
      @Setting(value = "2400", doc = "Fewest rows of the decoder in a step.") int rows,
      @Setting(value = "40", doc = "Steps in which the rates rise.") int warmUp,
      @Setting(value = "0.01", doc = "Decay of weights.") double decay,
      @Setting(value = "1", doc = "Most norm of a step's gradient.") double clip,
      @Setting(
              value = "0.5",
              doc =
                  "Share of exercises in which other names and numbers stand in the place of the"
                      + " text's, from 0 to 1.")
          double renamed,
      @Setting(
              value = "0",
              doc =
                  "Share of the loss of answers that is their distance to what the decoder says"
                      + " when it reads the text, from 0 to 1.")
          double distillation,
      @Setting(value = "100", doc = "Steps between evaluations and checkpoints.") int evaluateEvery,
      @Setting(value = "12", doc = "Exercises of each kind in an evaluation, at least 2.")
          int evaluated,
      @Setting(value = "1", doc = "Decides what is drawn.") long seed,
      @Setting(value = "false", doc = "Run layers twice to save memory.") boolean recompute,
      @Setting(
              value = "fp32",
              doc = "Of the decoder's products: fp32, or bf16, twice as fast on CPUs that have it.")
          Precision precision) {}
}
