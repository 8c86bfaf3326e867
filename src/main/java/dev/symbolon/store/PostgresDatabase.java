package dev.symbolon.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.jdbc.PgConnection;

/// A PostgreSQL server that many nodes share. Each write is one transaction (READ COMMITTED: the decision is in
/// the statement, and a row lock orders those who want the same row).
final class PostgresDatabase extends Database {
    /// Connections of one node at most.
    private static final int CONNECTIONS = 20;

    /// Callers that may use or await a connection at most; who comes then is told to come later.
    private static final int CALLERS = 1_024;

    /// How long a call waits for the pool, which has a connection for each turn unless the server is gone.
    private static final int CONNECT_SECONDS = 2;

    private static final int RUNS = 6;
    private static final int TOGETHER_LOCK_MILLIS = 100;

    /// So long it is waited for a word of the server, which ends every statement after 20 s itself.
    private static final int SILENCE_SECONDS = 60;

    private static final int PATIENCE_MILLIS = 25;
    static final long MIGRATION_LOCK = 0x53796D626F6C6F6EL;

    // serialization_failure, deadlock_detected, unique_violation (two nodes took one name; the next run sees it
    // taken)
    private static final Set<String> RUN_AGAIN = Set.of("40001", "40P01", "23505");

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final Map<Object, Together<?, ?>> together = new ConcurrentHashMap<>();
    private final Semaphore callers = new Semaphore(CALLERS);

    // The pool itself would let a thread that just had a connection overtake those who wait.
    private final Semaphore turns = new Semaphore(CONNECTIONS, true);

    // While the server is gone, one call at a time looks for it and the others are told so at once: otherwise each
    // would wait for itself, and all of them together for long.
    private final Semaphore scout = new Semaphore(1);
    private volatile boolean isGone;
    private final Set<Brief> brief = ConcurrentHashMap.newKeySet();
    private final Patience patience;

    private PostgresDatabase(HikariDataSource pool) {
        this.pool = pool;
        this.patience = new Patience(PATIENCE_MILLIS, this::letGo);
        this.jdbi = configured(Jdbi.create(pool));
    }

    @Override
    public void check() {
        this.<Boolean>read(this::hasSchema);
    }

    @Override
    public Optional<Instant> now() {
        return Optional.of(read(handle -> handle.createQuery("SELECT clock_timestamp()")
                .mapTo(Instant.class)
                .one()));
    }

    @Override
    public Map<String, Long> vitals() {
        var vitals = new TreeMap<String, Long>();
        vitals.put("symbolon_store_connections_busy", (long) CONNECTIONS - turns.availablePermits());
        vitals.put("symbolon_store_connections_most", (long) CONNECTIONS);
        var inCompany = together.values().stream().mapToInt(Together::queue).sum();
        vitals.put("symbolon_store_waiting_callers", (long) turns.getQueueLength() + inCompany);
        return vitals;
    }

    static PostgresDatabase connect(String url) {
        return connect(url, SILENCE_SECONDS);
    }

