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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One change that many callers make at once, each of one grant of its own, or one question that many ask, on a
/// database where going there and committing costs more than the statement. While one transaction is under way
/// whoever comes waits, and then all of them go in one: as many as the database can do, and no more. Nobody waits
/// when nothing is under way, and nobody is shown what was looked at before they came.
///
/// When a transaction of several fails, each of them is run by itself, so nobody fails for another; but for a
/// failure that would be everybody's all of them are told of it. `Q` is what a caller brings, `A` what it gets.
final class Together<Q, A> {
    /// Callers in one transaction at most.
    static final int MOST = 64;

    /// Callers that wait at most; who comes then runs alone.
    static final int WAITING = 1_024;

    /// How long anybody waits to be taken along before they run alone. A row can be held by somebody else.
    static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long TOLD_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final Logger LOG = LoggerFactory.getLogger(Together.class);

    /// What one caller gives the statement.
    ///
    /// @param values of the other parameters of the statement, by name
    record Row(TenantId tenant, GrantId grant, Map<String, @Nullable Object> values) {
        /// Transactions of all nodes take rows in this order, so that no two wait for each other.
        String order() {
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

        private final String sqlAndLook; // in one statement

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
            // The limits make PostgreSQL go from row to row, whatever it thinks of the sizes of the tables. If it saw
            // how
            // long the arrays are, it would hold its ready plan for a bad one, and make one each time.
            var others = """
                     CROSS JOIN LATERAL (SELECT * FROM account o
                        WHERE o.tenant_id = g.tenant_id AND o.subject = g.subject LIMIT 1) a
                    LEFT JOIN LATERAL (SELECT * FROM resource o
                        WHERE o.tenant_id = g.tenant_id AND o.identifier = g.resource LIMIT 1) r ON TRUE""";
            sqlAndLook = "WITH written AS (" + sql + " RETURNING *) SELECT " + shown + " FROM written g" + others;
            looks = "SELECT v.place, " + shown + """
                     FROM unnest((SELECT CAST(:tenants AS TEXT[])), (SELECT CAST(:grants AS TEXT[])))
                        WITH ORDINALITY AS v (tenant_id, grant_id, place)
                    CROSS JOIN LATERAL (SELECT * FROM client_grant o
                        WHERE o.tenant_id = v.tenant_id AND o.grant_id = v.grant_id
                        LIMIT 1) g""" + others + " WHERE " + whole;
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

    /// A question about what is committed.
    static final class Question<T> {
        private static final Pattern PARAMETER = Pattern.compile("(?<!:):([a-z_]+)");

        private final String sql;
        private final List<String> texts;
        private final List<String> numbers;

        // Asks the same for each of arrays of parameters, with its `place` in them, from 1.
        private final String sqlOfAll;

        private final RowMapper<T> mapper;

        /// @param sql ends in a LIMIT, so that PostgreSQL asks it for one after the other, and has no `:` in what
        ///     is quoted
        /// @param texts names of all parameters `:name` that are text
        /// @param numbers names of all that are BIGINT
        Question(String sql, List<String> texts, List<String> numbers, RowMapper<T> mapper) {
            this.sql = sql;
            this.texts = texts;
            this.numbers = numbers;
            this.mapper = mapper;
            var names = Stream.concat(texts.stream(), numbers.stream()).toList();
            var used = PARAMETER.matcher(sql).results().map(found -> found.group(1));
            if (!used.collect(Collectors.toSet()).equals(Set.copyOf(names))) {
                throw new IllegalArgumentException("These are not the parameters of the question: " + names);
            }
            var arrays = Stream.concat(
                            texts.stream().map(name -> "(SELECT CAST(:" + name + " AS TEXT[]))"),
                            numbers.stream().map(name -> "(SELECT CAST(:" + name + " AS BIGINT[]))"))
                    .collect(Collectors.joining(", "));
            var columns = names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
            sqlOfAll = "SELECT q.place, f.* FROM unnest(" + arrays + ") WITH ORDINALITY AS q (" + columns
                    + ", place) CROSS JOIN LATERAL (" + PARAMETER.matcher(sql).replaceAll("q.\"$1\"") + ") f";
        }

        /// One of them.
        List<T> ask(Handle handle, Map<String, ?> values) {
            return handle.createQuery(sql).bindMap(values).map(mapper).list();
        }

        /// Several of them, on PostgreSQL. What one of them finds may be in another order than the question says.
        List<List<T>> ask(Handle handle, List<Map<String, ?>> all) {
            var found = new ArrayList<List<T>>();
            all.forEach(_ -> found.add(new ArrayList<>()));
            var query = handle.createQuery(sqlOfAll);
            texts.forEach(name -> query.bindArray(name, String.class, of(all, name)));
            numbers.forEach(name -> query.bindArray(name, Long.class, of(all, name)));
            query.map((row, context) -> found.get(row.getInt("place") - 1).add(mapper.map(row, context)))
                    .list();
            return found;
        }

        // Null would find nothing, and say nothing.
        private static List<?> of(List<Map<String, ?>> all, String name) {
            return all.stream()
                    .map(values -> Objects.requireNonNull(values.get(name), name))
                    .toList();
        }
    }

    private static final class Job<Q, A> {
        private final Q asked;
        private final CountDownLatch woken = new CountDownLatch(1);
        private final long since = System.nanoTime();
        private volatile boolean leads;
        private volatile @Nullable A seen;
        private volatile @Nullable RuntimeException failure;

        Job(Q asked) {
            this.asked = asked;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Job<Q, A>> waiting = new ArrayDeque<>();
    private final Comparator<? super Q> order;
    private final Function<List<Q>, List<A>> batch;
    private final Function<Q, A> alone;
    private final Predicate<RuntimeException> isEverybodys;
    private long told = System.nanoTime() - TOLD_EVERY_NANOS;
    private boolean isUnderWay;
    private long since;

    /// @param order in which those of a batch go
    /// @param batch does it for several callers in one transaction: what is to be seen of each, in that order
    /// @param alone does it for one caller in a transaction
    /// @param isEverybodys whether a failure of a batch is that of each in it
    Together(
            Comparator<? super Q> order,
            Function<List<Q>, List<A>> batch,
            Function<Q, A> alone,
            Predicate<RuntimeException> isEverybodys) {
        this.isEverybodys = isEverybodys;
        this.order = order;
        this.batch = batch;
        this.alone = alone;
    }

    /// Does it; what is changed is durable when this returns.
    A run(Q asked) {
        var job = new Job<Q, A>(asked);
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
        var seen = job.seen;
        return seen == null ? alone.apply(asked) : seen;
    }

    private boolean queued(Job<Q, A> job) {
        lock.lock();
        try {
            var isStuck = System.nanoTime() - since > PATIENCE_NANOS;
            if (isUnderWay && (isStuck || waiting.size() >= WAITING)) {
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

    private void start(Job<Q, A> leader) {
        leader.leads = true;
        isUnderWay = true;
        since = System.nanoTime();
    }

    // Who was taken along is told how it ended, however long that takes: a transaction is bounded itself.
    private void await(Job<Q, A> job) {
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
    private boolean left(Job<Q, A> job) {
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
        var jobs = new ArrayList<Job<Q, A>>();
        try {
            take(jobs);
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

    private void take(List<Job<Q, A>> jobs) {
        lock.lock();
        try {
            while (jobs.size() < MOST && !waiting.isEmpty()) {
                jobs.add(waiting.remove());
            }
        } finally {
            lock.unlock();
        }
    }

    private void one(Job<Q, A> job) {
        try {
            job.seen = alone.apply(job.asked);
        } catch (RuntimeException e) {
            job.failure = e;
        }
    }

    private void all(List<Job<Q, A>> jobs) {
        jobs.sort(Comparator.comparing(job -> job.asked, order));
        try {
            var seen = batch.apply(jobs.stream().map(job -> job.asked).toList());
            for (var i = 0; i < jobs.size(); i++) {
                jobs.get(i).seen = seen.get(i);
            }
        } catch (RuntimeException e) {
            if (isEverybodys.test(e)) {
                jobs.forEach(job -> job.failure = e);
            } else if (since - told > TOLD_EVERY_NANOS) {
                // Each tells its own caller what is wrong. Going alone is slower, so it is worth a word.
                told = since;
                LOG.warn("Several go on alone: {}", e.toString(), e instanceof StoreException ? null : e);
            }
        }
    }

    /// How many wait to be taken along.
    int queue() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
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
