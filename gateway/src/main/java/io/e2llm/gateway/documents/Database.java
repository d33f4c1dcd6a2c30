package io.e2llm.gateway.documents;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A database with its pool of connections, and statements of one line each. Thread-safe. */
final class Database implements AutoCloseable {
  private final HikariDataSource source;

  private Database(HikariDataSource source) {
    this.source = source;
  }

  /**
   * Connects.
   *
   * @throws DocumentStoreException when it does not answer
   */
  static Database connect(HikariConfig config) {
    try {
      return new Database(new HikariDataSource(config));
    } catch (RuntimeException e) {
      throw DocumentStoreException.failed(e);
    }
  }

  /** What a statement finds in a row. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What is done in one transaction. */
  interface Work<T> {
    T run(Connection connection) throws SQLException;
  }

  /** All rows of a query. */
  <T> List<T> query(String sql, Row<T> row, @Nullable Object... values) {
    return within(
        connection -> {
          try (PreparedStatement statement = prepare(connection, sql, values);
              ResultSet found = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (found.next()) {
              rows.add(row.read(found));
            }
            return rows;
          }
        });
  }

  /** Runs a statement; returns how many rows it changed. */
  @CanIgnoreReturnValue
  int run(String sql, @Nullable Object... values) {
    return within(connection -> run(connection, sql, values));
  }

  /** The same within a transaction. */
  @CanIgnoreReturnValue
  static int run(Connection connection, String sql, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement = prepare(connection, sql, values)) {
      return statement.executeUpdate();
    }
  }

  /** Does something in one transaction. */
  @CanIgnoreReturnValue
  <T> T transaction(Work<T> work) {
    return within(
        connection -> {
          connection.setAutoCommit(false);
          try {
            T result = work.run(connection);
            connection.commit();
            return result;
          } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
          } finally {
            connection.setAutoCommit(true);
          }
        });
  }

  private <T> T within(Work<T> work) {
    try (Connection connection = source.getConnection()) {
      return work.run(connection);
    } catch (SQLException e) {
      throw DocumentStoreException.failed(e);
    }
  }

  private static PreparedStatement prepare(
      Connection connection, String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      for (int i = 0; i < values.length; i++) {
        set(statement, i + 1, values[i]);
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private static void set(PreparedStatement statement, int at, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setNull(at, Types.BIGINT);
      case String text -> statement.setString(at, text);
      case Integer number -> statement.setInt(at, number);
      case Long number -> statement.setLong(at, number);
      default -> throw new IllegalArgumentException("a value of " + value.getClass());
    }
  }

  @Override
  public void close() {
    source.close();
  }
}
