package io.e2llm.cli.needle;

import io.e2llm.cli.eval.Arm;
import io.e2llm.cli.eval.MeasuredModels;
import io.e2llm.cli.eval.Reply;
import io.e2llm.gateway.v1.Usage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The results as data. The names stay; a needle without answer did not fit the window. */
final class NeedleJson {
  static final String FORMAT = "e2llm-needle/1";

  private NeedleJson() {}

  /** Maps, lists, strings and numbers. */
  static Map<String, Object> of(
      MeasuredModels models,
      String haystack,
      List<Arm> arms,
      NeedlePlan plan,
      List<Sought> sought) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("format", FORMAT);
    object.put("models", models.json());
    object.put("haystack", haystack);
    object.put("lengths", plan.lengths());
    object.put("depths", plan.depths());
    object.put("seeds", plan.seeds());
    object.put("seed", plan.seed());
    object.put("answer_tokens", plan.answerTokens());
    List<Object> shares = new ArrayList<>();
    for (Arm arm : arms) {
      NeedleGrid grid = new NeedleGrid(arm, plan, sought);
      for (int length : plan.lengths()) {
        shares.add(share(grid, length));
      }
    }
    object.put("found", shares);
    object.put("needles", sought.stream().map(NeedleJson::needle).toList());
    return object;
  }

  private static Map<String, Object> share(NeedleGrid grid, int length) {
    NeedleGrid.Cell all = grid.all(length);
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("mode", grid.arm().label());
    object.put("length", length);
    object.put("asked", all.asked());
    object.put("found", all.found());
    return object;
  }

  private static Map<String, Object> needle(Sought sought) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("mode", sought.arm().label());
    object.put("length", sought.length());
    object.put("context_tokens", sought.context().tokens());
    object.put("depth", rounded(sought.depth()));
    object.put("placed", rounded(sought.context().depth()));
    object.put("seed", sought.needle().seed());
    object.put("needle", sought.needle().sentence());
    object.put("value", sought.needle().value());
    sought.reply().ifPresent(reply -> reply(object, sought, reply));
    return object;
  }

  private static void reply(Map<String, Object> object, Sought sought, Reply reply) {
    Usage usage = reply.end().getUsage();
    object.put("answer", reply.text());
    object.put("found", sought.found());
    object.put("ratio", usage.getRatio());
    object.put("soft_tokens", usage.getSoftTokens());
    object.put("dropped_chunks", usage.getDroppedChunks());
    object.put("prompt_tokens", usage.getPromptTokens());
    object.put("chunks", usage.getChunks());
    object.put("cached_chunks", usage.getCachedChunks());
    object.put("first_token_ms", rounded(reply.firstTokenMillis()));
    object.put("total_ms", rounded(reply.totalMillis()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }
}
