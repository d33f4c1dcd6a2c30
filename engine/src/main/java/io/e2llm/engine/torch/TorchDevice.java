package io.e2llm.engine.torch;

/** Where a model computes. */
public enum TorchDevice {
  /** The processor's cores. */
  CPU,
  /** The first CUDA device. */
  CUDA;

  /** The device as TorchScript names it. */
  public String torchName() {
    return this == CPU ? "cpu" : "cuda:0";
  }
}
