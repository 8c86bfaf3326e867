package dev.symbolon.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits for SIGTERM or SIGINT, and holds the JVM until everything that was opened after it is closed.
final class Stopping implements AutoCloseable {
    /// Longer than any request takes; who stops us kills us a little later anyway.
    private static final int CLOSE_MAX_SECONDS = 20;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("stop").unstarted(this::ask);

    Stopping() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void ask() {
        asked.countDown();
        try {
            var _ = closed.await(CLOSE_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Returns when it is time to stop.
    void await() {
        try {
            asked.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        if (asked.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
