package io.e2llm.cli.needle;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.eval.Arm;
import io.e2llm.cli.eval.AskedOptions;
import io.e2llm.cli.eval.AskedTiers;
import io.e2llm.cli.eval.Asker;
import io.e2llm.cli.eval.OutputOptions;
import io.e2llm.cli.eval.ReportOutput;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.ReportFile;
import io.e2llm.cli.texts.TextFile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm needle}: whether a fact deep in a long text is found. */
@Command(
    name = "needle",
    description =
        "Put facts into long texts, at all depths, and ask for them: how many are found "
            + "at which length and depth.",
    sortOptions = false,
    customSynopsis = "e2llm needle --haystack FILE [OPTIONS]",
    footer = {
      "",
      "A needle is a sentence such as: The secret number of Lisbon is 48213. It is found when the",
      "answer has the number. Lengths are in tokens of the decoder; 4k is 4000.",
      "",
      "Example:",
      "  e2llm needle --haystack essays.json --bundle my-run/best --plot needles.svg"
    })
public final class NeedleCommand implements Callable<Integer> {
  private final CommandContext context;

  @Option(
      names = "--haystack",
      paramLabel = "FILE",
      required = true,
      description =
          "The text: plain, or a .json file with a list of texts. Contexts are its "
              + "beginning; where it is too short it begins again.")
  private Path haystack = Path.of("");

  @Mixin private final NeedleOptions options = new NeedleOptions();
  @Mixin private final AskedOptions asked = new AskedOptions();

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Draw the grid of lengths and depths.")
  private @Nullable Path plot;

  @Mixin private final OutputOptions reports = new OutputOptions();
  @Mixin private final CommonOptions common = new CommonOptions();

  /** In this context. */
  public NeedleCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    NeedlePlan plan = options.plan();
    List<Arm> arms = options.arms();
    ReportOutput output = reports.open();
    if (plot != null) {
      new ReportFile(plot).check();
    }
    String text = TextFile.read(haystack);
    try (AskedTiers tiers = asked.open(context, common.catalogue(), arms)) {
      output.models(tiers.models(), context.screen());
      Haystack hay = Haystack.of(text, tiers.files().tokenizer(), plan.lengths().getLast());
      if (hay.ownTokens() < plan.lengths().getLast()) {
        context
            .screen()
            .note(
                "%s has %s tokens; longer contexts begin it again"
                    .formatted(haystack.getFileName(), Human.count(hay.ownTokens())));
      }
      NeedleRun run =
          new NeedleRun(new Asker(tiers), hay, plan, context.screen(), System::nanoTime);
      List<Sought> all =
          run.run(
              arms,
              sought -> output.keep(NeedleJson.of(tiers.models(), name(), arms, plan, sought)));
      List<NeedleGrid> grids = arms.stream().map(arm -> new NeedleGrid(arm, plan, all)).toList();
      grids.forEach(grid -> output.table(NeedleTable.of(grid), context.screen()));
      output.data(NeedleJson.of(tiers.models(), name(), arms, plan, all), context.screen());
      if (plot != null) {
        new ReportFile(plot).write(NeedlePlot.of(grids, tiers.models().line()));
      }
    }
    return 0;
  }

  private String name() {
    return String.valueOf(haystack.getFileName());
  }
}
