package io.e2llm.cli.answer;

import io.e2llm.cli.terminal.Human;
import io.e2llm.gateway.v1.ContextMode;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.FinishReason;
import io.e2llm.gateway.v1.Timings;
import io.e2llm.gateway.v1.Usage;
import io.e2llm.gateway.v1.VerbatimChunk;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What happened, told to people in one line and to scripts in one object. */
public final class AnswerSummary {
  private AnswerSummary() {}

  /** One line: mode, context tokens, chunks, soft tokens, time to first token, speed. */
  public static String line(End end) {
    Usage usage = end.getUsage();
    StringBuilder line = new StringBuilder(mode(end.getContextMode()));
    line.append(", ").append(Human.count(usage.getContextTokens())).append(" context tokens");
    line.append(", ").append(Human.count(usage.getChunks())).append(" chunks (");
    line.append(Human.count(usage.getCachedChunks())).append(" from cache");
    if (usage.getDroppedChunks() > 0) {
      line.append(", ").append(Human.count(usage.getDroppedChunks())).append(" dropped");
    }
    line.append("), ").append(Human.count(usage.getSoftTokens())).append(" soft tokens");
    if (usage.getRatio() > 0) {
      line.append(" at ratio ").append(usage.getRatio());
    }
    line.append(
        String.format(
            Locale.ROOT,
            ", first token after %.2f s, %.1f tokens/s",
            end.getTimings().getFirstTokenMicros() / 1e6,
            tokensPerSecond(end)));
    if (end.getFinishReason() == FinishReason.FINISH_REASON_LENGTH) {
      line.append(", cut off at ").append(usage.getCompletionTokens()).append(" tokens");
    }
    if (!end.getNotice().isEmpty()) {
      line.append("; ").append(end.getNotice());
    }
    return line.toString();
  }

  /** The same and more for scripts, with the answer. */
  public static Map<String, Object> object(String answer, End end) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("answer", answer);
    object.put("finish_reason", word(end.getFinishReason().name(), "FINISH_REASON_"));
    object.put("mode", mode(end.getContextMode()));
    object.put("notice", end.getNotice());
    object.put("seed", Long.toUnsignedString(end.getSeed()));
    object.put("usage", usage(end.getUsage()));
    object.put("timings_ms", timings(end.getTimings()));
    object.put("tokens_per_second", Math.round(tokensPerSecond(end) * 10) / 10.0);
    object.put("verbatim", end.getVerbatimList().stream().map(AnswerSummary::verbatim).toList());
    return object;
  }

  private static Map<String, Object> usage(Usage usage) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("context_tokens", usage.getContextTokens());
    object.put("chunks", usage.getChunks());
    object.put("cached_chunks", usage.getCachedChunks());
    object.put("dropped_chunks", usage.getDroppedChunks());
    object.put("ratio", usage.getRatio());
    object.put("soft_tokens", usage.getSoftTokens());
    object.put("prompt_tokens", usage.getPromptTokens());
    object.put("completion_tokens", usage.getCompletionTokens());
    return object;
  }

  private static Map<String, Object> timings(Timings timings) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("encode", timings.getEncodeMicros() / 1000.0);
    object.put("first_token", timings.getFirstTokenMicros() / 1000.0);
    object.put("decode", timings.getDecodeMicros() / 1000.0);
    object.put("total", timings.getTotalMicros() / 1000.0);
    return object;
  }

  private static Map<String, Object> verbatim(VerbatimChunk chunk) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("document", chunk.getDocument());
    object.put("begin", chunk.getBegin());
    object.put("end", chunk.getEnd());
    object.put("relevance", chunk.getRelevance());
    return object;
  }

  /** Tokens after the first one, over the time they took; 0 when there was but one. */
  private static double tokensPerSecond(End end) {
    double seconds = end.getTimings().getDecodeMicros() / 1e6;
    long tokens = end.getUsage().getCompletionTokens() - 1L;
    return seconds > 0 && tokens > 0 ? tokens / seconds : 0;
  }

  /** A context mode's word. */
  public static String mode(ContextMode mode) {
    return word(mode.name(), "CONTEXT_MODE_");
  }

  private static String word(String name, String prefix) {
    return name.startsWith(prefix)
        ? name.substring(prefix.length()).toLowerCase(Locale.ROOT)
        : name.toLowerCase(Locale.ROOT);
  }
}
