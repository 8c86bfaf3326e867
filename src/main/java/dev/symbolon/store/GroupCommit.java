package dev.symbolon.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/// The one writer of an SQLite file. Whatever waits is run in one transaction, each operation under its own
/// savepoint, with one fsync; then all are answered. An operation that throws undoes only itself; a commit that
/// fails fails all.
final class GroupCommit implements AutoCloseable {
    /// Operations in one transaction at most.
    static final int BATCH = 64;

    /// Operations that may wait at most; who comes then is told to come later.
    static final int QUEUE = 1_024;

    private static final int CLOSE_SECONDS = 10;

    /// So long a caller waits for the end of a write that was begun.
    private static final int END_SECONDS = 65;

    /// How often it is looked for those who have waited too long.
    private static final int PATIENCE_MILLIS = 250;

    /// So long after a write that the disk refused, it counts as refusing: the next may be smaller and fit by
    /// chance.
    private static final long REFUSES_NANOS = TimeUnit.SECONDS.toNanos(3);

    private record Refused(StoreException failure, long at) {}

    private final LongAdder batches = new LongAdder();
    private final LongAdder jobs = new LongAdder();
    private final BlockingQueue<Job<?>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicReference<@Nullable Refused> refused = new AtomicReference<>();
    private final Handle handle;
    private final Thread writer;
    private final Patience patience;
    private volatile List<Job<?>> underWay = List.of();
    private volatile boolean closed;

    GroupCommit(Handle handle) {
        this.handle = handle;
        this.writer = Thread.ofPlatform().daemon().name("store-writer").unstarted(this::run);
        this.patience = new Patience(PATIENCE_MILLIS, this::letGo);
    }

    void start() {
        writer.start();
    }

    <T> T write(Database.Work<T> work) {
        if (Thread.currentThread().equals(writer)) {
            throw new IllegalStateException("A transaction cannot hold another one.");
        }
        var job = new Job<T>(work);
        if (closed || !queue.offer(job)) {
            throw new StoreBusyException("The database has too much to write.", null);
        }
        if (closed) {
            job.giveUp(); // close() may have looked for the last time
        }
        return job.await();
    }

    int waiting() {
        return queue.size();
    }

    /// Writes something when the disk has refused a write, and says whether it takes it now; changes nothing.
    ///
    /// @throws StoreException when it does not
    void check() {
        var last = refused.get();
        if (last == null) {
            return;
        }
        if (System.nanoTime() - last.at() < REFUSES_NANOS) {
            throw last.failure();
        }
        this.<Integer>write(handle -> handle.execute("PRAGMA user_version = 0"));
        refused.compareAndSet(last, null);
    }

    /// How many transactions there were.
    long batches() {
        return batches.sum();
    }

    /// How many writes were in them.
    long jobs() {
        return jobs.sum();
    }

    private void run() {
        var batch = new ArrayList<Job<?>>(BATCH);
        while (!closed || !queue.isEmpty()) {
            try {
                var first = queue.poll(200, TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, BATCH - 1);
            } catch (InterruptedException e) {
                continue; // close() says when to stop
            }
            batch.removeIf(job -> !job.begin());
            if (!batch.isEmpty()) {
                batches.increment();
                jobs.add(batch.size());
                underWay = List.copyOf(batch);
                transaction(batch);
                underWay = List.of();
            }
            batch.clear();
        }
    }

    private void letGo(long now) {
        queue.removeIf(job -> job.isTooOld(now, Database.WAIT_SECONDS) && job.giveUp());
        underWay.forEach(job -> {
            if (job.isTooOld(now, END_SECONDS)) {
                job.leave();
            }
        });
    }

    private void transaction(List<Job<?>> batch) {
        try {
            handle.execute("BEGIN IMMEDIATE");
            if (batch.size() == 1) {
                handle.execute(batch.getFirst().run(handle) ? "COMMIT" : "ROLLBACK");
            } else {
                for (var job : batch) {
                    operation(job);
                }
                handle.execute("COMMIT");
            }
        } catch (RuntimeException | Error e) {
            undo(e);
            var failure = passing(e)
                    .orElseGet(() -> new StoreException("The database cannot write (" + e.getMessage() + ").", e));
            batch.forEach(job -> job.fail(failure));
        }
        batch.forEach(this::noteRefusal);
        batch.forEach(Job::answer);
    }

