package io.e2llm.cli.eval;

import io.e2llm.cli.terminal.Bar;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.trainer.data.Document;
import io.e2llm.trainer.data.Document.Question;
import io.e2llm.trainer.objective.Prompts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks all questions of a set in all ways, one after another. */
final class EvalRun {
  private final Asker asker;
  private final Prompts prompts;
  private final List<Arm> arms;
  private final Limits limits;

  /**
   * How much is asked.
   *
   * @param documents most of a set
   * @param questions most about one document
   * @param answerTokens most of an answer; 0 asks for none
   */
  record Limits(int documents, int questions, int answerTokens) {}

  /**
   * A run.
   *
   * @param prompts give the right answers' ids
   */
  EvalRun(Asker asker, Prompts prompts, List<Arm> arms, Limits limits) {
    this.asker = asker;
    this.prompts = prompts;
    this.arms = List.copyOf(arms);
    this.limits = limits;
  }

  /**
   * Asks a set's questions; documents without any are left out. Where it has one document only,
   * there is no other one to bring.
   */
  SetResult run(String name, List<Document> set, Screen screen) throws InterruptedException {
    List<Document> all = set.stream().filter(document -> !document.questions().isEmpty()).toList();
    List<Arm> asked =
        all.size() > 1 ? arms : arms.stream().filter(arm -> !arm.bringsAnother()).toList();
    int count = Math.min(all.size(), limits.documents());
    List<List<SetResult.Asked>> results = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      screen.draw(Bar.line(screen.room(), name, i, count, i + " of " + count + " documents"));
      results.add(ask(asked, all.get(i), all.get((i + 1) % all.size())));
    }
    screen.erase();
    return new SetResult(name, asked, results);
  }

  private List<SetResult.Asked> ask(List<Arm> asking, Document document, Document other)
      throws InterruptedException {
    List<Question> questions =
        document.questions().subList(0, Math.min(limits.questions(), document.questions().size()));
    List<Map<Arm, Scored>> scored = new ArrayList<>();
    questions.forEach(question -> scored.add(new EnumMap<>(Arm.class)));
    for (Arm arm : asking) { // one arm after another: a context is read once for all its questions
      String context = arm.context(document.context(), other.context());
      for (int i = 0; i < questions.size(); i++) {
        ask(arm, context, questions.get(i), scored.get(i));
      }
    }
    List<SetResult.Asked> asked = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      asked.add(new SetResult.Asked(questions.get(i), scored.get(i)));
    }
    return asked;
  }

  private void ask(Arm arm, String context, Question question, Map<Arm, Scored> into)
      throws InterruptedException {
    int[] right = prompts.answer(question.answer()).values();
    Optional<Reply> forced = asker.force(arm, context, question.prompt(), right);
    if (forced.isEmpty()) {
      return;
    }
    Optional<Reply> free = Optional.empty();
    if (limits.answerTokens() > 0) {
      free = asker.answer(arm, context, question.prompt(), limits.answerTokens());
      if (free.isEmpty()) {
        return; // the answer may be longer than the right one
      }
    }
    into.put(arm, Scored.of(question, forced.get(), right.length, free));
  }
}
