package dev.symbolon.store;

import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.TenantId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/// One change that many callers make at once, each of one grant of its own, on a database where each commit
/// costs more than the statement. While one transaction is under way whoever comes waits, and then all of them
/// go in one: as many commits as the database can do, and no more. Nobody waits when nothing is under way.
///
/// When a transaction of several fails, each of them is run by itself, so nobody fails for another; but when it was
/// committed and no standby has confirmed that, all of them are told so.
final class Together<T> {
    /// Rows in one transaction at most.
    static final int MOST = 64;

    /// Callers that wait at most; who comes then runs alone.
    static final int WAITING = 1_024;

    /// How long anybody waits to be taken along before they run alone. A row can be held by somebody else.
    static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// What one caller gives the statement.
    ///
    /// @param values of the other parameters of the statement, by name
    record Row(TenantId tenant, GrantId grant, Map<String, @Nullable Object> values) {
        /// Transactions of all nodes take rows in this order, so that no two wait for each other.
        private String order() {
            return tenant + " " + grant;
        }

        Map<String, @Nullable Object> bound() {
            var all = new HashMap<>(values);
            all.put("tenant", tenant.value());
            all.put("grant", grant.value());
            return all;
        }
    }

    /// A statement that writes one grant, or none, and what there is to see of it then.
    static final class Change<T> {
        /// Writes the grant `:grant` of `:tenant`, or nothing.
        final String sql;

        /// What there is to see of the grant `:grant` of `:tenant`.
        final String look;

        // Both in one statement.
        private final String sqlAndLook;

        // The look for each of two arrays, `:tenants` and `:grants`, with its `place` in them, from 1.
        private final String looks;

        final RowMapper<T> mapper;

        /// @param shown columns of the grant `g`, its account `a` and its API `r`, where it has one
        /// @param whole what has to hold of them still, or none of a batch is committed
        Change(String sql, String shown, String whole, RowMapper<T> mapper) {
            this.sql = sql;
            this.mapper = mapper;
            look = "SELECT " + shown + """
                     FROM client_grant g JOIN account a ON a.tenant_id = g.tenant_id AND a.subject = g.subject
                    LEFT JOIN resource r ON r.tenant_id = g.tenant_id AND r.identifier = g.resource
                    WHERE g.tenant_id = :tenant AND g.grant_id = :grant""";
            // The limits make PostgreSQL go from row to row, whatever it thinks of the sizes of the tables.
            var others = """
                     CROSS JOIN LATERAL (SELECT * FROM account o
                        WHERE o.tenant_id = g.tenant_id AND o.subject = g.subject LIMIT 1) a
                    LEFT JOIN LATERAL (SELECT * FROM resource o
                        WHERE o.tenant_id = g.tenant_id AND o.identifier = g.resource LIMIT 1) r ON TRUE""";
            var holding = others + " WHERE " + whole;
            sqlAndLook = "WITH written AS (" + sql + " RETURNING *) SELECT " + shown + " FROM written g" + others;
            looks = "SELECT v.place, " + shown + """
                     FROM unnest(CAST(:tenants AS TEXT[]), CAST(:grants AS TEXT[])) WITH ORDINALITY
                        AS v (tenant_id, grant_id, place)
                    CROSS JOIN LATERAL (SELECT * FROM client_grant o
                        WHERE o.tenant_id = v.tenant_id AND o.grant_id = v.grant_id LIMIT 1) g""" + holding;
        }

        /// One of them, on PostgreSQL.
        Optional<T> make(Handle handle, Row row) {
            return handle.createQuery(sqlAndLook)
                    .bindMap(row.bound())
                    .map(mapper)
                    .findOne();
        }

        /// Several of them, on PostgreSQL: as many as there are go there and back together.
        ///
        /// @throws IllegalStateException when one was written and is not seen: none may be committed
        List<Optional<T>> make(Handle handle, List<Row> rows) {
            var batch = handle.prepareBatch(sql);
            rows.forEach(row -> batch.add(row.bound()));
            var counts = batch.execute();
            var tenants = new String[counts.length];
            var grants = new String[counts.length];
            for (var i = 0; i < counts.length; i++) {
                // Of one who wrote nothing there is nothing to be seen: NULL finds none.
                tenants[i] = counts[i] == 1 ? rows.get(i).tenant().value() : null;
                grants[i] = counts[i] == 1 ? rows.get(i).grant().value() : null;
            }
            var seen = new ArrayList<Optional<T>>(Collections.nCopies(counts.length, Optional.empty()));
            handle.createQuery(looks)
                    .bindArray("tenants", String.class, (Object[]) tenants)
                    .bindArray("grants", String.class, (Object[]) grants)
                    .map((row, context) -> seen.set(row.getInt("place") - 1, Optional.of(mapper.map(row, context))))
                    .list();
            for (var i = 0; i < counts.length; i++) {
                if ((counts[i] == 1) != seen.get(i).isPresent()) {
                    throw new IllegalStateException("What a grant rests on went away while it was written.");
                }
            }
            return seen;
        }
    }

