package io.e2llm.gateway.documents;

import io.e2llm.common.config.ConfigInput;
import io.e2llm.common.config.ConfigLoader;
import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Secret;
import io.e2llm.common.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What an operator may set of the documents a gateway keeps.
 *
 * @param enabled whether it keeps any
 * @param file where they are, unless there is a database
 * @param postgres JDBC URL of a PostgreSQL that several gateways share
 * @param mostBytes of all documents together
 * @param lifetime how long one stays whose client names no time
 */
public record DocumentSettings(
    @Setting(value = "true", doc = "Keep documents.") boolean enabled,
    @Setting(doc = "File they are kept in; none is `documents.db` in the home of e2llm.")
        Optional<Path> file,
    @Setting(
            doc =
                "PostgreSQL they are kept in instead, for several gateways:"
                    + " `jdbc:postgresql://HOST/DATABASE?user=U&password=P`.")
        Optional<Secret> postgres,
    @Setting(value = "4GiB", doc = "Most bytes of all documents together.") DataSize mostBytes,
    @Setting(value = "720h", doc = "How long a document stays whose client names no time.")
        Duration lifetime) {
  /** Checks the range. */
  public DocumentSettings {
    if (!lifetime.isPositive()) {
      throw new IllegalArgumentException("lifetime is not positive");
    }
  }

  /** The defaults. */
  public static DocumentSettings defaults() {
    return ConfigLoader.load(DocumentSettings.class, ConfigInput.none());
  }

  /**
   * Opens the store; empty where documents are not kept.
   *
   * @param home folder of the file, if none is set
   * @throws DocumentStoreException when it cannot be opened
   * @throws IOException when the folder cannot be made
   */
  public Optional<DocumentStore> open(Path home) throws IOException {
    if (!enabled) {
      return Optional.empty();
    }
    if (postgres.isPresent()) {
      return Optional.of(SqlDocumentStore.postgres(postgres.get().value()));
    }
    Path path = file.orElse(home.resolve("documents.db")).toAbsolutePath();
    Files.createDirectories(path.getParent());
    return Optional.of(SqlDocumentStore.file(path));
  }
}
