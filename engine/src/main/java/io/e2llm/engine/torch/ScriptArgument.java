package io.e2llm.engine.torch;

import java.util.List;

/** An argument of a TorchScript method. Tensors stay the caller's. */
public sealed interface ScriptArgument {
  /** An {@code int}. */
  static ScriptArgument of(long value) {
    return new Int(value);
  }

  /** A {@code float}. */
  static ScriptArgument of(double value) {
    return new Real(value);
  }

  /** A {@code bool}. */
  static ScriptArgument of(boolean value) {
    return new Bool(value);
  }

  /** A {@code Tensor}. */
  static ScriptArgument of(TorchTensor value) {
    return new OneTensor(value);
  }

  /** A {@code List[Tensor]}. */
  static ScriptArgument of(List<TorchTensor> values) {
    return new Tensors(values);
  }

  /** A {@code List[int]}. */
  static ScriptArgument ofInts(long... values) {
    return new Ints(values);
  }

  /**
   * An {@code int}.
   *
   * @param value its value
   */
  record Int(long value) implements ScriptArgument {}

  /**
   * A {@code float}.
   *
   * @param value its value
   */
  record Real(double value) implements ScriptArgument {}

  /**
   * A {@code bool}.
   *
   * @param value its value
   */
  record Bool(boolean value) implements ScriptArgument {}

  /**
   * A {@code Tensor}.
   *
   * @param value its value
   */
  record OneTensor(TorchTensor value) implements ScriptArgument {}

  /**
   * A {@code List[Tensor]}.
   *
   * @param values its values
   */
  record Tensors(List<TorchTensor> values) implements ScriptArgument {
    /** Copies the list, not the tensors. */
    public Tensors {
      values = List.copyOf(values);
    }
  }

  /**
   * A {@code List[int]}.
   *
   * @param values its values
   */
  @SuppressWarnings("ArrayRecordComponent") // hot path; compared by nobody
  record Ints(long[] values) implements ScriptArgument {}
}
