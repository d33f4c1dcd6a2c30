package io.e2llm.gateway.tiers;

import io.e2llm.encoder.v1.EncoderInfo;
import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoder a request works with.
 *
 * @param info what it is
 * @param tokenizer its tokenizer; owned by the {@link EncoderDirectory}
 * @param processes processes that hold it, when the request came
 */
public record EncoderView(EncoderInfo info, Tokenizer tokenizer, int processes) {
  /** Most tokens of a chunk, without specials. */
  public int chunkTokens() {
    return info.getChunkTokens() - info.getSpecialTokens();
  }

  /** A text in pieces that the encoder takes; those without tokens are left out. */
  public List<Chunk> pieces(String text) {
    List<Chunk> pieces = new ArrayList<>();
    Chunker chunker = new Chunker(tokenizer, chunkTokens(), "");
    chunker.add(text, pieces::add);
    chunker.finish(pieces::add);
    pieces.removeIf(piece -> piece.tokens() == 0);
    return pieces;
  }
}
