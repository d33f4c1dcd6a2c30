package io.e2llm.gateway.documents;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** Documents in PostgreSQL, whose JDBC URL, with user and password, is E2LLM_TEST_POSTGRES. */
final class PostgresDocumentStoreTest extends DocumentStoreContract {
  private static final String VARIABLE = "E2LLM_TEST_POSTGRES";

  @BeforeEach
  void requirePostgres() {
    Assumptions.assumeTrue(
        System.getenv(VARIABLE) != null, "no PostgreSQL: set " + VARIABLE + " to a JDBC URL");
  }

  @Override
  DocumentStore open() {
    return SqlDocumentStore.postgres(System.getenv(VARIABLE));
  }
}
