package io.e2llm.cli;

import io.e2llm.cli.models.FetchScreen;
import io.e2llm.cli.terminal.Screen;
import io.e2llm.engine.catalogue.Catalogue;
import io.e2llm.engine.catalogue.ModelChoice;
import io.e2llm.engine.catalogue.ModelStore;
import io.e2llm.engine.catalogue.StoreSettings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a command has of the process it runs in. Nothing else reads the environment.
 *
 * @param screen where it writes
 * @param input standard input
 * @param environment the process's environment
 * @param system the system property {@code os.name}
 * @param home the user's home folder
 */
public record CommandContext(
    Screen screen, InputStream input, Map<String, String> environment, String system, Path home) {
  /** Copies the environment. */
  public CommandContext {
    environment = Map.copyOf(environment);
  }

  /** The models on this machine; fetching them is shown on the screen. */
  public ModelStore store() {
    return new ModelStore(StoreSettings.of(environment, system, home), new FetchScreen(screen));
  }

  /** The known models, with those of a user's own file, which {@code E2LLM_CATALOGUE} may name. */
  public Catalogue catalogue(Optional<Path> own) {
    Optional<Path> file =
        own.or(
            () ->
                Optional.ofNullable(environment.get("E2LLM_CATALOGUE"))
                    .filter(value -> !value.isBlank())
                    .map(Path::of));
    return file.map(Catalogue.builtIn()::with).orElseGet(Catalogue::builtIn);
  }

  /** Turns names and paths of models into files, fetching what is not here. */
  public ModelChoice choice(Optional<Path> ownCatalogue) {
    return new ModelChoice(catalogue(ownCatalogue), store());
  }

  /** Whether a person types the input; the launcher tells. */
  public boolean inputIsTerminal() {
    return "1".equals(environment.get("E2LLM_TTY_IN"));
  }

  /** The adapter bundle that comes with the program; the launcher tells where it stands. */
  public Optional<Path> standardBundle() {
    return Optional.ofNullable(environment.get("E2LLM_STANDARD_BUNDLE"))
        .filter(value -> !value.isBlank())
        .map(Path::of)
        .filter(Files::isDirectory);
  }

  /** The folder in which weights are kept as they are packed, beside the models. */
  public Path preparedWeights() {
    return root().resolve("prepared");
  }

  /** The folder of all that this program keeps. */
  public Path root() {
    return StoreSettings.of(environment, system, home).root();
  }
}
