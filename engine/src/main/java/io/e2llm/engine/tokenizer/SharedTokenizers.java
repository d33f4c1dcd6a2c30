package io.e2llm.engine.tokenizer;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.Sha256;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The tokenizers in memory, by the SHA-256 of the JSON they were made of and of that they give. One
 * is loaded once however many ask at a time, and freed when its last user is done. Thread-safe.
 */
final class SharedTokenizers {
  @GuardedBy("this") private final Map<String, Entry> entries = new HashMap<>();

  /**
   * The tokenizer made of this JSON.
   *
   * @throws ModelException when it is none; the next to ask tries again
   */
  Use use(byte[] json) {
    Entry entry = enter(new Sha256().bytes(json).toHex());
    boolean loaded = false;
    try {
      LoadedTokenizer tokenizer = entry.load(json);
      alias(new Sha256().bytes(tokenizer.json()).toHex(), entry);
      loaded = true;
      return new Use(entry, tokenizer);
    } finally {
      if (!loaded) {
        leave(entry);
      }
    }
  }

  private synchronized Entry enter(String key) {
    Entry entry = entries.computeIfAbsent(key, k -> new Entry());
    entry.users++;
    return entry;
  }

  private synchronized void alias(String key, Entry entry) {
    entries.putIfAbsent(key, entry);
  }

  private void leave(Entry entry) {
    synchronized (this) {
      if (--entry.users > 0) {
        return;
      }
      entries.values().removeIf(other -> other == entry);
    }
    entry.close();
  }

  /** One user's hold of a tokenizer. */
  final class Use implements AutoCloseable {
    private final Entry entry;
    private final LoadedTokenizer tokenizer;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Use(Entry entry, LoadedTokenizer tokenizer) {
      this.entry = entry;
      this.tokenizer = tokenizer;
    }

    LoadedTokenizer tokenizer() {
      if (closed.get()) {
        throw new IllegalStateException("tokenizer is closed");
      }
      return tokenizer;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        leave(entry);
      }
    }
  }

  /** A tokenizer and the number of its users, which the shared lock guards. */
  private static final class Entry {
    private int users;

    @GuardedBy("this") private @Nullable LoadedTokenizer tokenizer;

    synchronized LoadedTokenizer load(byte[] json) {
      if (tokenizer == null) {
        tokenizer = LoadedTokenizer.fromJson(json);
      }
      return tokenizer;
    }

    synchronized void close() {
      if (tokenizer != null) {
        tokenizer.close();
      }
    }
  }
}
