package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.symbolon.faults.Visitor.Unanswered;
import dev.symbolon.spec.Site;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;

/// A PostgreSQL whose synchronous standby takes its place: the primary is killed under load, the standby
/// promoted, and the server, which nobody touches, goes on with everything that it had answered.
final class StandbyIT {
    private static final Duration BACK_MAX = Duration.ofSeconds(30);

    // The others are at work.
    private static final int PROBE = Installed.PEOPLE - 2;

    private final ReadWriteLock calm = new ReentrantReadWriteLock(true);
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger outages = new AtomicInteger();
    private final List<Long> away = new ArrayList<>();
    private Postgres primary;
    private Postgres standby;

    @Test
    void a_promoted_standby_has_everything_that_was_answered_and_the_server_finds_it_by_itself() throws Exception {
        var seed = Long.getLong("symbolon.seed", System.nanoTime());
        var began = Instant.now();
        try {
            primary = Postgres.primary();
            standby = primary.synchronousStandby(Faults.port());
            var hosts = "127.0.0.1:" + primary.port + ",127.0.0.1:" + standby.port;
            try (var installed = Installed.on("postgresql://postgres:postgres@" + hosts + "/postgres");
                    var server = installed.serve()) {
                var tally = new Tally();
                var visitors = Storm.visitors(installed, seed, tally, calm.readLock());
                var racer = new Racer(Installed.PEOPLE - 1);
                storm(server.address(), visitors, racer, tally, new Random(seed));
                Storm.together(visitors, visitor -> visitor.check(server.address()));
                Storm.assertStored(installed, visitors, tally);
                Storm.together(visitors, visitor -> visitor.finish(server.address()));
                Storm.assertSound(primary.url());
                assertEquals(128 + 15, server.stop().status());
                Faults.counted(away.size() + " primaries killed and standbys promoted in "
                        + Duration.between(began, Instant.now()).toSeconds() + " s, seed " + seed
                        + ": answers again after " + away + " ms; codes redeemed twice at once " + racer.races + " ("
                        + racer.undecided + " with the database gone meanwhile), winners never two; " + tally);
            }
        } finally {
            close(primary);
            close(standby);
        }
    }

    private static void close(Postgres postgres) {
        if (postgres != null) {
            postgres.close();
        }
    }

    private void storm(String server, List<Visitor> visitors, Racer racer, Tally tally, Random random)
            throws Exception {
        try (var threads = Executors.newFixedThreadPool(visitors.size() + 1)) {
            var living = new ArrayList<Future<?>>();
            try {
                for (var visitor : visitors) {
                    living.add(threads.submit(() -> live(visitor, server)));
                }
                living.add(threads.submit(() -> racer.live(server, isOver::get)));
                for (var left = Faults.amount(1, 12); left > 0; left--) {
                    tally.await(40 + random.nextInt(80));
                    var port = failOver(server);
                    if (left > 1) {
                        standby = primary.synchronousStandby(port);
                    }
                }
                tally.await(40);
            } finally {
                isOver.set(true);
                for (var one : living) {
                    one.get();
                }
            }
        }
    }

    // Returns the port that is free now.
    private int failOver(String server) throws Exception {
        calm.writeLock().lock();
        try {
            var killed = System.nanoTime();
            outages.incrementAndGet();
            primary.kill();
            standby.promote();
            awaitBack(server, killed);
        } finally {
            calm.writeLock().unlock();
        }
        var port = primary.port;
        primary.close();
        primary = standby;
        standby = null;
        return port;
    }

    // Somebody signs in, which is written.
    private void awaitBack(String server, long killed) throws TimeoutException {
        while (!signsIn(server)) {
            if (System.nanoTime() - killed > BACK_MAX.toNanos()) {
                throw new TimeoutException("The server does not find the promoted standby.");
            }
        }
        away.add(Duration.ofNanos(System.nanoTime() - killed).toMillis());
    }

    private static boolean signsIn(String server) {
        var browser = Installed.browser(server);
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        if (page.status() != 200) {
            return false;
        }
        var back = browser.post("/login", Site.login(page, Installed.email(PROBE), Site.PASSWORD));
        return back.signIn().equals("in");
    }

    private void live(Visitor visitor, String server) {
        var failedIn = 0;
        while (!isOver.get()) {
            try {
                visitor.live(server, isOver::get);
            } catch (Unanswered | UncheckedIOException e) {
                // Once in an outage: after that it waits until it is over.
                assertNotEquals(failedIn, outages.get(), "a failure without an outage: " + e);
                failedIn = outages.get();
                calm.readLock().lock();
                try {
                    visitor.check(server);
                } finally {
                    calm.readLock().unlock();
                }
            }
        }
    }
}
