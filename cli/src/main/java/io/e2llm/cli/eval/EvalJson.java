package io.e2llm.cli.eval;

import io.e2llm.trainer.evaluation.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The results as data. The names stay; what an arm does not have is left out. */
final class EvalJson {
  static final String FORMAT = "e2llm-eval/1";

  private EvalJson() {}

  /** Maps, lists, strings and numbers. */
  static Map<String, Object> of(
      MeasuredModels models, EvalRun.Limits limits, List<SetResult> sets) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("format", FORMAT);
    object.put("models", models.json());
    object.put("settings", settings(limits));
    object.put("sets", sets.stream().map(EvalJson::set).toList());
    return object;
  }

  private static Map<String, Object> settings(EvalRun.Limits limits) {
    Map<String, Object> object = new LinkedHashMap<>();
    if (limits.documents() < Integer.MAX_VALUE) {
      object.put("documents", limits.documents());
    }
    object.put("questions", limits.questions());
    object.put("answer_tokens", limits.answerTokens());
    return object;
  }

  private static Map<String, Object> set(SetResult set) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", set.name());
    object.put("documents", set.documents().size());
    object.put("questions", set.questions());
    object.put("modes", set.arms().stream().map(arm -> means(set, arm)).toList());
    object.put("differences", Difference.of(set).stream().map(EvalJson::difference).toList());
    List<Object> asked = new ArrayList<>();
    for (int document = 0; document < set.documents().size(); document++) {
      for (SetResult.Asked each : set.documents().get(document)) {
        asked.add(asked(set, document, each));
      }
    }
    object.put("asked", asked);
    return object;
  }

  private static Map<String, Object> means(SetResult set, Arm arm) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("mode", arm.label());
    object.put("questions", set.scored(arm).size());
    object.put("did_not_fit", set.questions() - set.scored(arm).size());
    for (Score score : Score.values()) {
      put(object, score.key(), set.mean(arm, score));
    }
    put(object, "rouge_geometric_mean", set.rouge(arm));
    put(object, "soft_tokens", set.mean(arm, Scored::softTokens));
    put(object, "prompt_tokens", set.mean(arm, Scored::promptTokens));
    put(object, "first_token_ms", set.mean(arm, Scored::firstTokenMillis));
    return object;
  }

  private static Map<String, Object> difference(Difference difference) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("mode", difference.arm().label());
    object.put("against", difference.against().label());
    difference.intervals().forEach((score, value) -> object.put(score.key(), interval(value)));
    difference.rouge().ifPresent(value -> object.put("rouge_geometric_mean", interval(value)));
    return object;
  }

  private static Map<String, Object> interval(Interval interval) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("mean", rounded(interval.mean()));
    object.put("low", rounded(interval.low()));
    object.put("high", rounded(interval.high()));
    return object;
  }

  private static Map<String, Object> asked(SetResult set, int document, SetResult.Asked asked) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("document", document);
    object.put("prompt", asked.question().prompt());
    object.put("right", asked.question().answers());
    if (!asked.question().parts().isEmpty()) {
      object.put("parts", asked.question().parts());
    }
    Map<String, Object> modes = new LinkedHashMap<>();
    for (Arm arm : set.arms()) {
      asked.of(arm).ifPresent(scored -> modes.put(arm.label(), scored(scored)));
    }
    object.put("modes", modes);
    return object;
  }

  private static Map<String, Object> scored(Scored scored) {
    Map<String, Object> object = new LinkedHashMap<>();
    scored.scores().forEach((score, value) -> object.put(score.key(), rounded(value)));
    scored.answer().ifPresent(answer -> object.put("answer", answer));
    object.put("soft_tokens", scored.softTokens());
    object.put("prompt_tokens", scored.promptTokens());
    object.put("dropped_chunks", scored.droppedChunks());
    object.put("first_token_ms", rounded(scored.firstTokenMillis()));
    if (scored.answer().isPresent()) {
      object.put("answer_ms", rounded(scored.answerMillis()));
    }
    return object;
  }

  private static void put(Map<String, Object> object, String key, OptionalDouble value) {
    value.ifPresent(there -> object.put(key, rounded(there)));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e6) / 1e6;
  }
}
