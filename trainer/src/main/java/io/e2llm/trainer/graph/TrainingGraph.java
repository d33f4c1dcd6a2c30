package io.e2llm.trainer.graph;

import io.e2llm.engine.decoder.GraphAdapter;
import io.e2llm.engine.decoder.GraphDecoder;
import io.e2llm.engine.decoder.GraphDecoder.View;
import io.e2llm.engine.encoder.GraphSoftPrompts;
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
  private final List<List<TorchTensor>> lora;
  private final boolean recompute;

  /**
   * A graph over parts that stay the caller's.
   *
   * @param lora for each layer what {@link GraphDecoder#layer} takes
   * @param recompute whether layers are run twice to save memory
   */
  public TrainingGraph(
      GraphSoftPrompts softPrompts,
      GraphAdapter adapter,
      GraphDecoder decoder,
      List<List<TorchTensor>> lora,
      boolean recompute) {
    this.softPrompts = softPrompts;
    this.adapter = adapter;
    this.decoder = decoder;
    this.lora = List.copyOf(lora);
    this.recompute = recompute;
  }

  /**
   * Negative log-likelihoods of all answers' tokens, in nats, in the order of the targets; adds the
   * gradient of their weighted sum to the parameters.
   */
  public float[] learn(Sample sample) {
    return recompute ? learnTwice(sample) : learnOnce(sample);
  }

  /** The same without gradients. */
  public float[] measure(Sample sample) {
    return Autograd.untracked(
        () -> {
          try (Pass pass = new Pass(sample)) {
            return pass.loss(pass.layers(pass.embeddings())).get(1).toFloats();
          }
        });
  }

  private float[] learnOnce(Sample sample) {
    try (Pass pass = new Pass(sample)) {
      List<TorchTensor> loss = pass.loss(pass.layers(pass.embeddings()));
      Autograd.backward(loss.get(0));
      return loss.get(1).toFloats();
    }
  }

  private float[] learnTwice(Sample sample) {
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
      List<TorchTensor> loss = pass.loss(inputs.getLast());
      Autograd.backward(loss.get(0));
      for (int layer = decoder.layers() - 1; layer >= 0; layer--) {
        try (TorchTensor gradient = inputs.get(layer + 1).gradient();
            TorchTensor output =
                decoder.layer(inputs.get(layer), layer, pass.view, lora.get(layer))) {
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
      return own(decoder.layer(x, index, view, lora.get(index)));
    }

    TorchTensor layers(TorchTensor x) {
      TorchTensor last = x;
      for (int layer = 0; layer < decoder.layers(); layer++) {
        last = layer(last, layer);
      }
      return last;
    }

    List<TorchTensor> loss(TorchTensor x) {
      List<TorchTensor> loss = decoder.loss(x, rows.wanted, rows.answers, rows.weights);
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
