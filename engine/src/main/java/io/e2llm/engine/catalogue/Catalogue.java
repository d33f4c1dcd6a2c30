package io.e2llm.engine.catalogue;

import io.e2llm.engine.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models known by name. Immutable.
 *
 * @param models in the order of the file
 */
public record Catalogue(List<CatalogueModel> models) {
  /** Copies the models. */
  public Catalogue {
    models = List.copyOf(models);
  }

  /** The catalogue that comes with the program. */
  public static Catalogue builtIn() {
    try (InputStream in = Catalogue.class.getResourceAsStream("models.json")) {
      if (in == null) {
        throw new ModelException("catalogue: models.json is missing from the program");
      }
      return CatalogueReader.read(in.readAllBytes(), "models.json");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * This catalogue with a user's own added; the user's entry wins where names are equal, and where
   * it is the default of its kind.
   *
   * @throws ModelException when the file is missing or malformed
   */
  public Catalogue with(Path file) {
    Catalogue own;
    try {
      own = CatalogueReader.read(Files.readAllBytes(file), file.toString());
    } catch (NoSuchFileException e) {
      throw new ModelException("catalogue " + file + ": no such file", e);
    } catch (IOException e) {
      throw new ModelException("catalogue " + file + ": " + e.getMessage(), e);
    }
    Map<String, CatalogueModel> all = new LinkedHashMap<>();
    own.models.forEach(model -> all.put(model.name(), model));
    models.forEach(model -> all.putIfAbsent(model.name(), model));
    return new Catalogue(List.copyOf(all.values()));
  }

  /** The model of this name. */
  public Optional<CatalogueModel> find(String name) {
    return models.stream().filter(model -> model.name().equals(name)).findFirst();
  }

  /**
   * The default of a kind: the first that says so.
   *
   * @throws ModelException when none does
   */
  public CatalogueModel standard(ModelKind kind) {
    return models.stream()
        .filter(model -> model.kind() == kind && model.standard())
        .findFirst()
        .orElseThrow(() -> new ModelException("catalogue: no default " + kind.word()));
  }
}
