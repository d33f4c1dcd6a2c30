package io.e2llm.cli.models;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Json;
import io.e2llm.engine.catalogue.CatalogueModel;
import io.e2llm.engine.catalogue.ModelStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code e2llm models pull}. */
@Command(
    name = "pull",
    description = "Fetch models that are not here yet.",
    footer = {
      "",
      "Examples:",
      "  e2llm models pull                      the two defaults",
      "  e2llm models pull smollm2-135m-instruct"
    })
public final class PullCommand implements Callable<Integer> {
  private final CommandContext context;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME",
      description = "Names that models list shows; without any, the two defaults.")
  private List<String> names = List.of();

  @Option(names = "--json", description = "Print the paths as JSON.")
  private boolean json;

  /** In this context. */
  public PullCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    ModelStore store = context.store();
    Map<String, String> paths = new LinkedHashMap<>();
    for (CatalogueModel model : NamedModels.of(context.catalogue(common.catalogue()), names)) {
      Path path = store.ensure(model);
      paths.put(model.name(), path.toString());
      if (!json) {
        context.screen().line(model.name() + "  " + path);
      }
    }
    if (json) {
      context.screen().line(Json.of(paths));
    }
    return 0;
  }
}
