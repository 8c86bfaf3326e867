package dev.symbolon.store;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks now and then for those who have waited too long, and lets them go. So each of them can wait without a time
/// limit of its own: that would be a timer set and taken back for every read and every write, which cost a refresh a
/// twelfth of its CPU time on SQLite and a seventh on PostgreSQL.
final class Patience implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

    private final Thread thread;
    private volatile boolean closed;

    /// @param millis how long after its limit somebody waits at most
    /// @param look given the time as in [System#nanoTime]; must not wait for anything
    Patience(int millis, Look look) {
        this.thread = Thread.ofPlatform().daemon().name("store-patience").start(() -> run(millis, look));
    }

    /// Lets those go who have waited too long.
    @FunctionalInterface
    interface Look {
        void at(long now);
    }

    private void run(int millis, Look look) {
        while (!closed) {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(millis));
            try {
                look.at(System.nanoTime());
            } catch (RuntimeException e) {
                // Those who wait have nobody else.
                LOG.error("Who has waited too long for the database could not be let go.", e);
            }
        }
    }

    /// Nobody is let go any more.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
