package io.e2llm.trainer.objective;

import io.e2llm.engine.chunk.Chunk;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A text and its chunks, cut as when it is served.
 *
 * @param text the text
 * @param chunks of it
 */
public record ChunkedText(String text, List<Chunk> chunks) {
  /** Copies the chunks. */
  public ChunkedText {
    chunks = List.copyOf(chunks);
  }

  /** Cuts a text into chunks of at most so many tokens. */
  public static ChunkedText of(String text, Tokenizer tokenizer, int tokens) {
    List<Chunk> chunks = new ArrayList<>();
    Chunker chunker = new Chunker(tokenizer, tokens, "");
    chunker.add(text, chunks::add);
    chunker.finish(chunks::add);
    return new ChunkedText(text, chunks);
  }

  /** The text of some chunks that follow each other. */
  public String text(int from, int to) {
    StringBuilder joined = new StringBuilder();
    chunks.subList(from, to).forEach(chunk -> joined.append(chunk.text()));
    return joined.toString();
  }
}
