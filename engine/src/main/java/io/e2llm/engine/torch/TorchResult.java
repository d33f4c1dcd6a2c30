package io.e2llm.engine.torch;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.List;

/** What a TorchScript method returned. Tensors taken out of it are owned by the taker. */
public final class TorchResult implements AutoCloseable {
  private final IValue value;
  private boolean open = true;

  TorchResult(IValue value) {
    this.value = value;
    NativeObjects.made();
  }

  /** The one tensor returned. */
  public TorchTensor tensor() {
    return new TorchTensor(value.toTensor(TorchRuntime.manager()));
  }

  /** The {@code List[Tensor]} returned. */
  public List<TorchTensor> tensors() {
    List<TorchTensor> tensors = new ArrayList<>();
    for (PtNDArray array : value.toTensorArray(TorchRuntime.manager())) {
      tensors.add(new TorchTensor(array));
    }
    return tensors;
  }

  /** The {@code int} returned. */
  public long integer() {
    return value.toLong();
  }

  /** The {@code float} returned. */
  public double real() {
    return value.toDouble();
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      value.close();
      NativeObjects.closed();
    }
  }
}
