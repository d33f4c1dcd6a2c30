package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns what a user names into what a loader takes: a name of the catalogue, or a path of the
 * user's own folder or GGUF file.
 *
 * @param catalogue the known models
 * @param store where they are kept
 */
public record ModelChoice(Catalogue catalogue, ModelStore store) {
  /**
   * The path of a model, which is fetched if the catalogue has it and the machine has not.
   *
   * @param named a name or a path; empty for the kind's default
   * @throws ModelException when there is no such model, or it cannot be had
   */
  public Path path(ModelKind kind, Optional<String> named) throws InterruptedException {
    if (named.isEmpty()) {
      return store.ensure(catalogue.standard(kind));
    }
    String name = named.get();
    Optional<CatalogueModel> known = catalogue.find(name);
    if (known.isPresent()) {
      if (known.get().kind() != kind) {
        throw new ModelException("model %s is no %s".formatted(name, kind.word()));
      }
      return store.ensure(known.get());
    }
    Path path = Path.of(name);
    if (Files.exists(path)) {
      return path;
    }
    throw new ModelException(
        "no model %s: neither a file or folder nor one of %s"
            .formatted(
                name,
                catalogue.models().stream()
                    .filter(model -> model.kind() == kind)
                    .map(CatalogueModel::name)
                    .collect(Collectors.joining(", "))));
  }
}
