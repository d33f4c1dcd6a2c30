package io.e2llm.trainer.graph;

import io.e2llm.engine.bundle.BundleTensors;
import io.e2llm.engine.torch.TorchTensor;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/** All that learns, by the names of a bundle. Confined to one thread at a time. */
public final class Parameters implements AutoCloseable {
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();

  /** Seeded parameters, see {@link BundleTensors#seeded}. */
  public Parameters(Map<String, List<Long>> shapes, RandomGenerator random) {
    shapes.forEach(
        (name, shape) -> {
          Parameter parameter = new Parameter(name, shape);
          parameters.put(name, parameter);
          DoubleSupplier seeded = BundleTensors.seeded(name, shape, random);
          FloatBuffer values = parameter.values();
          while (values.hasRemaining()) {
            values.put((float) seeded.getAsDouble());
          }
        });
  }

  /** All of them, in the order of the shapes. */
  public List<Parameter> all() {
    return List.copyOf(parameters.values());
  }

  /** Those whose names begin so. */
  public List<Parameter> of(String prefix) {
    return all().stream().filter(p -> p.name().startsWith(prefix)).toList();
  }

  /** The one of this name. */
  public Parameter get(String name) {
    Parameter parameter = parameters.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return parameter;
  }

  /** The tensors of those whose names begin so; this object's to close. */
  public Map<String, TorchTensor> tensors(String prefix) {
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    of(prefix).forEach(parameter -> tensors.put(parameter.name(), parameter.tensor()));
    return tensors;
  }

  @Override
  public void close() {
    parameters.values().forEach(Parameter::close);
  }
}
