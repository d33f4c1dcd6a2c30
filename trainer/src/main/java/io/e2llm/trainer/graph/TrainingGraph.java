package io.e2llm.trainer.graph;

import io.e2llm.engine.decoder.GraphAdapter;
import io.e2llm.engine.decoder.GraphDecoder;
import io.e2llm.engine.decoder.GraphDecoder.View;
import io.e2llm.engine.encoder.GraphSoftPrompts;
import io.e2llm.engine.lora.LoraTensors;
import io.e2llm.engine.torch.Autograd;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Encoder, pooling, adapter and decoder as one graph. Confined to one thread at a time.
 *
 * <p>With recomputing, a layer's inner values are not kept: its input is, from which the layer is
 * run again when the gradient comes back to it (Chen et al., Training deep nets with sublinear
 * memory cost, 2016).
 */
public final class TrainingGraph {
  private final GraphSoftPrompts softPrompts;
  private final GraphAdapter adapter;
  private final GraphDecoder decoder;
  private final LoraTensors lora;
  private final boolean recompute;

  /**
   * A graph over parts that stay the caller's.
   *
   * @param lora beside the decoder
   * @param recompute whether layers are run twice to save memory
   */
  public TrainingGraph(
      GraphSoftPrompts softPrompts,
      GraphAdapter adapter,
      GraphDecoder decoder,
      LoraTensors lora,
      boolean recompute) {
    this.softPrompts = softPrompts;
    this.adapter = adapter;
    this.decoder = decoder;
    this.lora = lora;
    this.recompute = recompute;
  }

  /**
   * Negative log-likelihoods of all answers' tokens, in nats, in the order of the targets; adds the
   * gradient of their weighted sum to the parameters.
   */
  public float[] learn(Sample sample) {
    return recompute ? learnTwice(sample, this::loss) : learnOnce(sample, this::loss);
  }

  /**
   * The same, but a share of the loss is how far the answers' distributions are from those to
   * another sample with the same answers, at its present state.
   *
   * @param share from 0 to 1
   */
  public float[] learn(Sample sample, Sample teacher, double share) {
    try (TorchTensor distribution = distribution(teacher);
        TorchTensor shares = TorchTensor.of(new float[] {(float) share}, 1)) {
      Loss distilled =
          (rows, x) ->
              decoder.distilled(x, rows.wanted, rows.answers, rows.weights, distribution, shares);
      return recompute ? learnTwice(sample, distilled) : learnOnce(sample, distilled);
    }
  }

  /** What a sample's answers have in each place, without gradients. */
  private TorchTensor distribution(Sample sample) {
    return Autograd.untracked(
        () -> {
          try (Pass pass = new Pass(sample)) {
            return decoder.distribution(pass.layers(pass.embeddings()), pass.rows.wanted);
          }
        });
  }

  /** A loss of what stands behind the last layer: the weighted sum, and each token's nats. */
  private interface Loss {
    List<TorchTensor> of(SampleRows rows, TorchTensor x);
  }

  private List<TorchTensor> loss(SampleRows rows, TorchTensor x) {
    return decoder.loss(x, rows.wanted, rows.answers, rows.weights);
  }

  /** The same without gradients. */
  public float[] measure(Sample sample) {
    return Autograd.untracked(
        () -> {
          try (Pass pass = new Pass(sample)) {
            return pass.loss(this::loss, pass.layers(pass.embeddings())).get(1).toFloats();
          }
        });
  }

  private float[] learnOnce(Sample sample, Loss how) {
    try (Pass pass = new Pass(sample)) {
      List<TorchTensor> loss = pass.loss(how, pass.layers(pass.embeddings()));
      Autograd.backward(loss.get(0));
      return loss.get(1).toFloats();
    }
  }

  private float[] learnTwice(Sample sample, Loss how) {
    List<TorchTensor> inputs = new ArrayList<>();
    try (Pass pass = new Pass(sample)) {
      TorchTensor embedded = pass.embeddings();
      inputs.add(pass.own(embedded.leaf()));
      for (int layer = 0; layer < decoder.layers(); layer++) {
        int index = layer;
        TorchTensor input = inputs.getLast();
        TorchTensor output = Autograd.untracked(() -> pass.layer(input, index));
        inputs.add(pass.own(output.leaf()));
      }
      List<TorchTensor> loss = pass.loss(how, inputs.getLast());
      Autograd.backward(loss.get(0));
      for (int layer = decoder.layers() - 1; layer >= 0; layer--) {
        try (TorchTensor gradient = inputs.get(layer + 1).gradient();
            TorchTensor output =
                decoder.layer(inputs.get(layer), layer, pass.view, lora.of(layer))) {
          Autograd.backward(output, gradient);
        }
        inputs.get(layer + 1).close();
      }
      if (!sample.chunks().isEmpty()) {
        try (TorchTensor gradient = inputs.getFirst().gradient()) {
          Autograd.backward(embedded, gradient);
        }
      }
      return loss.get(1).toFloats();
    }
  }

  /** A forward pass; what it made is closed with it. */
  private final class Pass implements AutoCloseable {
    private final List<TorchTensor> made = new ArrayList<>();
    private final SampleRows rows;
    private final TorchTensor soft;
    final View view;

    Pass(Sample sample) {
      soft =
          sample.chunks().isEmpty()
              ? own(TorchTensor.of(new float[0], 0, decoder.hiddenSize()))
              : own(adapter.adapt(own(softPrompts.of(sample.chunks(), sample.ratio()))));
      rows = new SampleRows(sample, Math.toIntExact(soft.shape()[0]));
      view = decoder.view(rows.positions, rows.segments);
    }

    TorchTensor embeddings() {
      return own(decoder.embed(rows.ids, soft, rows.softRows));
    }

    TorchTensor layer(TorchTensor x, int index) {
      return own(decoder.layer(x, index, view, lora.of(index)));
    }

    TorchTensor layers(TorchTensor x) {
      TorchTensor last = x;
      for (int layer = 0; layer < decoder.layers(); layer++) {
        last = layer(last, layer);
      }
      return last;
    }

    List<TorchTensor> loss(Loss how, TorchTensor x) {
      List<TorchTensor> loss = how.of(rows, x);
      loss.forEach(this::own);
      return loss;
    }

    TorchTensor own(TorchTensor tensor) {
      made.add(tensor);
      return tensor;
    }

    @Override
    public void close() {
      made.forEach(TorchTensor::close);
      rows.close();
      view.close();
    }
  }
}
