package io.e2llm.gateway.http.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.gateway.http.Json;
import io.e2llm.gateway.request.ModeChoice;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.FinishReason;
import io.e2llm.gateway.v1.Progress;
import io.e2llm.gateway.v1.Timings;
import io.e2llm.gateway.v1.Token;
import io.e2llm.gateway.v1.Usage;
import io.e2llm.gateway.v1.VerbatimChunk;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Parts of answers in JSON: OpenAI's fields, and what there is to tell beyond them. */
final class AnswerJson {
  private static final double MICROS = 1000;

  private AnswerJson() {}

  /** OpenAI's name of why an answer ended. */
  static String finishReason(FinishReason reason) {
    return switch (reason) {
      case FINISH_REASON_LENGTH -> "length";
      case FINISH_REASON_END_TOKEN,
          FINISH_REASON_STOP_STRING,
          FINISH_REASON_UNSPECIFIED,
          UNRECOGNIZED ->
          "stop";
    };
  }

  /** What the end tells beside its reason: the mode, the chunks that stood as text, a notice. */
  static void ending(ObjectNode into, End end) {
    ArrayNode citations = into.putArray("citations");
    for (VerbatimChunk chunk : end.getVerbatimList()) {
      citations
          .addObject()
          .put("document", chunk.getDocument())
          .put("begin", chunk.getBegin())
          .put("end", chunk.getEnd())
          .put("relevance", chunk.getRelevance());
    }
    into.put("context_mode", ModeChoice.label(end.getContextMode()));
    if (!end.getNotice().isEmpty()) {
      into.put("notice", end.getNotice());
    }
  }

  /**
   * What was read and written for all choices: each prompt once, the rest added up.
   *
   * @param choicesOfAPrompt how many in a row have the same prompt
   */
  static ObjectNode usage(List<End> ends, int choicesOfAPrompt) {
    Usage first = ends.getFirst().getUsage();
    long read = 0;
    long cached = 0;
    long written = 0;
    for (int i = 0; i < ends.size(); i++) {
      Usage one = ends.get(i).getUsage();
      written += one.getCompletionTokens();
      if (i % choicesOfAPrompt == 0) {
        read += one.getPromptTokens() + (long) one.getSoftTokens();
        cached += one.getCachedPromptTokens() + (long) one.getCachedSoftTokens();
      }
    }
    ObjectNode usage = Json.object();
    usage.put("prompt_tokens", read);
    usage.put("completion_tokens", written);
    usage.put("total_tokens", read + written);
    usage.putObject("prompt_tokens_details").put("cached_tokens", cached);
    usage.put("context_tokens", first.getContextTokens());
    usage.put("soft_tokens", first.getSoftTokens());
    usage.put("chunks", first.getChunks());
    usage.put("cached_chunks", first.getCachedChunks());
    usage.put("dropped_chunks", first.getDroppedChunks());
    usage.put("ratio", first.getRatio());
    Timings timings = ends.getFirst().getTimings();
    usage
        .putObject("timings")
        .put("encode_ms", timings.getEncodeMicros() / MICROS)
        .put("first_token_ms", timings.getFirstTokenMicros() / MICROS)
        .put("decode_ms", timings.getDecodeMicros() / MICROS)
        .put("total_ms", timings.getTotalMicros() / MICROS);
    return usage;
  }

  /** How far encoding has come. */
  static ObjectNode progress(Progress progress) {
    return Json.object()
        .put("chunks_done", progress.getChunksDone())
        .put("chunks_total", progress.getChunksTotal())
        .put("chunks_cached", progress.getChunksCached())
        .put("context_complete", progress.getContextComplete());
  }

  /** A token and its probability. */
  static ObjectNode logProbability(Token token) {
    ObjectNode json = Json.object();
    json.put("token", token.getText());
    json.put("logprob", token.getLogProbability());
    ArrayNode bytes = json.putArray("bytes");
    for (byte each : token.getText().getBytes(StandardCharsets.UTF_8)) {
      bytes.add(Byte.toUnsignedInt(each));
    }
    json.putArray("top_logprobs");
    return json;
  }
}
