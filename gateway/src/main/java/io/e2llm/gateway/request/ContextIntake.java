package io.e2llm.gateway.request;

import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.gateway.v1.ContextPiece;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts context pieces into chunks, a slice at a time, so that no more is cut than encoders take.
 * Belongs to the request's thread.
 */
final class ContextIntake {
  private static final int SLICE = 8192;

  private final Tokenizer tokenizer;
  private final int chunkTokens;
  private final Consumer<Chunk> chunks;
  private @Nullable Chunker chunker;
  private String document = "";
  private int taken;

  ContextIntake(Tokenizer tokenizer, int chunkTokens, Consumer<Chunk> chunks) {
    this.tokenizer = tokenizer;
    this.chunkTokens = chunkTokens;
    this.chunks = chunks;
  }

  /** Cuts one slice of the first piece, and removes the piece when it is used up. */
  void feed(Deque<ContextPiece> pieces) {
    ContextPiece piece = pieces.getFirst();
    if (chunker == null || !document.equals(piece.getDocument())) {
      finish();
      document = piece.getDocument();
      chunker = new Chunker(tokenizer, chunkTokens, document);
    }
    String text = piece.getText();
    int end = Math.min(text.length(), taken + SLICE);
    chunker.add(text.substring(taken, end), chunks);
    taken = end;
    if (taken == text.length()) {
      pieces.removeFirst();
      taken = 0;
    }
  }

  /** Ends the document at hand. */
  void finish() {
    if (chunker != null) {
      chunker.finish(chunks);
      chunker = null;
    }
  }
}
