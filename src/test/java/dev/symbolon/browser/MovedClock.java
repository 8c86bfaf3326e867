package dev.symbolon.browser;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/// The real time, and as much more of it as a test says: a browser has a clock of its own, so a frozen one would
/// not do.
public final class MovedClock implements InstantSource {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead.get());
    }

    /// Lets time pass.
    public void advance(Duration by) {
        ahead.updateAndGet(before -> before.plus(by));
    }
}
