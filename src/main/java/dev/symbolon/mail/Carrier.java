package dev.symbolon.mail;

import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Outbox;
import dev.symbolon.store.Outbox.Row;
import dev.symbolon.store.Outbox.State;
import dev.symbolon.store.StoreException;
import dev.symbolon.web.Host;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries what is in the outbox to the mail server, again and again until it was taken, or until there is no
/// use in it any more. Several servers may share an outbox: each mail is taken by one of them.
final class Carrier implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Carrier.class);

    /// Longer than handing one over can take, in which nobody else tries.
    private static final Duration CLAIM = Duration.ofMinutes(5);

    private static final int AT_ONCE = 4;
    private static final int ATTEMPTS_MAX = 12;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(4);

    /// Other servers may have put something into the outbox.
    private static final Duration LOOKS_EVERY = Duration.ofSeconds(15);

    private final Outbox outbox;
    private final Function<TenantId, Optional<Host>> hosts;
    private final Smtp smtp;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final List<Thread> threads = new ArrayList<>();
    private boolean isClosed;
    private long arrived;

    Carrier(
            Outbox outbox,
            Function<TenantId, Optional<Host>> hosts,
            Smtp smtp,
            InstantSource clock,
            RandomGenerator random) {
        this.outbox = outbox;
        this.hosts = hosts;
        this.smtp = smtp;
        this.clock = clock;
        this.random = random;
    }

    /// Begins to carry.
    void start() {
        for (var i = 0; i < AT_ONCE; i++) {
            threads.add(Thread.ofVirtual().name("mail-" + i).start(this::carry));
        }
    }

    /// Something was put into the outbox.
    void wake() {
        lock.lock();
        try {
            arrived++;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    private void carry() {
        while (isOpen()) {
            var seen = seen();
            try {
                if (!carryOne()) {
                    rest(seen);
                }
            } catch (StoreException e) {
                LOG.warn("The outbox waits for the database: {}", e.getMessage());
                rest(seen);
            } catch (RuntimeException e) {
                LOG.error("The outbox cannot be used; it will be tried again.", e);
                rest(seen);
            }
        }
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    private long seen() {
        lock.lock();
        try {
            return arrived;
        } finally {
            lock.unlock();
        }
    }

    private void rest(long seen) {
        lock.lock();
        try {
            var left = LOOKS_EVERY.toNanos();
            while (!isClosed && arrived == seen && left > 0) {
                left = news.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /// Tries one mail that is due.
    ///
    /// @return false when there was none
    boolean carryOne() {
        var claimed = outbox.claim(clock.instant(), CLAIM, 1);
        claimed.forEach(this::carry);
        return !claimed.isEmpty();
    }

    private void carry(Row row) {
        var now = clock.instant();
        var host = hosts.apply(row.tenant());
        var letter = host.flatMap(one -> row.content().flatMap(content -> Letter.open(one, content, now)));
        if (letter.isEmpty()) {
            outbox.end(row.tenant(), row.id(), State.FAILED, "It cannot be opened with the tenant's secret.", now);
            return;
        }
        var issuer = URI.create(host.orElseThrow().issuer().value()).getHost();
        var outcome = smtp.send(letter.get(), row.id(), issuer, now);
        if (outcome.isTaken()) {
            outbox.end(row.tenant(), row.id(), State.SENT, outcome.answer(), clock.instant());
            return;
        }
        LOG.warn(
                "Mail {} ({}) of tenant {} was not taken, attempt {}: {}",
                row.id(),
                row.kind(),
                row.tenant(),
                row.attempts(),
                outcome.answer());
        if (outcome.isFinal() || row.attempts() >= ATTEMPTS_MAX) {
            outbox.end(row.tenant(), row.id(), State.FAILED, outcome.answer(), clock.instant());
        } else {
            outbox.postpone(row.tenant(), row.id(), outcome.answer(), next(row.attempts()));
        }
    }

    // Twice as long each time, and not all at the same moment.
    private Instant next(int attempts) {
        var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 16));
        var bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        return clock.instant().plusMillis((long) (bounded.toMillis() * random.nextDouble(0.8, 1.2)));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        // Whoever is in the middle of handing one over loses the connection at worst; the claim ends by itself.
        for (var thread : threads) {
            try {
                if (!thread.join(Duration.ofSeconds(2))) {
                    thread.interrupt();
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
