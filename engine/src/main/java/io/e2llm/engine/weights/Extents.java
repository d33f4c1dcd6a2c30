package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The places tensors claim in a file's data, checked to lie inside it and not to overlap. */
final class Extents {
  private record Extent(String name, long begin, long end) {}

  private final String file;
  private final long dataBytes;
  private final List<Extent> extents = new ArrayList<>();

  Extents(String file, long dataBytes) {
    this.file = file;
    this.dataBytes = dataBytes;
  }

  /** Notes that a tensor claims bytes {@code begin} to {@code end} of the data. */
  void claim(String name, long begin, long end) {
    if (begin < 0 || end < begin || end > dataBytes) {
      throw new ModelException(
          "%s: tensor %s: bytes %d to %d do not lie in the %d bytes of data"
              .formatted(file, OneLine.of(name), begin, end, dataBytes));
    }
    if (end > begin) {
      extents.add(new Extent(name, begin, end));
    }
  }

  /** Refuses overlaps; called when all tensors have claimed. */
  void check() {
    extents.sort(Comparator.comparingLong(Extent::begin));
    for (int i = 1; i < extents.size(); i++) {
      if (extents.get(i).begin() < extents.get(i - 1).end()) {
        throw new ModelException(
            "%s: tensor %s: overlaps %s"
                .formatted(
                    file,
                    OneLine.of(extents.get(i).name()),
                    OneLine.of(extents.get(i - 1).name())));
      }
    }
  }

  /** Refuses data behind the last tensor; called after {@link #check}. */
  void checkNothingBehind() {
    long end = extents.isEmpty() ? 0 : extents.getLast().end();
    if (end != dataBytes) {
      throw new ModelException(
          "%s: header: no tensor claims the last %d bytes".formatted(file, dataBytes - end));
    }
  }

  /**
   * Product of dimensions.
   *
   * @throws ModelException when it overflows or one is negative
   */
  static long elements(String field, List<Long> shape) {
    long elements = 1;
    for (long dimension : shape) {
      if (dimension < 0
          || Math.multiplyHigh(elements, dimension) != 0
          || elements * dimension < 0) {
        throw new ModelException(field + ": dimensions " + OneLine.of(shape.toString()));
      }
      elements *= dimension;
    }
    return elements;
  }
}
