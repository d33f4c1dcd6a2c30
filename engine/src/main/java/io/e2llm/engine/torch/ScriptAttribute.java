package io.e2llm.engine.torch;

import java.util.List;

/** The value an attribute of a TorchScript class has when the class is loaded. */
public sealed interface ScriptAttribute {
  /** An {@code int}. */
  static ScriptAttribute of(long value) {
    return new Int(value);
  }

  /** A {@code float}. */
  static ScriptAttribute of(double value) {
    return new Real(value);
  }

  /** A {@code bool}. */
  static ScriptAttribute of(boolean value) {
    return new Bool(value);
  }

  /** A {@code str}. */
  static ScriptAttribute of(String value) {
    return new Text(value);
  }

  /** A {@code List[int]}. */
  static ScriptAttribute ofInts(List<Long> values) {
    return new Ints(values);
  }

  /** A {@code List[float]}. */
  static ScriptAttribute ofReals(List<Double> values) {
    return new Reals(values);
  }

  /** An empty {@code List[Tensor]}. */
  static ScriptAttribute noTensors() {
    return Empty.TENSORS;
  }

  /** An empty list of packed quantized weights. */
  static ScriptAttribute noPackedWeights() {
    return Empty.PACKED_WEIGHTS;
  }

  /**
   * An {@code int}.
   *
   * @param value its value
   */
  record Int(long value) implements ScriptAttribute {}

  /**
   * A {@code float}.
   *
   * @param value its value
   */
  record Real(double value) implements ScriptAttribute {}

  /**
   * A {@code bool}.
   *
   * @param value its value
   */
  record Bool(boolean value) implements ScriptAttribute {}

  /**
   * A {@code str}.
   *
   * @param value its value
   */
  record Text(String value) implements ScriptAttribute {}

  /**
   * A {@code List[int]}.
   *
   * @param values its values
   */
  record Ints(List<Long> values) implements ScriptAttribute {
    /** Copies the values. */
    public Ints {
      values = List.copyOf(values);
    }
  }

  /**
   * A {@code List[float]}.
   *
   * @param values its values
   */
  record Reals(List<Double> values) implements ScriptAttribute {
    /** Copies the values. */
    public Reals {
      values = List.copyOf(values);
    }
  }

  /** Lists that start empty and are filled by a method of the class. */
  enum Empty implements ScriptAttribute {
    /** {@code List[Tensor]}. */
    TENSORS,
    /** {@code List[__torch__.torch.classes.quantized.LinearPackedParamsBase]}. */
    PACKED_WEIGHTS
  }
}
