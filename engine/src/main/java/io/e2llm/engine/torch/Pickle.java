package io.e2llm.engine.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes the one kind of pickle (protocol 2) that a TorchScript archive needs: an object of a class
 * with attributes. The opcodes are those of Python's {@code pickletools}.
 */
final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Pickle() {}

  /** An object of {@code __torch__.className} with these attributes. */
  static byte[] object(String className, Map<String, ScriptAttribute> attributes) {
    Pickle pickle = new Pickle();
    pickle.text("\u0080\u0002");
    pickle.text("c__torch__\n" + className + "\n");
    pickle.text(")\u0081}("); // empty arguments, new object, empty dictionary, mark
    attributes.forEach(
        (name, value) -> {
          pickle.string(name);
          pickle.value(value);
        });
    pickle.text("ub."); // set items, set state, stop
    return pickle.out.toByteArray();
  }

  /** The empty tuple: what an archive without constants holds. */
  static byte[] emptyTuple() {
    return new byte[] {(byte) 0x80, 2, ')', '.'};
  }

  private void value(ScriptAttribute value) {
    switch (value) {
      case ScriptAttribute.Int i -> integer(i.value());
      case ScriptAttribute.Real r -> real(r.value());
      case ScriptAttribute.Bool b -> text(b.value() ? "\u0088" : "\u0089");
      case ScriptAttribute.Text s -> string(s.value());
      case ScriptAttribute.Ints ints -> integers(ints.values());
      case ScriptAttribute.Reals reals -> reals(reals.values());
      case ScriptAttribute.Empty empty ->
          text(
              switch (empty) {
                case TENSORS -> "ctorch.jit._pickle\nbuild_tensorlist\n(]tR";
                case PACKED_WEIGHTS -> "]";
              });
    }
  }

  private void integers(List<Long> values) {
    text("ctorch.jit._pickle\nbuild_intlist\n(](");
    values.forEach(this::integer);
    text("etR");
  }

  private void reals(List<Double> values) {
    text("ctorch.jit._pickle\nbuild_doublelist\n(](");
    values.forEach(this::real);
    text("etR");
  }

  private void integer(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
    if (value == (int) value) {
      bytes.put((byte) 'J').putInt((int) value);
    } else {
      bytes.put((byte) 0x8a).put((byte) Long.BYTES).putLong(value);
    }
    out.write(bytes.array(), 0, bytes.position());
  }

  private void real(double value) {
    out.write('G');
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array()); // big-endian
  }

  private void string(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.write('X');
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(utf8.length)
            .array());
    out.writeBytes(utf8);
  }

  private void text(String latin1) {
    out.writeBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}