    /// @param silence seconds in which the server has to say something
    static PostgresDatabase connect(String url, int silence) {
        var config = new HikariConfig();
        PostgresServer.locate(config, url);
        config.setPoolName("store");
        config.setMaximumPoolSize(CONNECTIONS);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(TimeUnit.SECONDS.toMillis(CONNECT_SECONDS));
        config.addDataSourceProperty("ApplicationName", "symbolon");
        config.addDataSourceProperty("connectTimeout", "5");
        config.addDataSourceProperty("socketTimeout", Integer.toString(silence));
        config.setConnectionInitSql("SET statement_timeout = '20s'; SET lock_timeout = '5s';"
                + " SET idle_in_transaction_session_timeout = '30s'");
        try {
            return new PostgresDatabase(new HikariDataSource(config));
        } catch (HikariPool.PoolInitializationException e) {
            throw PostgresServer.notLetIn(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    <T> T query(Work<T> work) {
        return admitted(() -> {
            try (var handle = jdbi.open();
                    var _ = new Brief(handle)) {
                return work.run(handle);
            }
        });
    }

    /// A use of a connection that is over soon. Instead of a timer for each wait for the server there is one look
    /// for all of them.
    private final class Brief implements AutoCloseable {
        private final Connection connection;
        private final int limitMillis;
        private final long since = System.nanoTime();

        // For one of two: whoever uses the connection, or whoever ends it because they use it too long.
        private final AtomicBoolean isOver = new AtomicBoolean();

        private Brief(Handle handle) {
            connection = handle.getConnection();
            try {
                limitMillis = connection.getNetworkTimeout();
                connection.setNetworkTimeout(Runnable::run, 0);
            } catch (SQLException e) {
                throw new ConnectionException(e);
            }
            brief.add(this);
        }

        @Override
        public void close() {
            brief.remove(this);
            if (!isOver.compareAndSet(false, true)) {
                pool.evictConnection(connection); // it is being ended: nobody else may get it
                return;
            }
            try {
                connection.setNetworkTimeout(Runnable::run, limitMillis);
            } catch (SQLException e) {
                // It is broken, and the pool finds that out too.
            }
        }

        private void letGo(long now) {
            var isSilent = limitMillis > 0 && now - since > TimeUnit.MILLISECONDS.toNanos(limitMillis);
            if (isSilent && isOver.compareAndSet(false, true)) {
                try {
                    // The end of an encrypted connection is something to send, which can wait for long.
                    connection
                            .unwrap(PgConnection.class)
                            .abort(command -> Thread.ofVirtual().start(command));
                } catch (SQLException e) {
                    // It is closed already.
                }
            }
        }
    }

    private void letGo(long now) {
        together.values().forEach(one -> one.letGo(now));
        brief.forEach(one -> one.letGo(now));
    }

    @Override
    <T> T commit(Work<T> work) {
        return again(() -> {
            try (var handle = jdbi.open()) {
                return transaction(handle, work);
            }
        });
    }

    private <T> T again(Call<T> transaction) {
        return admitted(() -> {
            for (var run = 1; ; run++) {
                try {
                    return transaction.run();
                } catch (RuntimeException e) {
                    if (run == RUNS || !RUN_AGAIN.contains(PostgresServer.sqlState(e))) {
                        throw e;
                    }
                }
            }
        });
    }

    @Override
    <T> Optional<T> changeOne(Together.Change<T> change, Together.Row row) {
        return together(change, () -> changing(change)).run(row);
    }

    private <T> Together<Together.Row, Optional<T>> changing(Together.Change<T> change) {
        return new Together<>(
                Comparator.comparing(Together.Row::order),
                rows -> briefly(handle -> {
                    // A row that somebody else holds is waited for by whoever wants it, and by nobody else.
                    handle.execute("SET LOCAL lock_timeout = '" + TOGETHER_LOCK_MILLIS + "ms'");
                    return change.make(handle, rows);
                }),
                row -> briefly(handle -> change.make(handle, row)),
                PostgresDatabase::isOfAllWhoChange);
    }

    /// It is written, and nobody may rely on it: whoever ran alone now would find it done.
    static boolean isOfAllWhoChange(RuntimeException e) {
        return e instanceof StoreBusyException busy && busy.isUnconfirmed();
    }

    @Override
    <T> List<T> answer(Together.Question<T> question, Map<String, ?> values) {
        return together(question, () -> asking(question)).run(values);
    }

    private <T> Together<Map<String, ?>, List<T>> asking(Together.Question<T> question) {
        return new Together<>(
                (_, _) -> 0,
                all -> query(handle -> question.ask(handle, all)),
                one -> query(handle -> question.ask(handle, one)),
                PostgresDatabase::isOfAllWhoLook);
    }

    /// No row is held against those who only look, so it is the server that is too slow or gone. That the one who leads
    /// was interrupted, or its connection broke, is nothing that the others have to suffer.
    static boolean isOfAllWhoLook(RuntimeException e) {
        return e instanceof StoreBusyException
                && !(e.getCause() instanceof InterruptedException)
                && !Thread.currentThread().isInterrupted();
    }

    @SuppressWarnings("unchecked") // what stands under a change or a question is its own
    private <Q, A> Together<Q, A> together(Object what, Supplier<Together<Q, A>> made) {
        return (Together<Q, A>) together.computeIfAbsent(what, _ -> made.get());
    }

    private <T> T briefly(Work<T> work) {
        return again(() -> {
            try (var handle = jdbi.open();
                    var _ = new Brief(handle)) {
                return transaction(handle, work);
            }
        });
    }

    private static <T> T transaction(Handle handle, Work<T> work) {
        handle.begin();
        T result;
        try {
            result = work.run(handle);
            forgetWarnings(handle);
            handle.commit();
        } catch (RuntimeException | Error e) {
            try {
                handle.rollback();
            } catch (RuntimeException broken) {
                e.addSuppressed(broken);
            }
            throw e;
        }
        requireConfirmed(handle);
        return result;
    }

    private static void forgetWarnings(Handle handle) {
        try {
            handle.getConnection().clearWarnings();
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    /// A commit that waits too long for a synchronous standby is cut short by `statement_timeout`, and
    /// *succeeds* on the primary alone, with a warning. It would be lost with the primary, so nobody is told
    /// that it was done.
    private static void requireConfirmed(Handle handle) {
        SQLWarning warning;
        try {
            warning = handle.getConnection().getWarnings();
        } catch (SQLException e) {
            throw PostgresServer.broken(e); // after the commit: not as if nothing had happened
        }
        if (warning != null) {
            throw StoreBusyException.unconfirmed(warning);
        }
    }

    private interface Call<T> {
        T run();
    }

    private <T> T admitted(Call<T> call) {
        if (!callers.tryAcquire()) {
            throw new StoreBusyException("The database has too much to do.", null);
        }
        try {
            return inTurn(call);
        } finally {
            callers.release();
        }
    }

    private <T> T inTurn(Call<T> call) {
        try {
            if (!turns.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
                throw new StoreBusyException("No connection to the database was free in time.", null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreBusyException("The wait for the database was interrupted.", e);
        }
        try {
            return isGone ? asScout(call) : found(call);
        } finally {
            turns.release();
        }
    }

    private <T> T asScout(Call<T> call) {
        if (!scout.tryAcquire()) {
            throw new StoreBusyException("The database cannot be reached.", null);
        }
        try {
            return found(call);
        } finally {
            scout.release();
        }
    }

    private <T> T found(Call<T> call) {
        try {
            var result = call.run();
            isGone = false;
            return result;
        } catch (ConnectionException e) {
            isGone = true;
            throw new StoreBusyException("The database cannot be reached.", e);
        } catch (JdbiException e) {
            throw PostgresServer.known(e);
        }
    }

    @Override
    boolean hasSchema(Handle handle) {
        return handle.createQuery("SELECT to_regclass('migration') IS NOT NULL")
                .mapTo(Boolean.class)
                .one();
    }

    @Override
    void lockForMigration(Handle handle) {
        handle.execute("SET LOCAL statement_timeout = 0");
        handle.execute("SET LOCAL lock_timeout = '60s'");
        handle.createQuery("SELECT 1 FROM (SELECT pg_advisory_xact_lock(:lock)) AS held")
                .bind("lock", MIGRATION_LOCK)
                .mapTo(Integer.class)
                .one();
    }

    @Override
    public void close() {
        pool.close();
        patience.close();
    }
}
