package io.e2llm.decoder.prefix;

import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.decoder.KvSpan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who holds each of the model's sequences: the generation it was opened for, generations that begin
 * with spans of it, nodes of the tree. Keeps the model's count of holders in step with its own.
 */
final class KvSegments implements PrefixTree.Holds {
  /** Spare room is given back when it is more than this part of what is used. */
  private static final int WORTH_A_COPY = 8;

  private static final class Segment {
    final List<KvSpan> past;
    int holders = 1;
    int users;

    Segment(List<KvSpan> past) {
      this.past = past;
    }
  }

  private final DecoderModel model;
  private final Map<Integer, Segment> segments = new HashMap<>();

  KvSegments(DecoderModel model) {
    this.model = model;
  }

  /** Opens a sequence that a running generation uses, and with it those it begins with. */
  int open(List<KvSpan> past) {
    int sequence = model.open(past);
    segments.put(sequence, new Segment(past));
    past.forEach(span -> get(span.sequence()).holders++);
    use(sequence, 1);
    return sequence;
  }

  /**
   * The generation needs it no longer. It stays for those that do, and gives back what room it has
   * to spare, if that is worth the copy.
   *
   * @param spareTokens room to spare
   * @param tokens it has read itself
   */
  void close(int sequence, long spareTokens, int tokens) {
    use(sequence, -1);
    if (get(sequence).holders > 1 && spareTokens > tokens / WORTH_A_COPY) {
      model.trim(sequence);
    }
    drop(sequence);
  }

  private void use(int sequence, int more) {
    Segment segment = get(sequence);
    segment.users += more;
    segment.past.forEach(span -> get(span.sequence()).users += more);
  }

  @Override
  public void hold(int sequence) {
    get(sequence).holders++;
    model.retain(sequence);
  }

  @Override
  public void drop(int sequence) {
    forget(sequence);
    model.release(sequence);
  }

  /** Counts as the model does: the last holder's going frees those the sequence begins with. */
  private void forget(int sequence) {
    Segment segment = get(sequence);
    if (--segment.holders == 0) {
      segments.remove(sequence);
      segment.past.forEach(span -> forget(span.sequence()));
    }
  }

  @Override
  public boolean used(int sequence) {
    return get(sequence).users > 0;
  }

  /** Bytes of the sequences that running generations read. */
  long usedBytes() {
    long bytes = 0;
    for (Map.Entry<Integer, Segment> entry : segments.entrySet()) {
      if (entry.getValue().users > 0) {
        bytes += model.kvBytes(entry.getKey());
      }
    }
    return bytes;
  }

  private Segment get(int sequence) {
    Segment segment = segments.get(sequence);
    if (segment == null) {
      throw new IllegalStateException("nobody holds sequence " + sequence);
    }
    return segment;
  }
}
