package io.e2llm.engine.tokenizer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.e2llm.engine.ModelException;
import io.e2llm.engine.weights.GgufMetadata;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SentencePiece's BPE with byte fallback, as Llama 2 and Mistral use it. The file has scores and no
 * merges: every way to put a piece together from two others is a merge, best score first.
 */
final class SentencePieceModel {
  private static final int LONGEST_PIECE = 256;

  private record Merge(int left, int right, double score) {}

  private SentencePieceModel() {}

  /** Writes all of {@code tokenizer.json} but added tokens and post-processor. */
  static void describe(ObjectNode json, GgufMetadata metadata, List<String> tokens) {
    double[] scores =
        metadata
            .numbers("tokenizer.ggml.scores")
            .orElseThrow(
                () -> new ModelException(metadata.file() + ": tokenizer.ggml.scores is missing"));
    if (scores.length != tokens.size()) {
      throw new ModelException(
          "%s: tokenizer.ggml.scores: %d entries for %d tokens"
              .formatted(metadata.file(), scores.length, tokens.size()));
    }
    int unknown = metadata.require("tokenizer.ggml.unknown_token_id", 0, tokens.size() - 1);
    boolean prefix = metadata.flag("tokenizer.ggml.add_space_prefix", true);
    ArrayNode normalizers =
        json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
    if (prefix) {
      normalizers.addObject().put("type", "Prepend").put("prepend", "▁");
    }
    replace(normalizers, " ", "▁");
    json.putNull("pre_tokenizer");
    ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
    replace(decoders, "▁", " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefix) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model =
        json.putObject("model")
            .put("type", "BPE")
            .putNull("dropout")
            .put("unk_token", tokens.get(unknown))
            .putNull("continuing_subword_prefix")
            .putNull("end_of_word_suffix")
            .put("fuse_unk", true)
            .put("byte_fallback", true)
            .put("ignore_merges", false);
    model.set("vocab", GgufTokenizer.vocabulary(tokens, metadata));
    ArrayNode merges = model.putArray("merges");
    for (Merge merge : merges(tokens, scores)) {
      merges.addArray().add(tokens.get(merge.left())).add(tokens.get(merge.right()));
    }
  }

  private static void replace(ArrayNode steps, String what, String by) {
    ObjectNode step = steps.addObject().put("type", "Replace");
    step.putObject("pattern").put("String", what);
    step.put("content", by);
  }

  /** All merges, best score first; among equals in the order of the pieces, then of their parts. */
  private static List<Merge> merges(List<String> tokens, double[] scores) {
    Map<String, Integer> ids = new HashMap<>();
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    List<Merge> merges = new ArrayList<>();
    for (int id = 0; id < tokens.size(); id++) {
      String piece = tokens.get(id);
      if (piece.length() > LONGEST_PIECE) {
        continue;
      }
      List<Merge> ways = new ArrayList<>();
      for (int cut = 1; cut < piece.length(); cut++) {
        Integer left = ids.get(piece.substring(0, cut));
        Integer right = ids.get(piece.substring(cut));
        if (left != null && right != null) {
          ways.add(new Merge(left, right, scores[id]));
        }
      }
      ways.sort(Comparator.comparingInt(Merge::left).thenComparingInt(Merge::right));
      merges.addAll(ways);
    }
    merges.sort(Comparator.comparingDouble(Merge::score).reversed());
    return merges;
  }
}
