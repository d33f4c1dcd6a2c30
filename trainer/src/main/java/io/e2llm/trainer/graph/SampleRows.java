package io.e2llm.trainer.graph;

import io.e2llm.engine.torch.TorchTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sample laid out in rows: head, soft tokens, then each target's prompt and answer, all of which
 * begin at the position behind the context. Tensors are closed with it.
 */
final class SampleRows implements AutoCloseable {
  private final List<TorchTensor> tensors = new ArrayList<>();
  final TorchTensor ids;
  final TorchTensor positions;
  final TorchTensor segments;
  final TorchTensor softRows;
  final TorchTensor wanted;
  final TorchTensor answers;
  final TorchTensor weights;

  /** Lays out a sample whose context has so many soft tokens. */
  SampleRows(Sample sample, int softTokens) {
    int head = sample.head().size();
    int context = head + softTokens;
    int rows = sample.rows(softTokens);
    int answerTokens = sample.targets().stream().mapToInt(t -> t.answer().size()).sum();
    int[] allIds = Arrays.copyOf(sample.head().values(), rows);
    int[] position = new int[rows];
    int[] segment = new int[rows];
    int[] wantedRows = new int[answerTokens];
    int[] answerIds = new int[answerTokens];
    float[] weight = new float[answerTokens];
    for (int i = 0; i < context; i++) {
      position[i] = i;
    }
    int row = context;
    int answered = 0;
    for (int t = 0; t < sample.targets().size(); t++) {
      Sample.Target target = sample.targets().get(t);
      int[] prompt = target.prompt().values();
      int[] answer = target.answer().values();
      int length = target.rows();
      System.arraycopy(prompt, 0, allIds, row, prompt.length);
      System.arraycopy(answer, 0, allIds, row + prompt.length, answer.length - 1);
      for (int i = 0; i < length; i++) {
        position[row + i] = context + i;
        segment[row + i] = t + 1;
      }
      for (int i = 0; i < answer.length; i++) {
        wantedRows[answered] = row + prompt.length - 1 + i;
        answerIds[answered] = answer[i];
        weight[answered++] = target.weight();
      }
      row += length;
    }
    int[] soft = new int[softTokens];
    Arrays.setAll(soft, i -> head + i);
    ids = own(TorchTensor.vector(allIds));
    positions = own(TorchTensor.vector(position));
    segments = own(TorchTensor.vector(segment));
    softRows = own(TorchTensor.vector(soft));
    wanted = own(TorchTensor.vector(wantedRows));
    answers = own(TorchTensor.vector(answerIds));
    weights = own(TorchTensor.of(weight, weight.length));
  }

  private TorchTensor own(TorchTensor tensor) {
    tensors.add(tensor);
    return tensor;
  }

  @Override
  public void close() {
    tensors.forEach(TorchTensor::close);
  }
}