    private void operation(Job<?> job) {
        handle.execute("SAVEPOINT operation");
        if (!job.run(handle)) {
            // A full disk has undone the whole transaction already: this throws then, and all of the batch fail.
            handle.execute("ROLLBACK TO operation");
        }
        handle.execute("RELEASE operation");
    }

    /// What a failure of SQLite means for a caller, with a sentence for the operator: a lock or a disk is
    /// nothing that the caller did, and passes. Empty when neither is behind it.
    static Optional<StoreException> passing(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof SQLException sql) {
                return passing(sql, thrown);
            }
        }
        return Optional.empty();
    }

    // The low byte is the primary code; what is above it says more.
    private static Optional<StoreException> passing(SQLException sql, Throwable thrown) {
        var code = SQLiteErrorCode.getErrorCode(sql.getErrorCode() & 0xFF);
        return switch (code) {
            case SQLITE_BUSY, SQLITE_LOCKED ->
                Optional.of(new StoreBusyException("Another process holds the database file.", thrown));
            case SQLITE_FULL ->
                Optional.of(new StoreException("The disk of the database is full: make room on it.", thrown));
            case SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_READONLY ->
                Optional.of(new StoreException(
                        "The disk of the database fails; look at its room, its health and its rights ("
                                + sql.getMessage() + ").",
                        thrown));
            default -> Optional.empty();
        };
    }

    private void noteRefusal(Job<?> job) {
        if (job.failure instanceof StoreException failure && !(failure instanceof StoreBusyException)) {
            refused.set(new Refused(failure, System.nanoTime()));
        }
    }

    private void undo(Throwable cause) {
        try {
            handle.execute("ROLLBACK");
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /// Does what waits, then stops.
    @Override
    public void close() {
        closed = true;
        writer.interrupt();
        try {
            writer.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!writer.isAlive()) {
            patience.close();
        }
        queue.forEach(Job::giveUp);
        underWay.forEach(Job::leave);
    }

    private enum State {
        WAITING,
        RUNNING,
        GIVEN_UP,
        LEFT,
        DONE
    }

    private static final class Job<T> {
        private final Database.Work<T> work;
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private final CountDownLatch answered = new CountDownLatch(1);
        private @Nullable T result;
        private @Nullable Throwable failure;
        private final long since = System.nanoTime();

        Job(Database.Work<T> work) {
            this.work = work;
        }

        boolean begin() {
            return state.compareAndSet(State.WAITING, State.RUNNING);
        }

        /// Whether it ended well.
        @SuppressWarnings("CatchingUnchecked")
        boolean run(Handle handle) {
            try {
                result = work.run(handle);
                return true;
            } catch (Throwable e) {
                failure = passing(e).<Throwable>map(known -> known).orElse(e);
                return false;
            }
        }

        void fail(StoreException e) {
            failure = e;
        }

        void answer() {
            state.compareAndSet(State.RUNNING, State.DONE);
            answered.countDown();
        }

        T await() {
            var interrupted = false;
            while (answered.getCount() > 0) {
                try {
                    answered.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                    // Not begun yet: nobody will. Begun: it ends soon, one way or the other, and the caller has to
                    // know which.
                    giveUp();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return outcome();
        }

        boolean isTooOld(long now, int seconds) {
            return now - since > TimeUnit.SECONDS.toNanos(seconds);
        }

        /// Lets the caller go unless it was begun: nobody will begin it then.
        boolean giveUp() {
            if (!state.compareAndSet(State.WAITING, State.GIVEN_UP)) {
                return false;
            }
            failure = new StoreBusyException("The database did not come to this write in time.", null);
            answer();
            return true;
        }

        /// Lets the caller go though it was begun.
        void leave() {
            if (state.compareAndSet(State.RUNNING, State.LEFT)) {
                answer();
            }
        }

        private T outcome() {
            if (state.get() == State.LEFT) {
                throw new StoreException("The database did not end a write; nobody knows whether it is done.", null);
            }
            switch (failure) {
                case null -> {
                    return Objects.requireNonNull(result);
                }
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
