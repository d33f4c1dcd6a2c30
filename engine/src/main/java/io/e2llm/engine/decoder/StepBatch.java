package io.e2llm.engine.decoder;

import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchTensor;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The inputs of one step laid out as the network reads them, in buffers that are used again for
 * every step. Confined to the decoder's compute thread.
 */
final class StepBatch {
  private final int hiddenSize;
  private final DirectLongs ids = new DirectLongs();
  private final DirectLongs positions = new DirectLongs();
  private final DirectFloats soft = new DirectFloats();
  private final DirectLongs softRows = new DirectLongs();
  private final DirectLongs wanted = new DirectLongs();
  private LongStream.Builder plan = LongStream.builder();

  StepBatch(int hiddenSize) {
    this.hiddenSize = hiddenSize;
  }

  /** Lays the inputs out; each sequence has room for its own. */
  void fill(List<StepInput> inputs, KvSequences sequences) {
    ids.clear();
    positions.clear();
    softRows.clear();
    wanted.clear();
    plan = LongStream.builder();
    soft.clear(softValues(inputs));
    for (StepInput input : inputs) {
      int past = sequences.length(input.sequence());
      input.pieces().forEach(this::add);
      for (int i = 0; i < input.tokens(); i++) {
        positions.add(past + i);
      }
      addToPlan(input, sequences);
      if (input.wantLogits()) {
        wanted.add(ids.size() - 1);
      }
    }
  }

  private void addToPlan(StepInput input, KvSequences sequences) {
    int handle = input.sequence();
    List<KvSpan> past = sequences.past(handle);
    plan.add(input.tokens()).add(past.size() + 1);
    for (KvSpan span : past) {
      plan.add(span.sequence()).add(span.begin()).add(span.length());
    }
    plan.add(handle).add(0).add(sequences.ownLength(handle));
  }

  private static int softValues(List<StepInput> inputs) {
    int values = 0;
    for (StepInput input : inputs) {
      for (StepInput.Piece piece : input.pieces()) {
        if (piece instanceof StepInput.Soft rows) {
          values = Math.addExact(values, rows.rows().values().length);
        }
      }
    }
    return values;
  }

  private void add(StepInput.Piece piece) {
    switch (piece) {
      case StepInput.Ids tokens -> {
        for (int id : tokens.ids()) {
          ids.add(id);
        }
      }
      case StepInput.Soft rows -> add(rows.rows());
    }
  }

  private void add(SoftPrompt rows) {
    for (int i = 0; i < rows.rows(); i++) {
      softRows.add(ids.size());
      ids.add(0);
    }
    soft.put(rows.values());
  }

  /** New tokens of all inputs. */
  int rows() {
    return ids.size();
  }

  /** How many positions want logits. */
  int wanted() {
    return wanted.size();
  }

  /** Runs the network; the logits {@code [wanted, vocabulary]} are the caller's to close. */
  TorchTensor run(TorchModule module) {
    try (TorchTensor idTensor = tensor(ids);
        TorchTensor positionTensor = tensor(positions);
        TorchTensor softTensor = TorchTensor.ofFloats(soft.bytes(), softRows.size(), hiddenSize);
        TorchTensor softRowTensor = tensor(softRows);
        TorchTensor wantedTensor = tensor(wanted)) {
      return module.tensor(
          "step",
          ScriptArgument.of(idTensor),
          ScriptArgument.of(positionTensor),
          ScriptArgument.of(softTensor),
          ScriptArgument.of(softRowTensor),
          ScriptArgument.ofInts(plan.build().toArray()),
          ScriptArgument.of(wantedTensor));
    }
  }

  private static TorchTensor tensor(DirectLongs values) {
    return TorchTensor.ofLongs(values.bytes(), values.size());
  }
}
