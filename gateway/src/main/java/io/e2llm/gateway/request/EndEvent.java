package io.e2llm.gateway.request;

import io.e2llm.decoder.v1.GenerationEnd;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.gateway.v1.End;
import io.e2llm.gateway.v1.Usage;
import io.e2llm.gateway.v1.VerbatimChunk;
import java.util.List;

/** What the end event says of an answer's context. */
final class EndEvent {
  private EndEvent() {}

  /**
   * The end, except for what {@link AnswerEvents#end} fills in.
   *
   * @param verbatim chunks that stood in the prompt as text, in document order
   */
  static End.Builder of(
      ModeChoice mode, ContextEncoding encoding, List<Integer> verbatim, GenerationEnd end) {
    return End.newBuilder()
        .setUsage(usage(encoding, end))
        .setContextMode(mode.mode())
        .setNotice(mode.notice())
        .addAllVerbatim(verbatim.stream().map(index -> verbatim(encoding, index)).toList());
  }

  private static Usage usage(ContextEncoding encoding, GenerationEnd end) {
    ContextChunks chunks = encoding.chunks();
    return Usage.newBuilder()
        .setContextTokens(chunks.tokens())
        .setChunks(chunks.size())
        .setCachedChunks(chunks.cached())
        .setDroppedChunks(encoding.dropped())
        .setRatio(encoding.ratio())
        .setSoftTokens(end.getSoftTokens())
        .setPromptTokens(end.getPromptTokens())
        .setCompletionTokens(end.getCompletionTokens())
        .setCachedPromptTokens(end.getCachedPromptTokens())
        .setCachedSoftTokens(end.getCachedSoftTokens())
        .build();
  }

  private static VerbatimChunk verbatim(ContextEncoding encoding, int index) {
    Chunk chunk = encoding.chunks().get(index);
    return VerbatimChunk.newBuilder()
        .setDocument(chunk.document())
        .setBegin(chunk.beginCodePoint())
        .setEnd(chunk.endCodePoint())
        .setRelevance(encoding.relevance(index))
        .build();
  }
}
