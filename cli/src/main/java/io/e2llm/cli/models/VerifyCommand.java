package io.e2llm.cli.models;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Json;
import io.e2llm.engine.catalogue.Catalogue;
import io.e2llm.engine.catalogue.CatalogueModel;
import io.e2llm.engine.catalogue.ModelStore;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm models verify}. */
@Command(
    name = "verify",
    description = "Hash the files of models again; exit status 1 when one is wrong or missing.",
    footer = {
      "",
      "Examples:",
      "  e2llm models verify                    all that are here",
      "  e2llm models verify all-minilm-l6-v2"
    })
public final class VerifyCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME",
      description = "Names that models list shows; without any, all that are here.")
  private List<String> names = List.of();

  @Option(names = "--json", description = "Print JSON: for each model, what is wrong with it.")
  private boolean json;

  /** In this context. */
  public VerifyCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    ModelStore store = context.store();
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (CatalogueModel model : chosen(store)) {
      List<String> problems = store.verify(model);
      all.put(model.name(), problems);
      if (!json) {
        context
            .screen()
            .line(model.name() + ": " + (problems.isEmpty() ? "ok" : String.join(", ", problems)));
      }
    }
    if (json) {
      context.screen().line(Json.of(all));
    } else if (all.isEmpty()) {
      context.screen().line("no model is here");
    }
    return all.values().stream().allMatch(List::isEmpty) ? 0 : 1;
  }

  private List<CatalogueModel> chosen(ModelStore store) {
    Catalogue catalogue = context.catalogue(common.catalogue());
    return names.isEmpty()
        ? catalogue.models().stream().filter(m -> Files.isDirectory(store.folder(m))).toList()
        : NamedModels.of(catalogue, names);
  }
}
