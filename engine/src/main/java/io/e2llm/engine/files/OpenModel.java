package io.e2llm.engine.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.engine.chat.ChatTemplate;
import io.e2llm.engine.tokenizer.HfTokenizer;
import io.e2llm.engine.tokenizer.Tokenizer;
import io.e2llm.engine.weights.Weights;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A model whose small files were read; the large ones are opened when they are wanted. */
final class OpenModel implements ModelFiles {
  private final Facts facts;
  private final Supplier<Weights> openWeights;
  private final Supplier<byte[]> tokenizerJson;
  private final Runnable closeAlso;

  @GuardedBy("this") private @Nullable Weights weights;

  @GuardedBy("this") private @Nullable Tokenizer tokenizer;

  @GuardedBy("this") private @Nullable String digest;

  @GuardedBy("this") private boolean closed;

  /**
   * What the small files say.
   *
   * @param files those the digest is made of, in a fixed order, below {@code root}
   */
  record Facts(
      String name,
      String family,
      JsonNode config,
      Optional<ChatTemplate> chatTemplate,
      Set<Integer> endTokens,
      Optional<SentenceEncoderSettings> sentenceEncoder,
      Path root,
      List<Path> files) {}

  OpenModel(
      Facts facts, Supplier<Weights> openWeights, Supplier<byte[]> tokenizerJson, Runnable close) {
    this.facts = facts;
    this.openWeights = openWeights;
    this.tokenizerJson = tokenizerJson;
    this.closeAlso = close;
  }

  @Override
  public String name() {
    return facts.name();
  }

  @Override
  public String family() {
    return facts.family();
  }

  @Override
  public JsonNode config() {
    return facts.config();
  }

  @Override
  public synchronized Weights weights() {
    requireOpen();
    if (weights == null) {
      weights = openWeights.get();
    }
    return weights;
  }

  @Override
  public synchronized Tokenizer tokenizer() {
    requireOpen();
    if (tokenizer == null) {
      tokenizer = HfTokenizer.fromJson(tokenizerJson.get());
    }
    return tokenizer;
  }

  @Override
  public Optional<ChatTemplate> chatTemplate() {
    return facts.chatTemplate();
  }

  @Override
  public Set<Integer> endTokens() {
    return facts.endTokens();
  }

  @Override
  public Optional<SentenceEncoderSettings> sentenceEncoder() {
    return facts.sentenceEncoder();
  }

  @Override
  public synchronized String digest() {
    if (digest == null) {
      digest = FilesDigest.of(facts.root(), facts.files());
    }
    return digest;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (weights != null) {
      weights.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
    closeAlso.run();
  }

  @GuardedBy("this") private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(facts.name() + " is closed");
    }
  }
}
