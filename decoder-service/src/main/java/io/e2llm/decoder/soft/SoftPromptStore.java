package io.e2llm.decoder.soft;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Soft prompts of earlier generations, so that they need not be sent again: those used last,
 * bounded in bytes, each tenant's for itself. What a generation has taken stays with the generation
 * whatever becomes of it here, and equal ones of several generations are one. Thread-safe.
 */
public final class SoftPromptStore {
  private record Key(String tenant, ContentDigest digest) {}

  private final long mostBytes;

  @GuardedBy("this") private final Map<Key, SoftPromptBytes> held = new LinkedHashMap<>(16, 0.75f, true);

  @GuardedBy("this") private long bytes;

  /** Holds at most so many bytes; 0 holds none. */
  public SoftPromptStore(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** The soft prompt of this digest, if it is held for the tenant. */
  public synchronized @Nullable SoftPromptBytes get(String tenant, ContentDigest digest) {
    return held.get(new Key(tenant, digest));
  }

  /** Holds a soft prompt from now on, and returns it or an equal one that was held already. */
  public synchronized SoftPromptBytes put(String tenant, SoftPromptBytes softPrompt) {
    SoftPromptBytes before = held.putIfAbsent(new Key(tenant, softPrompt.digest()), softPrompt);
    if (before != null) {
      return before;
    }
    bytes += softPrompt.bytes();
    Iterator<SoftPromptBytes> eldest = held.values().iterator();
    while (bytes > mostBytes) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
    return softPrompt;
  }

  /** Bytes held. */
  public synchronized long bytes() {
    return bytes;
  }
}
