package io.e2llm.engine.decoder;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleTensor;
import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The adapter of a bundle on libtorch, in fp32. Confined to the decoder's compute thread. */
final class AdapterNetwork implements AutoCloseable {
  private final int pooledWidth;
  private final int hiddenSize;
  private final TorchModule module;
  private final CoreBudget cores;
  private final DirectFloats input = new DirectFloats();

  AdapterNetwork(AdapterBundle bundle, TorchOptions options) {
    pooledWidth = bundle.spec().pooling().pooledWidth();
    hiddenSize = bundle.spec().decoder().hiddenSize();
    cores = options.cores();
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("device", ScriptAttribute.of(options.device().torchName()));
    attributes.put("weights", ScriptAttribute.noTensors());
    module = TorchModule.load(TorchScriptPacker.sources("adapter.py"), "Adapter", attributes);
    try {
      fill(bundle);
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private void fill(AdapterBundle bundle) {
    List<TorchTensor> tensors = new ArrayList<>();
    try {
      for (BundleTensor tensor : bundle.adapter().values()) {
        long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
        tensors.add(TorchTensor.ofFloats(tensor.values(), shape));
      }
      cores.run(() -> module.call("load", ScriptArgument.of(tensors)));
    } finally {
      tensors.forEach(TorchTensor::close);
    }
  }

  SoftPrompt adapt(SoftPrompt softPrompt) {
    if (softPrompt.width() != pooledWidth) {
      throw new IllegalArgumentException(
          "soft prompt of width " + softPrompt.width() + ", adapter of " + pooledWidth);
    }
    input.clear(softPrompt.values().length);
    input.put(softPrompt.values());
    try (TorchTensor x =
            TorchTensor.ofFloats(input.bytes(), softPrompt.rows(), softPrompt.width());
        TorchTensor y = cores.compute(() -> module.tensor("adapt", ScriptArgument.of(x)))) {
      return new SoftPrompt(softPrompt.rows(), hiddenSize, y.toFloats());
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
