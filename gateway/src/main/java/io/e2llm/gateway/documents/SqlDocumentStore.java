package io.e2llm.gateway.documents;

import com.zaxxer.hikari.HikariConfig;
import io.e2llm.gateway.documents.StoredDocument.Encoding;
import io.e2llm.gateway.documents.StoredDocument.Lifetime;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Documents in a database: SQLite in a file of its own, or PostgreSQL, for several gateways. Their
 * texts stand in pieces under a version that is new with each upload, so that a long upload holds
 * nobody up and a reader notices when the document is replaced. Thread-safe.
 */
public final class SqlDocumentStore implements DocumentStore {
  private static final int CONNECTIONS = 4;
  private static final Duration UNFINISHED = Duration.ofDays(1);
  private static final String COLUMNS =
      "tenant, id, version, pieces, title, media_type, bytes, code_points, created_at, pinned,"
          + " expires_at, encoded_for, tokens, chunks";
  private static final String ON_CONFLICT =
      " on conflict (tenant, id) do update set version = excluded.version, pieces = excluded.pieces,"
          + " title = excluded.title, media_type = excluded.media_type, bytes = excluded.bytes,"
          + " code_points = excluded.code_points, created_at = excluded.created_at,"
          + " pinned = excluded.pinned, expires_at = excluded.expires_at,"
          + " encoded_for = excluded.encoded_for, tokens = excluded.tokens,"
          + " chunks = excluded.chunks";
  private static final String LIVING = "(pinned = 1 or expires_at is null or expires_at > ?)";

  private final Database database;

  private SqlDocumentStore(Database database) {
    this.database = database;
    for (String statement :
        List.of(
            "create table if not exists documents (tenant text not null, id text not null,"
                + " version text not null, pieces integer not null, title text not null,"
                + " media_type text not null, bytes bigint not null, code_points bigint not null,"
                + " created_at bigint not null, pinned integer not null, expires_at bigint,"
                + " encoded_for text, tokens bigint not null, chunks integer not null,"
                + " primary key (tenant, id))",
            "create table if not exists document_pieces (version text not null,"
                + " number integer not null, written_at bigint not null, text text not null,"
                + " primary key (version, number))",
            "create index if not exists documents_by_version on documents (version)")) {
      database.run(statement);
    }
  }

