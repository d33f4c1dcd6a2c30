package io.e2llm.bench;

import io.e2llm.engine.TinyModels;
import io.e2llm.engine.chunk.Chunker;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Cutting 20,000 characters into chunks, tokenizing included. The encoder is that of the folder
 * {@code -Dencoder=FOLDER}, else a tiny one, whose tokens are mostly single characters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChunkerBench {
  private static final int CHUNK_TOKENS = 128;
  private static final int PIECE = 32_768;

  private final String text =
      "The board met in March and moved the office. Nothing else was decided that day, as far as"
          .concat(" anybody remembers; the minutes are lost.\n\n")
          .repeat(154);
  private Optional<ModelFiles> files = Optional.empty();

  /** Opens the tokenizer. */
  @Setup
  public void open() throws IOException {
    String given = System.getProperty("encoder");
    Path folder = given == null ? Files.createTempDirectory("chunker") : Path.of(given);
    if (given == null) {
      TinyModels.writeEncoder(folder);
    }
    files = Optional.of(ModelFiles.open(folder));
  }

  /** Closes it. */
  @TearDown
  public void close() {
    files.ifPresent(ModelFiles::close);
  }

  /** All of the text, in the pieces in which clients send it. */
  @Benchmark
  public void chunk(Blackhole out) {
    Tokenizer tokenizer = files.orElseThrow().tokenizer();
    Chunker chunker = new Chunker(tokenizer, CHUNK_TOKENS, "document");
    for (int i = 0; i < text.length(); i += PIECE) {
      chunker.add(text.substring(i, Math.min(i + PIECE, text.length())), out::consume);
    }
    chunker.finish(out::consume);
  }
}
