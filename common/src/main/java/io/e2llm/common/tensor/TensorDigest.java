package io.e2llm.common.tensor;

import io.e2llm.tensor.v1.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What a tensor is known by where it need not be sent again: SHA-256 over its type's number as one
 * byte, rows and width as four bytes each, little-endian, and its data. Stateless and thread-safe.
 */
public final class TensorDigest {
  private TensorDigest() {}

  /** The 32 bytes for a tensor of one or two dimensions, the first of which is one row. */
  public static byte[] of(Tensor tensor) {
    MessageDigest sha256 = sha256();
    List<Integer> shape = tensor.getShapeList();
    ByteBuffer head = ByteBuffer.allocate(1 + 2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.put((byte) tensor.getDtypeValue())
        .putInt(shape.size() == 1 ? 1 : shape.get(0))
        .putInt(shape.get(shape.size() - 1));
    sha256.update(head.flip());
    tensor.getData().asReadOnlyByteBufferList().forEach(sha256::update);
    return sha256.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
