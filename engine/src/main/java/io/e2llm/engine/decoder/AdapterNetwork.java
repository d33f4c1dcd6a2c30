package io.e2llm.engine.decoder;

import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchOptions;
import io.e2llm.engine.torch.TorchSources;
import io.e2llm.engine.torch.TorchTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An adapter on libtorch, in fp32. Confined to the decoder's compute thread. */
final class AdapterNetwork implements AutoCloseable {
  private final Adapter adapter;
  private final TorchModule module;
  private final CoreBudget cores;
  private final DirectFloats input = new DirectFloats();

  AdapterNetwork(Adapter adapter, TorchOptions options) {
    this.adapter = adapter;
    this.cores = options.cores();
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("device", ScriptAttribute.of(options.device().torchName()));
    attributes.put("weights", ScriptAttribute.noTensors());
    module = TorchModule.load(TorchSources.join("adapter.py"), "Adapter", attributes);
    try {
      fill();
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  private void fill() {
    List<TorchTensor> tensors = new ArrayList<>();
    try {
      add(tensors, adapter.first());
      add(tensors, adapter.second());
      adapter.residual().ifPresent(residual -> add(tensors, residual));
      cores.run(() -> module.call("load", ScriptArgument.of(tensors)));
    } finally {
      tensors.forEach(TorchTensor::close);
    }
  }

  private static void add(List<TorchTensor> tensors, Adapter.Linear linear) {
    tensors.add(TorchTensor.ofFloats(linear.weight(), linear.out(), linear.in()));
    for (ByteBuffer bias : linear.bias().stream().toList()) {
      tensors.add(TorchTensor.ofFloats(bias, linear.out()));
    }
  }

  SoftPrompt adapt(SoftPrompt softPrompt) {
    if (softPrompt.width() != adapter.pooledWidth()) {
      throw new IllegalArgumentException(
          "soft prompt of width " + softPrompt.width() + ", adapter of " + adapter.pooledWidth());
    }
    input.clear(softPrompt.values().length);
    input.put(softPrompt.values());
    try (TorchTensor x =
            TorchTensor.ofFloats(input.bytes(), softPrompt.rows(), softPrompt.width());
        TorchTensor y = cores.compute(() -> module.tensor("adapt", ScriptArgument.of(x)))) {
      return new SoftPrompt(softPrompt.rows(), adapter.hiddenSize(), y.toFloats());
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
