package io.e2llm.trainer.objective;

import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.tokenizer.Encoding;
import io.e2llm.engine.tokenizer.Tokenizer;
import java.nio.FloatBuffer;

/**
 * What the decoder's embeddings say of each of the encoder's tokens: the mean over the decoder's
 * tokens that stand on the same characters. Thread-safe.
 */
public final class Vocabularies {
  private static final String EMBEDDINGS = "model.embed_tokens.weight";

  private final Tokenizer encoder;
  private final Tokenizer decoder;
  private final FloatBuffer embeddings;
  private final int width;

  /** Of two models; their tokenizers must stay open. */
  public Vocabularies(ModelFiles encoder, ModelFiles decoder) {
    this.encoder = encoder.tokenizer();
    this.decoder = decoder.tokenizer();
    this.embeddings = decoder.weights().readFp32(EMBEDDINGS).asFloatBuffer();
    this.width = width(decoder);
  }

  private static int width(ModelFiles decoder) {
    var info = decoder.weights().tensors().get(EMBEDDINGS);
    if (info == null) {
      throw new IllegalArgumentException(decoder.name() + " has no " + EMBEDDINGS);
    }
    return Math.toIntExact(info.shape().getLast());
  }

  /** Width of an embedding. */
  public int width() {
    return width;
  }

  /** For the tokens of a text, row-major, {@code [tokens, width]}. */
  public float[] of(String text) {
    Encoding ours = encoder.encodeText(text);
    Encoding theirs = decoder.encodeText(text);
    float[] means = new float[ours.size() * width];
    int first = 0;
    for (int i = 0; i < ours.size(); i++) {
      while (first < theirs.size() && theirs.ends()[first] <= ours.begins()[i]) {
        first++;
      }
      int count = 0;
      for (int j = first; j < theirs.size() && theirs.begins()[j] < ours.ends()[i]; j++) {
        add(theirs.ids()[j], means, i * width);
        count++;
      }
      if (count > 1) {
        int many = count;
        for (int k = i * width; k < (i + 1) * width; k++) {
          means[k] /= many;
        }
      }
    }
    return means;
  }

  private void add(int id, float[] sums, int at) {
    for (int k = 0; k < width; k++) {
      sums[at + k] += embeddings.get(id * width + k);
    }
  }
}
