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

/** Asks all questions of a set in all ways, one after another. */
final class EvalRun {
  private final Asker asker;
  private final Prompts prompts;
  private final List<Arm> arms;
  private final int mostQuestions;

  /**
   * A run.
   *
   * @param prompts give the right answers' ids
   * @param mostQuestions asked about one document
   */
  EvalRun(Asker asker, Prompts prompts, List<Arm> arms, int mostQuestions) {
    this.asker = asker;
    this.prompts = prompts;
    this.arms = List.copyOf(arms);
    this.mostQuestions = mostQuestions;
  }

  /** Asks a set's questions; documents without any are left out. */
  SetResult run(String name, List<Document> set, Screen screen) throws InterruptedException {
    List<Document> documents = set.stream().filter(d -> !d.questions().isEmpty()).toList();
    List<List<SetResult.Asked>> results = new ArrayList<>();
    for (int i = 0; i < documents.size(); i++) {
      screen.draw(Bar.line(screen.room(), name, i, documents.size(), i + " documents"));
      results.add(ask(documents.get(i), documents.get((i + 1) % documents.size())));
    }
    screen.erase();
    return new SetResult(name, results);
  }

  private List<SetResult.Asked> ask(Document document, Document other) throws InterruptedException {
    List<Question> questions =
        document.questions().subList(0, Math.min(mostQuestions, document.questions().size()));
    List<Map<Arm, Scored>> scored = new ArrayList<>();
    questions.forEach(question -> scored.add(new EnumMap<>(Arm.class)));
    for (Arm arm : arms) { // one arm after another: a context is read once for all its questions
      String context =
          switch (arm.source()) {
            case NONE -> "";
            case OWN -> document.context();
            case OTHER -> other.context();
          };
      for (int i = 0; i < questions.size(); i++) {
        Question question = questions.get(i);
        int[] right = prompts.answer(question.answer()).values();
        Map<Arm, Scored> into = scored.get(i);
        asker.ask(arm, context, question.prompt(), right).ifPresent(score -> into.put(arm, score));
      }
    }
    List<SetResult.Asked> asked = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      asked.add(new SetResult.Asked(questions.get(i), scored.get(i)));
    }
    return asked;
  }
}
