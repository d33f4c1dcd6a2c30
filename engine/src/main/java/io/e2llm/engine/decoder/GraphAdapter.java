package io.e2llm.engine.decoder;

import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.ScriptAttribute;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchScriptPacker;
import io.e2llm.engine.torch.TorchTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An adapter that autograd can differentiate. Confined to one thread at a time. */
public final class GraphAdapter implements AutoCloseable {
  private final TorchModule module;

  /**
   * An adapter of these weights.
   *
   * @param learned the caller's, by the names of {@link BundleTensors#ofAdapter} and in that order
   */
  public GraphAdapter(Map<String, TorchTensor> learned) {
    Map<String, ScriptAttribute> attributes = new LinkedHashMap<>();
    attributes.put("device", ScriptAttribute.of(TorchDevice.CPU.torchName()));
    attributes.put("weights", ScriptAttribute.noTensors());
    module = TorchModule.load(TorchScriptPacker.sources("adapter.py"), "Adapter", attributes);
    try {
      Autograd.tensor(module, "use", ScriptArgument.of(List.copyOf(learned.values()))).close();
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  /** {@code [rows, pooled_width]} to {@code [rows, hidden_size]}; the caller's to close. */
  public TorchTensor adapt(TorchTensor softPrompts) {
    return Autograd.tensor(module, "adapt", ScriptArgument.of(softPrompts));
  }

  @Override
  public void close() {
    module.close();
  }
}
