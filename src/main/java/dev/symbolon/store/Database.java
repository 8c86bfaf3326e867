package dev.symbolon.store;

import dev.symbolon.trace.Span;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.TemplateEngine;

/// One database: an SQLite file (the embedded default) or a PostgreSQL server (many nodes). The same SQL runs on
/// both. Waiting is bounded everywhere: whoever would wait too long gets a [StoreBusyException], and nothing was
/// changed.
public abstract sealed class Database implements AutoCloseable permits SqliteDatabase, PostgresDatabase {
    /// How long a caller waits for a connection or for its turn to write.
    static final int WAIT_SECONDS = 5;

    // In the order in which they run; never edited after a release.
    static final List<String> SCRIPTS = List.of(
            "001-first.sql",
            "002-connections.sql",
            "003-mail.sql",
            "004-devices.sql",
            "005-operators.sql",
            "006-words.sql",
            "007-access.sql",
            "008-audit.sql",
            "009-branding.sql",
            "010-imports.sql",
            "011-days.sql",
            "012-permissions.sql");

    private static final String MIGRATIONS =
            "CREATE TABLE IF NOT EXISTS migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT)";

    private static final String SQLITE = "sqlite:";

    // Between a method of the store and the statement that it runs.
    private static final Set<String> OURS =
            Set.of(Database.class.getName(), Memory.class.getName(), Span.class.getName());

    private final AtomicLong lastEvent = new AtomicLong();
    private final Memory memory = new Memory();

    Database() {}

    /// Opens `sqlite:/path/symbolon.db`, or `postgresql://user:password@host:port/name`
    /// (`jdbc:postgresql:` too).
    ///
    /// @throws StoreException with a sentence that says what to do
    public static Database open(String url) {
        return file(url).<Database>map(SqliteDatabase::new).orElseGet(() -> PostgresDatabase.connect(url));
    }

    /// The file of an SQLite database; empty when the address is one of PostgreSQL.
    ///
    /// @throws StoreException when it is neither
    public static Optional<Path> file(String url) {
        if (url.startsWith(SQLITE) && url.length() > SQLITE.length()) {
            return Optional.of(Path.of(url.substring(SQLITE.length())).toAbsolutePath());
        }
        if (url.startsWith("postgresql:") || url.startsWith("postgres:") || url.startsWith("jdbc:postgresql:")) {
            return Optional.empty();
        }
        throw new StoreException(
                "The database has to be sqlite:/path/file.db or postgresql://user:password@host:port/name.", null);
    }

