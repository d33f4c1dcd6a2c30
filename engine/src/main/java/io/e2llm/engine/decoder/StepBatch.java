package io.e2llm.engine.decoder;

import io.e2llm.engine.encoder.SoftPrompt;
import io.e2llm.engine.torch.ScriptArgument;
import io.e2llm.engine.torch.TorchModule;
import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The inputs of one step laid out as the network reads them, in buffers that are used again for
 * every step. Confined to the decoder's compute thread.
 */
final class StepBatch {
  private final int hiddenSize;
  private final boolean shares;
  private final DirectLongs ids = new DirectLongs();
  private final DirectLongs positions = new DirectLongs();
  private final DirectFloats soft = new DirectFloats();
  private final DirectLongs softRows = new DirectLongs();
  private final DirectLongs wanted = new DirectLongs();
  private long[] plan = {};

  /**
   * Batches of a model.
   *
   * @param shares whether what several sequences begin with is read once for all
   */
  StepBatch(int hiddenSize, boolean shares) {
    this.hiddenSize = hiddenSize;
    this.shares = shares;
  }

  /** Lays the inputs out; each sequence has room for its own. */
  void fill(List<StepInput> inputs, KvSequences sequences) {
    ids.clear();
    positions.clear();
    softRows.clear();
    wanted.clear();
    LongStream.Builder layout = LongStream.builder();
    soft.clear(softValues(inputs));
    int[] lastRows = new int[inputs.size()];
    for (SharedPieces.Group group : groups(inputs, sequences)) {
      layout.add(group.members().size());
      addTo(layout, group.common());
      for (int i = 0; i < group.members().size(); i++) {
        int place = group.members().get(i);
        add(inputs.get(place), sequences.length(inputs.get(place).sequence()));
        lastRows[place] = ids.size() - 1;
        layout.add(inputs.get(place).tokens());
        addTo(layout, group.rest().get(i));
      }
    }
    plan = layout.build().toArray();
    for (int i = 0; i < lastRows.length; i++) {
      if (inputs.get(i).wantLogits()) {
        wanted.add(lastRows[i]);
      }
    }
  }

  private List<SharedPieces.Group> groups(List<StepInput> inputs, KvSequences sequences) {
    List<List<SharedPieces.Piece>> pieces = new ArrayList<>();
    for (StepInput input : inputs) {
      pieces.add(sequences.pieces(input.sequence()));
    }
    if (shares) {
      return SharedPieces.of(pieces);
    }
    List<SharedPieces.Group> alone = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      alone.add(SharedPieces.Group.alone(i, pieces.get(i)));
    }
    return alone;
  }

  private static void addTo(LongStream.Builder layout, List<SharedPieces.Piece> pieces) {
    layout.add(pieces.size());
    for (SharedPieces.Piece piece : pieces) {
      layout.add(piece.segment()).add(piece.begin()).add(piece.length());
    }
  }

  private void add(StepInput input, int past) {
    input.pieces().forEach(this::add);
    for (int i = 0; i < input.tokens(); i++) {
      positions.add(past + i);
    }
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
          ScriptArgument.ofInts(plan),
          ScriptArgument.of(wantedTensor));
    }
  }

  /** The embeddings {@code [rows, hidden]}, the caller's to close. */
  TorchTensor embed(TorchModule module) {
    try (TorchTensor idTensor = tensor(ids);
        TorchTensor softTensor = TorchTensor.ofFloats(soft.bytes(), softRows.size(), hiddenSize);
        TorchTensor softRowTensor = tensor(softRows)) {
      return module.tensor(
          "embed",
          ScriptArgument.of(idTensor),
          ScriptArgument.of(softTensor),
          ScriptArgument.of(softRowTensor));
    }
  }

  /** The turns of all rows, the caller's to close. */
  TorchTensor turns(TorchModule module) {
    try (TorchTensor positionTensor = tensor(positions)) {
      return module.tensor("turns", ScriptArgument.of(positionTensor));
    }
  }

  /** What {@code count} layers from {@code first} on make of {@code x}; the caller's to close. */
  TorchTensor run(TorchModule module, TorchTensor x, TorchTensor turns, int first, int count) {
    return module.tensor(
        "run",
        ScriptArgument.of(x),
        ScriptArgument.of(turns),
        ScriptArgument.ofInts(plan),
        ScriptArgument.of(first),
        ScriptArgument.of(count));
  }

  /** The logits {@code [wanted, vocabulary]}, the caller's to close. */
  TorchTensor logits(TorchModule module, TorchTensor x) {
    try (TorchTensor wantedTensor = tensor(wanted)) {
      return module.tensor("logits", ScriptArgument.of(x), ScriptArgument.of(wantedTensor));
    }
  }

  private static TorchTensor tensor(DirectLongs values) {
    return TorchTensor.ofLongs(values.bytes(), values.size());
  }
}
