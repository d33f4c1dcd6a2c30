package io.e2llm.encoder;

import io.e2llm.common.error.Reason;
import io.e2llm.common.error.ServingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A call that writes down its answers; for tests on one thread. */
final class RecordingAsker extends Asker {
  final Map<Long, WireChunk> results = new LinkedHashMap<>();
  final Map<Long, Reason> failures = new LinkedHashMap<>();
  final List<Long> cached = new ArrayList<>();

  @Override
  void encoded(Ask ask, WireChunk chunk, boolean fromCache) {
    results.put(ask.tag(), chunk);
    if (fromCache) {
      cached.add(ask.tag());
    }
  }

  @Override
  void failed(Ask ask, ServingException failure) {
    failures.put(ask.tag(), failure.reason());
  }
}