    /// Opens a database that was made before; nothing is made and nothing is written.
    ///
    /// @return empty when there is none at that address
    /// @throws StoreException as [#open]
    public static Optional<Database> openExisting(String url) {
        if (url.startsWith(SQLITE) && !Files.exists(Path.of(url.substring(SQLITE.length())))) {
            return Optional.empty();
        }
        var database = open(url);
        try {
            if (database.<Boolean>read(database::hasSchema)) {
                return Optional.of(database);
            }
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
        database.close();
        return Optional.empty();
    }

    /// Brings the schema up to this program. Scripts only go forward, each once, each in a transaction of its own;
    /// two nodes that start at once run each script once. A schema that is one script ahead is accepted, since a
    /// release only adds and servers one version apart share a database.
    ///
    /// @throws StoreException when the schema is further ahead than that
    public final void migrate() {
        migrate(SCRIPTS.size());
    }

    /// The same, up to a script: how an older version left a database.
    final void migrate(int scripts) {
        this.<Integer>write(handle -> {
            lockForMigration(handle);
            return handle.execute(MIGRATIONS);
        });
        for (var i = 0; i < scripts; i++) {
            var number = i + 1;
            this.<Integer>write(handle -> {
                lockForMigration(handle);
                return step(handle, number);
            });
        }
    }

    /// Makes the schema where there is none, all of it in the transaction of the handle.
    static void make(Handle handle) {
        handle.execute(MIGRATIONS);
        for (var number = 1; number <= SCRIPTS.size(); number++) {
            step(handle, number);
        }
    }

    private static int step(Handle handle, int number) {
        var newest = handle.createQuery("SELECT COALESCE(MAX(number), 0) FROM migration")
                .mapTo(Long.class)
                .one();
        if (newest > SCRIPTS.size() + 1) {
            throw new StoreException(
                    "The database is at schema " + newest + " and this program knows " + SCRIPTS.size()
                            + ": start a newer version of the program.",
                    null);
        }
        if (newest >= number) {
            return 0;
        }
        var name = SCRIPTS.get(number - 1);
        for (var statement : script(name)) {
            handle.execute(statement);
        }
        return handle.execute("INSERT INTO migration (number, name) VALUES (?, ?)", (long) number, name);
    }

    private static List<String> script(String name) {
        try (InputStream in = Database.class.getResourceAsStream("/db/" + name)) {
            if (in == null) {
                throw new StoreException("The program is incomplete: it lacks db/" + name + ".", null);
            }
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.replaceAll("(?m)^ *--.*$", "").split(";\\s*\\n"))
                    .map(String::strip)
                    .filter(statement -> !statement.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new StoreException("The program cannot read its own db/" + name + ".", e);
        }
    }

    @Override
    public abstract void close();

    private static String simple(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// What is done within one transaction. It may be run again from its start when the database
    /// asks for that.
    interface Work<T> {
        T run(Handle handle);
    }

    /// Looks at what is committed.
    final <T> T read(Work<T> work) {
        return Span.of(Span.Kind.CLIENT, Database::asked, () -> query(work));
    }

    abstract <T> T query(Work<T> work);

    /// Looks at what is committed, as [#read]; several callers may share a statement, begun after all of them came.
    ///
    /// @param question a constant: one of a few
    final <T> List<T> ask(Together.Question<T> question, Map<String, ?> values) {
        return Span.of(Span.Kind.CLIENT, Database::asked, () -> answer(question, values));
    }

    abstract <T> List<T> answer(Together.Question<T> question, Map<String, ?> values);

    // Which method of the store is at work, and never what it was given.
    private static String asked() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !OURS.contains(frame.getClassName()))
                        .findFirst()
                        .map(frame -> simple(frame.getClassName()) + "." + frame.getMethodName())
                        .orElse("database"));
    }

    /// Looks whether it can be used, without changing anything.
    ///
    /// @throws StoreException with a sentence that says why not
    public abstract void check();

    /// What time it is where the database is; empty when that is on this machine.
    public abstract Optional<Instant> now();

    /// What is worth watching, by the name of a metric: what ends in `_total` only grows, the rest is as it is
    /// now.
    public abstract Map<String, Long> vitals();

    /// One transaction; returns after it is durable, or throws and nothing of it happened. Events in it tell who
    /// asked for it ([Actor]), whichever thread carries it out.
    final <T> T write(Work<T> work) {
        var carried = Actor.carriedBy(work);
        return Span.of(Span.Kind.CLIENT, Database::asked, () -> commit(carried));
    }

    abstract <T> T commit(Work<T> work);

    /// Writes one grant or nothing, durable when this returns. Several callers may share a transaction; the
    /// statement has to be one that may be run again when nobody knows whether it was.
    ///
    /// @param change a constant: one of a few
    /// @return what is to be seen of the grant then; empty when nothing was written
    final <T> Optional<T> together(Together.Change<T> change, Together.Row row) {
        return Span.of(Span.Kind.CLIENT, Database::asked, () -> changeOne(change, row));
    }

    abstract <T> Optional<T> changeOne(Together.Change<T> change, Together.Row row);

    /// As [#write], for what [#recall] answers with.
    final <T> T change(Work<T> work) {
        try {
            return write(work);
        } finally {
            memory.forget();
        }
    }

    /// Looks at what was committed a second ago at most; whatever this node has changed is seen.
    ///
    /// @param key names the question
    final <T> Optional<T> recall(Object key, Work<Optional<T>> work) {
        return memory.recall(key, () -> read(work));
    }

    /// Whether anything was ever migrated.
    abstract boolean hasSchema(Handle handle);

    /// Makes other nodes wait while this transaction changes the schema.
    abstract void lockForMigration(Handle handle);

    /// A number for an event: never the same in this process, growing with time; 1,024 to the millisecond, so
    /// that it is exact in a JSON number until the year 2248.
    final long nextEvent(Instant at) {
        return lastEvent.updateAndGet(last -> Math.max(last + 1, at.toEpochMilli() << 10));
    }

    static Jdbi configured(Jdbi jdbi) {
        // No templates: "<" in our SQL means less than.
        jdbi.getConfig(SqlStatements.class).setTemplateEngine(TemplateEngine.NOP);
        // A failure is logged, and what a statement was given can be a password's hash.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(StatementExceptions.MessageRendering.NONE);
        return jdbi;
    }
}
