package io.e2llm.engine.weights;

import io.e2llm.engine.ModelException;
import io.e2llm.engine.OneLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A tensor in an open file, whose place was checked against the file's length. Each read maps just
 * the rows wanted, so that files of any size work, and decodes them on all cores.
 *
 * @param info what it is
 * @param file name of the file, for messages
 * @param channel the open file
 * @param offset where its first byte stands
 * @param order order of its rows in the file; null when they stand in their own
 */
record StoredTensor(
    TensorInfo info, String file, FileChannel channel, long offset, @Nullable RowOrder order) {
  private static final int RUN_ELEMENTS = 1 << 16;

  /** Rows, the number of indices of the first dimension; 1 for a scalar. */
  long rows() {
    return info.shape().isEmpty() ? 1 : info.shape().getFirst();
  }

  private long rowElements() {
    return rows() == 0 ? 0 : info.elements() / rows();
  }

  /** Decodes rows into a fresh direct buffer. */
  ByteBuffer read(long firstRow, long count) {
    if (firstRow < 0 || count < 0 || firstRow + count > rows()) {
      throw new IndexOutOfBoundsException(
          "rows " + firstRow + " to " + (firstRow + count) + " of " + info);
    }
    ByteBuffer out = allocate(count * rowElements());
    if (out.capacity() == 0) {
      return out;
    }
    FloatBuffer floats = out.asFloatBuffer();
    try {
      if (order == null) {
        readInOrder(firstRow * rowElements(), floats);
      } else {
        readReordered(order, firstRow, (int) count, floats);
      }
    } catch (ClosedChannelException e) {
      throw new IllegalStateException("weights are closed", e);
    } catch (IOException | InternalError e) { // the JVM's word for a page that cannot be read
      throw new ModelException(describe() + ": cannot be read", e);
    }
    return out;
  }

  private ByteBuffer allocate(long elements) {
    if (elements > Integer.MAX_VALUE / Float.BYTES) {
      throw new ModelException(describe() + ": " + elements + " elements at once are too many");
    }
    try {
      return ByteBuffer.allocateDirect((int) elements * Float.BYTES).order(ByteOrder.nativeOrder());
    } catch (OutOfMemoryError e) {
      throw new ModelException(describe() + ": " + elements + " elements do not fit in memory", e);
    }
  }

  private void readInOrder(long firstElement, FloatBuffer out) throws IOException {
    WeightType type = info.type();
    long total = out.capacity();
    ByteBuffer bytes = map(bytesOf(firstElement), bytesOf(total));
    BlockDecoder decoder = BlockDecoder.of(type);
    int runs = (int) ((total + RUN_ELEMENTS - 1) / RUN_ELEMENTS);
    IntStream.range(0, runs)
        .parallel()
        .forEach(
            run -> {
              int at = run * RUN_ELEMENTS;
              int elements = (int) Math.min(RUN_ELEMENTS, total - at);
              decode(decoder, bytes, (int) bytesOf(at), elements, out, at);
            });
  }

  private void readReordered(RowOrder rowOrder, long firstRow, int count, FloatBuffer out)
      throws IOException {
    int elements = (int) rowElements();
    ByteBuffer bytes = map(0, bytesOf(info.elements()));
    BlockDecoder decoder = BlockDecoder.of(info.type());
    IntStream.range(0, count)
        .parallel()
        .forEach(
            row -> {
              long from = bytesOf(rowOrder.stored(firstRow + row) * elements);
              decode(decoder, bytes, (int) from, elements, out, row * elements);
            });
  }

  private void decode(
      BlockDecoder decoder, ByteBuffer bytes, int from, int elements, FloatBuffer out, int to) {
    byte[] in = new byte[(int) bytesOf(elements)];
    bytes.get(from, in);
    float[] decoded = new float[elements];
    decoder.decode(in, decoded, elements / info.type().blockElements());
    out.put(to, decoded);
  }

  private MappedByteBuffer map(long from, long bytes) throws IOException {
    if (bytes > Integer.MAX_VALUE) {
      throw new ModelException(describe() + ": " + bytes + " bytes at once are too many");
    }
    if (offset + from + bytes > channel.size()) {
      throw new ModelException(describe() + ": the file has become shorter");
    }
    return channel.map(FileChannel.MapMode.READ_ONLY, offset + from, bytes);
  }

  /** Bytes of whole blocks; {@code elements} never cuts one. */
  private long bytesOf(long elements) {
    return elements / info.type().blockElements() * info.type().blockBytes();
  }

  private String describe() {
    return file + ": tensor " + OneLine.of(info.name());
  }
}
