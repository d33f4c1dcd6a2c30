package io.e2llm.decoder.scheduling;

import io.e2llm.decoder.sampling.History;
import io.e2llm.decoder.sampling.SampledRow;
import io.e2llm.decoder.text.OutputText;
import io.e2llm.decoder.v1.FinishReason;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a generation has generated: decides after each token whether it was the last. Tokens of an
 * earlier attempt go through the same door as new ones, so that everything goes on as it would
 * have. Not thread-safe.
 */
final class Output {
  private final GenerationRequest request;
  private final Set<Integer> endTokens;
  private final OutputText text;
  private final History history = new History();
  private int limit;
  private int count;
  private @Nullable FinishReason finished;
  private @Nullable Integer endToken;

  Output(GenerationRequest request, Set<Integer> endTokens, Tokenizer tokenizer) {
    this.request = request;
    this.endTokens = request.ignoreEndTokens() ? Set.of() : endTokens;
    text = new OutputText(tokenizer, request.stops());
    limit = request.maxTokens();
    history.prompt(request.head());
  }

  /** The prompt is complete: its tail, and how many tokens the window leaves for the output. */
  void promptClosed(int[] tail, int room) {
    history.prompt(tail);
    limit = Math.min(limit, room);
  }

  /** Takes the next token and returns the text that may leave with it. */
  String accept(int id) {
    count++;
    if (endTokens.contains(id)) {
      finished = FinishReason.FINISH_REASON_END_TOKEN;
      endToken = id;
      return "";
    }
    history.output(id);
    String certain = text.append(id);
    if (text.stopped()) {
      finished = FinishReason.FINISH_REASON_STOP_STRING;
    } else if (count >= limit) {
      finished = FinishReason.FINISH_REASON_LENGTH;
    }
    return certain;
  }

  /** Text held back until the end. */
  String finish() {
    return text.finish();
  }

  /** Why the last token was the last; null while it was not. */
  @Nullable FinishReason finished() {
    return finished;
  }

  /** The end token, when one ended it. */
  @Nullable Integer endToken() {
    return endToken;
  }

  /** Tokens taken, those of an earlier attempt and the end token included. */
  int count() {
    return count;
  }

  /** How the next token is chosen. */
  SampledRow next() {
    int[] forced = request.forced();
    return new SampledRow(
        request.sampling(),
        history,
        count,
        count < forced.length ? forced[count] : SampledRow.CHOSEN,
        request.logProbabilities());
  }

  /** What was asked for. */
  GenerationRequest request() {
    return request;
  }
}
