package io.e2llm.trainer.run;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.bundle.BundleSpec;
import io.e2llm.engine.weights.Safetensors;
import io.e2llm.engine.weights.Weights;
import io.e2llm.trainer.graph.Parameter;
import io.e2llm.trainer.graph.Parameters;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** What parameters are before the first step. */
final class Beginning {
  private Beginning() {}

  /**
   * The adapter gives the sum of the parts of a soft prompt's row that are as wide as an embedding,
   * divided by the root of their number, so that what pooling aligned with the decoder's embeddings
   * stays so; its other path begins at nothing, as does that of the projection of tokens.
   */
  static void sums(Parameters parameters, BundleSpec spec) {
    int hidden = spec.decoder().hiddenSize();
    int pooled = spec.pooling().pooledWidth();
    if (!spec.adapter().residual() || pooled % hidden != 0) {
      return;
    }
    float share = (float) (1 / Math.sqrt((double) pooled / hidden));
    FloatBuffer residual = parameters.get("adapter.residual.weight").values();
    for (int out = 0; out < hidden; out++) {
      for (int in = 0; in < pooled; in++) {
        residual.put(in % hidden == out ? share : 0);
      }
    }
    zero(parameters.get("adapter.linear2.weight"));
    if (spec.pooling().tokens().innerWidth() > 0) {
      zero(parameters.get("pooling.token_projection.linear2.weight"));
    }
  }

  private static void zero(Parameter parameter) {
    FloatBuffer values = parameter.values();
    while (values.hasRemaining()) {
      values.put(0);
    }
  }

  /** Takes over what a bundle has under the same name and of the same shape. */
  static void from(Path bundle, Parameters parameters) {
    try (Weights weights = Safetensors.open(bundle.resolve(AdapterBundle.TENSORS))) {
      for (Parameter parameter : parameters.all()) {
        var info = weights.tensors().get(parameter.name());
        if (info != null && info.shape().equals(parameter.shape())) {
          parameter.values().put(weights.readFp32(parameter.name()).asFloatBuffer());
        }
      }
    }
  }
}