    /// Makes the change for several callers in one transaction.
    @FunctionalInterface
    interface Batch<T> {
        /// @return what is to be seen of each, in that order; empty for one who changed nothing
        List<Optional<T>> run(List<Row> rows);
    }

    private static final class Job<T> {
        private final Row row;
        private final CountDownLatch woken = new CountDownLatch(1);
        private final long since = System.nanoTime();
        private volatile boolean leads;
        private volatile Optional<T> seen = Optional.empty();
        private volatile boolean isDone;
        private volatile @Nullable RuntimeException failure;

        Job(Row row) {
            this.row = row;
        }

        void answer(Optional<T> found) {
            seen = found;
            isDone = true;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Job<T>> waiting = new ArrayDeque<>();
    private final Batch<T> batch;
    private final Function<Row, Optional<T>> alone;
    private boolean isUnderWay;
    private long since;

    /// @param alone makes the change for one caller in a transaction
    Together(Batch<T> batch, Function<Row, Optional<T>> alone) {
        this.batch = batch;
        this.alone = alone;
    }

    /// Makes the change; returns after it is durable.
    ///
    /// @return what is to be seen of the grant then; empty when nothing was changed
    Optional<T> run(Row row) {
        var job = new Job<T>(row);
        if (queued(job)) {
            if (!job.leads) {
                await(job);
            }
            if (job.leads) {
                lead();
            }
        }
        if (job.failure != null) {
            throw job.failure;
        }
        return job.isDone ? job.seen : alone.apply(row);
    }

    private boolean queued(Job<T> job) {
        lock.lock();
        try {
            if (isUnderWay && (isStuck() || waiting.size() >= WAITING)) {
                return false;
            }
            waiting.add(job);
            if (!isUnderWay) {
                start(job);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStuck() {
        return System.nanoTime() - since > PATIENCE_NANOS;
    }

    private void start(Job<T> leader) {
        leader.leads = true;
        isUnderWay = true;
        since = System.nanoTime();
    }

    // Who was taken along is told how it ended, however long that takes: a transaction is bounded itself.
    private void await(Job<T> job) {
        var isInterrupted = false;
        while (job.woken.getCount() > 0) {
            try {
                job.woken.await();
            } catch (InterruptedException e) {
                isInterrupted = true;
                if (left(job)) {
                    break;
                }
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Whether nobody has begun with it, and nobody will now.
    private boolean left(Job<T> job) {
        lock.lock();
        try {
            return !job.leads && waiting.remove(job);
        } finally {
            lock.unlock();
        }
    }

    /// Those who have waited too long to be taken along run alone; to be called again and again.
    void letGo(long now) {
        lock.lock();
        try {
            while (!waiting.isEmpty() && !waiting.peek().leads && now - waiting.peek().since > PATIENCE_NANOS) {
                waiting.remove().woken.countDown();
            }
        } finally {
            lock.unlock();
        }
    }

    private void lead() {
        var jobs = new ArrayList<Job<T>>();
        lock.lock();
        try {
            while (jobs.size() < MOST && !waiting.isEmpty()) {
                jobs.add(waiting.remove());
            }
        } finally {
            lock.unlock();
        }
        try {
            if (jobs.size() == 1) {
                one(jobs.getFirst());
            } else {
                all(jobs);
            }
        } finally {
            handOver();
            jobs.forEach(job -> job.woken.countDown());
        }
    }

    private void one(Job<T> job) {
        try {
            job.answer(alone.apply(job.row));
        } catch (RuntimeException e) {
            job.failure = e;
        }
    }

    private void all(List<Job<T>> jobs) {
        jobs.sort(Comparator.comparing(job -> job.row.order()));
        try {
            var seen = batch.run(jobs.stream().map(job -> job.row).toList());
            for (var i = 0; i < jobs.size(); i++) {
                jobs.get(i).answer(seen.get(i));
            }
        } catch (StoreBusyException e) {
            if (e.isUnconfirmed()) {
                // It is written, and nobody may rely on it: whoever ran alone now would find it done.
                jobs.forEach(job -> job.failure = e);
            }
        } catch (RuntimeException e) {
            // Each runs alone, and tells its own caller what is wrong.
        }
    }

    private void handOver() {
        lock.lock();
        try {
            isUnderWay = false;
            var next = waiting.peek();
            if (next != null) {
                start(next);
                next.woken.countDown();
            }
        } finally {
            lock.unlock();
        }
    }
}
