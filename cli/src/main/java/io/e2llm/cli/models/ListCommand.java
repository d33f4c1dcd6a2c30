package io.e2llm.cli.models;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommonOptions;
import io.e2llm.cli.terminal.Human;
import io.e2llm.cli.terminal.Json;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.engine.catalogue.CatalogueModel;
import io.e2llm.engine.catalogue.ModelStore;
import io.e2llm.engine.catalogue.Source;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code e2llm models list}. */
@Command(
    name = "list",
    description = "List the known models and whether they are here.",
    footer = {"", "Examples:", "  e2llm models list", "  e2llm models list --json"})
public final class ListCommand implements Runnable {
  private final CommandContext context;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /** In this context. */
  public ListCommand(CommandContext context) {
    this.context = context;
  }

  @Override
  public void run() {
    List<CatalogueModel> models = context.catalogue(common.catalogue()).models();
    ModelStore store = context.store();
    Screen screen = context.screen();
    if (json) {
      screen.line(Json.of(models.stream().map(model -> entry(model, store)).toList()));
      return;
    }
    String row = "%-24s %-8s %-9s %8s %7s  %s";
    screen.line(row.formatted("NAME", "KIND", "SIZE", "WINDOW", "WIDTH", "HERE").stripTrailing());
    for (CatalogueModel model : models) {
      screen.line(
          row.formatted(
                  model.name(),
                  model.kind().word(),
                  Human.bytes(model.bytes()),
                  Human.count(model.window()),
                  Human.count(model.width()),
                  (store.installed(model).isPresent() ? "yes" : "no")
                      + (model.standard() ? ", default" : ""))
              .stripTrailing());
    }
  }

  private static Map<String, Object> entry(CatalogueModel model, ModelStore store) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("name", model.name());
    entry.put("kind", model.kind().word());
    entry.put("default", model.standard());
    entry.put("licence", model.licence());
    entry.put("window", model.window());
    entry.put("width", model.width());
    entry.put("bytes", model.bytes());
    entry.put("installed", store.installed(model).isPresent());
    entry.put("path", model.loadPath(store.folder(model)).toString());
    entry.put("sources", model.sources().stream().map(Source::text).toList());
    return entry;
  }
}