  /**
   * In a file, which is made where there is none.
   *
   * @throws DocumentStoreException when it cannot be opened
   */
  public static SqlDocumentStore file(Path file) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
    config.addDataSourceProperty("journal_mode", "WAL");
    config.addDataSourceProperty("busy_timeout", "20000");
    config.addDataSourceProperty("synchronous", "NORMAL");
    config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
    return open(config);
  }

  /**
   * In PostgreSQL.
   *
   * @param url of JDBC, {@code jdbc:postgresql://host:port/database?user=U&password=P}
   * @throws DocumentStoreException when it does not answer
   */
  public static SqlDocumentStore postgres(String url) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    return open(config);
  }

  private static SqlDocumentStore open(HikariConfig config) {
    config.setMaximumPoolSize(CONNECTIONS);
    config.setPoolName("e2llm-documents");
    Database database = Database.connect(config);
    try {
      return new SqlDocumentStore(database);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  @Override
  public Writer write(Instant now) {
    return new SqlWriter(now.getEpochSecond());
  }

  private final class SqlWriter implements Writer {
    private static final int PIECE = 1 << 17;

    private final String version = UUID.randomUUID().toString();
    private final long now;
    private final StringBuilder waiting = new StringBuilder();
    private int pieces;
    private boolean finished;

    SqlWriter(long now) {
      this.now = now;
    }

    @Override
    public void add(String text) {
      waiting.append(text);
      while (waiting.length() > PIECE) {
        flush(Character.isHighSurrogate(waiting.charAt(PIECE - 1)) ? PIECE - 1 : PIECE);
      }
    }

    private void flush(int length) {
      database.run(
          "insert into document_pieces (version, number, written_at, text) values (?, ?, ?, ?)",
          version,
          pieces,
          now,
          waiting.substring(0, length));
      pieces++;
      waiting.delete(0, length);
    }

    @Override
    public boolean finish(StoredDocument document) {
      if (!waiting.isEmpty()) {
        flush(waiting.length());
      }
      DocumentKey key = document.key();
      boolean isNew =
          database.transaction(
              connection -> {
                Database.run(
                    connection,
                    "delete from document_pieces where version in (select version from documents"
                        + " where tenant = ? and id = ?)",
                    key.tenant(),
                    key.id());
                int before =
                    Database.run(
                        connection,
                        "delete from documents where tenant = ? and id = ?",
                        key.tenant(),
                        key.id());
                int inserted =
                    Database.run(
                        connection,
                        "insert into documents ("
                            + COLUMNS
                            + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                            + ON_CONFLICT,
                        key.tenant(),
                        key.id(),
                        version,
                        pieces,
                        document.title(),
                        document.mediaType(),
                        document.bytes(),
                        document.codePoints(),
                        document.created().getEpochSecond(),
                        document.lifetime().pinned() ? 1 : 0,
                        expires(document),
                        identity(document),
                        document.encoding().map(Encoding::tokens).orElse(0L),
                        document.encoding().map(Encoding::chunks).orElse(0));
                return before == 0 && inserted == 1;
              });
      finished = true;
      return isNew;
    }

    @Override
    public void close() {
      if (!finished) {
        database.run(
            "delete from document_pieces where version = ? and not exists (select 1 from documents"
                + " where documents.version = document_pieces.version)",
            version);
      }
    }
  }

  private static @Nullable Long expires(StoredDocument document) {
    return document.lifetime().expires().map(Instant::getEpochSecond).orElse(null);
  }

  private static String identity(StoredDocument document) {
    return document.encoding().map(Encoding::identity).orElse("");
  }

  /** A document and how many pieces its text has. */
  private record Found(StoredDocument document, int pieces) {}

  private static Found found(ResultSet row) throws SQLException {
    long expires = row.getLong("expires_at");
    Optional<Instant> end =
        row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochSecond(expires));
    String identity = Optional.ofNullable(row.getString("encoded_for")).orElse("");
    Optional<Encoding> encoding =
        identity.isEmpty()
            ? Optional.empty()
            : Optional.of(new Encoding(identity, row.getLong("tokens"), row.getInt("chunks")));
    StoredDocument document =
        new StoredDocument(
            new DocumentKey(row.getString("tenant"), row.getString("id")),
            row.getString("version"),
            row.getString("title"),
            row.getString("media_type"),
            row.getLong("bytes"),
            row.getLong("code_points"),
            Instant.ofEpochSecond(row.getLong("created_at")),
            new Lifetime(row.getInt("pinned") == 1, end),
            encoding);
    return new Found(document, row.getInt("pieces"));
  }

  private Optional<Found> seek(DocumentKey key, Instant now) {
    return database
        .query(
            "select " + COLUMNS + " from documents where tenant = ? and id = ? and " + LIVING,
            SqlDocumentStore::found,
            key.tenant(),
            key.id(),
            now.getEpochSecond())
        .stream()
        .findFirst();
  }

  @Override
  public Optional<StoredDocument> find(DocumentKey key, Instant now) {
    return seek(key, now).map(Found::document);
  }

  @Override
  public Optional<Iterable<String>> text(DocumentKey key, Instant now) {
    return seek(key, now)
        .map(found -> () -> new Pieces(found.document().version(), found.pieces()));
  }

  /** A text as it is read, piece by piece. */
  private final class Pieces implements Iterator<String> {
    private final String version;
    private final int count;
    private int next;

    Pieces(String version, int count) {
      this.version = version;
      this.count = count;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public String next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return database
          .query(
              "select text from document_pieces where version = ? and number = ?",
              row -> row.getString(1),
              version,
              next++)
          .stream()
          .findFirst()
          .orElseThrow(DocumentStoreException::replaced);
    }
  }

  @Override
  public List<StoredDocument> list(String tenant, String after, int most, Instant now) {
    return database.query(
        "select "
            + COLUMNS
            + " from documents where tenant = ? and id > ? and "
            + LIVING
            + " order by id limit ?",
        row -> found(row).document(),
        tenant,
        after,
        now.getEpochSecond(),
        most);
  }

  @Override
  public boolean update(StoredDocument document) {
    int changed =
        database.run(
            "update documents set title = ?, pinned = ?, expires_at = ? where tenant = ? and id = ?"
                + " and version = ?",
            document.title(),
            document.lifetime().pinned() ? 1 : 0,
            expires(document),
            document.key().tenant(),
            document.key().id(),
            document.version());
    return changed == 1;
  }

  @Override
  public boolean encoded(StoredDocument document, Encoding encoding) {
    int changed =
        database.run(
            "update documents set encoded_for = ?, tokens = ?, chunks = ? where tenant = ? and id = ?"
                + " and version = ?",
            encoding.identity(),
            encoding.tokens(),
            encoding.chunks(),
            document.key().tenant(),
            document.key().id(),
            document.version());
    return changed == 1;
  }

  @Override
  public boolean delete(DocumentKey key) {
    return database.transaction(
        connection -> {
          Database.run(
              connection,
              "delete from document_pieces where version in (select version from documents where"
                  + " tenant = ? and id = ?)",
              key.tenant(),
              key.id());
          return Database.run(
                  connection,
                  "delete from documents where tenant = ? and id = ?",
                  key.tenant(),
                  key.id())
              == 1;
        });
  }

  @Override
  public long bytes() {
    return database
        .query("select coalesce(sum(bytes), 0) from documents", row -> row.getLong(1))
        .getFirst();
  }

  @Override
  public void sweep(Instant now) {
    database.transaction(
        connection -> {
          Database.run(
              connection,
              "delete from document_pieces where version in (select version from documents"
                  + " where pinned = 0 and expires_at <= ?)",
              now.getEpochSecond());
          return Database.run(
              connection,
              "delete from documents where pinned = 0 and expires_at <= ?",
              now.getEpochSecond());
        });
    database.run(
        "delete from document_pieces where written_at <= ? and not exists (select 1 from"
            + " documents where documents.version = document_pieces.version)",
        now.minus(UNFINISHED).getEpochSecond());
  }

  @Override
  public void close() {
    database.close();
  }
}
