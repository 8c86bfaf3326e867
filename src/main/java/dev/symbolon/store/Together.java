package dev.symbolon.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// One statement that many callers run at once, each for one row of its own, on a database where each commit
/// costs more than the statement. While one transaction is under way whoever comes waits, and then all of them
/// go in one: as many commits as the database can do, and no more. Nobody waits when nothing is under way.
///
/// When a transaction of several fails, each of them is run by itself, so nobody fails for another.
final class Together {
    /// Rows in one transaction at most.
    static final int MOST = 64;

    /// Callers that wait at most; who comes then runs alone.
    static final int WAITING = 1_024;

    /// How long anybody waits to be taken along before they run alone. A row can be held by somebody else.
    static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// What one caller gives the statement.
    ///
    /// @param order names the row; transactions of all nodes take rows in this order, so that no two wait for each
    ///     other
    /// @param values of the parameters of the statement, by name
    record Row(String order, Map<String, @Nullable Object> values) {}

    /// Runs the statement for several rows in one transaction.
    @FunctionalInterface
    interface Batch {
        /// @return how many rows each changed
        int[] run(List<Row> rows);
    }

    private static final class Job {
        private final Row row;
        private final CountDownLatch woken = new CountDownLatch(1);
        private final long since = System.nanoTime();
        private volatile boolean leads;
        private volatile @Nullable Integer changed;
        private volatile @Nullable RuntimeException failure;

        Job(Row row) {
            this.row = row;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Job> waiting = new ArrayDeque<>();
    private final Batch batch;
    private final ToIntFunction<Row> alone;
    private boolean isUnderWay;
    private long since;

    /// @param alone runs the statement for one row in a transaction
    Together(Batch batch, ToIntFunction<Row> alone) {
        this.batch = batch;
        this.alone = alone;
    }

    /// Runs the statement; returns after it is durable.
    ///
    /// @return how many rows it changed
    int run(Row row) {
        var job = new Job(row);
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
        var changed = job.changed;
        return changed == null ? alone.applyAsInt(row) : changed;
    }

    private boolean queued(Job job) {
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

    private void start(Job leader) {
        leader.leads = true;
        isUnderWay = true;
        since = System.nanoTime();
    }

    // Who was taken along is told how it ended, however long that takes: a transaction is bounded itself.
    private void await(Job job) {
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
    private boolean left(Job job) {
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
        var jobs = new ArrayList<Job>();
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

    private void one(Job job) {
        try {
            job.changed = alone.applyAsInt(job.row);
        } catch (RuntimeException e) {
            job.failure = e;
        }
    }

    private void all(List<Job> jobs) {
        jobs.sort(Comparator.comparing(job -> job.row.order()));
        try {
            var changed = batch.run(jobs.stream().map(job -> job.row).toList());
            for (var i = 0; i < changed.length; i++) {
                jobs.get(i).changed = changed[i];
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
