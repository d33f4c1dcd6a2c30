package io.e2llm.cli.models;

import io.e2llm.cli.CommandFailure;
import io.e2llm.engine.catalogue.Catalogue;
import io.e2llm.engine.catalogue.CatalogueModel;
import java.util.List;
import java.util.stream.Collectors;

/** The models a command line names. */
final class NamedModels {
  private NamedModels() {}

  /** The models of these names, or the two defaults when there are none. */
  static List<CatalogueModel> of(Catalogue catalogue, List<String> names) {
    if (names.isEmpty()) {
      return catalogue.models().stream().filter(CatalogueModel::standard).toList();
    }
    return names.stream().map(name -> one(catalogue, name)).toList();
  }

  private static CatalogueModel one(Catalogue catalogue, String name) {
    return catalogue
        .find(name)
        .orElseThrow(
            () ->
                CommandFailure.failed(
                    "no model %s in the catalogue, which has %s"
                        .formatted(
                            name,
                            catalogue.models().stream()
                                .map(CatalogueModel::name)
                                .collect(Collectors.joining(", ")))));
  }
}
