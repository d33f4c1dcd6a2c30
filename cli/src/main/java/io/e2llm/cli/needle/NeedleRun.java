package io.e2llm.cli.needle;

import io.e2llm.cli.eval.Arm;
import io.e2llm.cli.eval.Asker;
import io.e2llm.cli.eval.Reply;
import io.e2llm.cli.terminal.Bar;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.cli.texts.TokenCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Asks for all needles, one after another, so that caches serve: short contexts before long ones,
 * which begin alike, and a needle at all depths before the next one, as the question decides which
 * chunks are left out of a context that the window has no room for.
 */
final class NeedleRun {
  private final Asker asker;
  private final Haystack haystack;
  private final NeedlePlan plan;
  private final Screen screen;
  private final LongSupplier nanoTime;

  NeedleRun(Asker asker, Haystack haystack, NeedlePlan plan, Screen screen, LongSupplier nanoTime) {
    this.asker = asker;
    this.haystack = haystack;
    this.plan = plan;
    this.screen = screen;
    this.nanoTime = nanoTime;
  }

  /**
   * Asks.
   *
   * @param kept told all there is whenever a length is done
   */
  List<Sought> run(List<Arm> arms, Consumer<List<Sought>> kept) throws InterruptedException {
    List<Needle> needles = Needle.of(plan.seed(), plan.seeds(), haystack.text());
    List<Sought> all = new ArrayList<>();
    for (int length : plan.lengths()) {
      for (Arm arm : arms) {
        long begun = nanoTime.getAsLong();
        List<Sought> some = seek(arm, length, needles);
        screen.note(line(arm, length, some, (nanoTime.getAsLong() - begun) / 1e9));
        all.addAll(some);
        kept.accept(List.copyOf(all));
      }
    }
    return all;
  }

  private List<Sought> seek(Arm arm, int length, List<Needle> needles) throws InterruptedException {
    List<Sought> some = new ArrayList<>();
    boolean fits = true;
    for (Needle needle : needles) {
      for (double depth : plan.depths()) {
        String name = arm.label() + " " + TokenCount.text(length);
        long found = some.stream().filter(Sought::found).count();
        screen.draw(
            Bar.line(
                screen.room(),
                name,
                some.size(),
                plan.needles(),
                found + " of " + some.size() + " found"));
        Haystack.Context context = haystack.with(needle, length, depth);
        Optional<Reply> reply =
            fits
                ? asker.answer(
                    arm, arm.context(context.text(), ""), needle.question(), plan.answerTokens())
                : Optional.empty();
        fits = reply.isPresent(); // the others are as long
        some.add(new Sought(arm, length, depth, needle, context, reply));
      }
    }
    screen.erase();
    return some;
  }

  private static String line(Arm arm, int length, List<Sought> some, double seconds) {
    String name = arm.label() + " " + TokenCount.text(length);
    if (some.stream().allMatch(sought -> sought.reply().isEmpty())) {
      return name + ": does not fit the window";
    }
    long found = some.stream().filter(Sought::found).count();
    return "%s: %d of %d found, %s".formatted(name, found, some.size(), Human.seconds(seconds));
  }
}
