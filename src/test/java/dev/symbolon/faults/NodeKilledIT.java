package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.faults.Visitor.Unanswered;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;

/// Three nodes on one PostgreSQL behind a real HAProxy, of which one after the other is killed and started again
/// while people are at work: nothing fails but what was in flight at the node that was killed, and nothing that
/// was answered is lost.
final class NodeKilledIT {
    private static final List<String> NAMES = List.of("one", "two", "three");

    /// A node that was killed.
    ///
    /// @param from just before, and `gone` just after: nobody could reach it any more
    private record Kill(String node, Instant from, Instant gone) {
        // HAProxy tells how long a request took in whole milliseconds.
        boolean explains(Haproxy.Failure failure) {
            return failure.node().equals(node)
                    && failure.how().startsWith("S")
                    && !failure.began().isAfter(gone)
                    && !failure.ended().plusMillis(2).isBefore(from);
        }
    }

    private final Map<String, Jar> nodes = new TreeMap<>();
    private final Map<String, Integer> ports = new TreeMap<>();
    private final List<Kill> kills = new ArrayList<>();
    private final ReadWriteLock calm = new ReentrantReadWriteLock(true);
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final AtomicInteger unanswered = new AtomicInteger();

    @Test
    void only_what_was_in_flight_at_a_killed_node_fails_and_nothing_that_was_answered_is_lost() throws Exception {
        var seed = Long.getLong("symbolon.seed", System.nanoTime());
        var began = Instant.now();
        try (var postgres = EmbeddedPostgres.builder().start();
                var installed =
                        Installed.on("postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres")) {
            try {
                for (var name : NAMES) {
                    ports.put(name, Faults.port());
                    serve(installed, name);
                }
                try (var front = new Haproxy(ports)) {
                    for (var name : NAMES) {
                        assertEquals(
                                200,
                                Installed.browser(front.address())
                                        .get("/robots.txt")
                                        .status(),
                                name);
                    }
                    var tally = new Tally();
                    var visitors = Storm.visitors(installed, seed, tally, calm.readLock());
                    var racer = new Racer(Installed.PEOPLE - 1);
                    storm(installed, front, visitors, racer, tally, new Random(seed));
                    Storm.together(visitors, visitor -> visitor.check(front.address()));
                    Storm.assertStored(installed, visitors, tally);
                    Storm.together(visitors, visitor -> visitor.finish(front.address()));
                    nodes.values().forEach(Storm::assertQuiet);
                    assertExplained(front);
                    Faults.counted(kills.size() + " kills of one of three nodes behind HAProxy in "
                            + Duration.between(began, Instant.now()).toSeconds() + " s, seed " + seed + ": answered by "
                            + front.answered() + ", failed in flight at the killed node "
                            + front.failures().size() + ", tried again elsewhere " + front.triedAgain()
                            + ", failed otherwise 0; codes redeemed twice at once " + racer.races + " ("
                            + racer.undecided + " with a node killed meanwhile), winners never two; " + tally);
                }
            } finally {
                nodes.values().forEach(Jar::close);
            }
            Storm.assertSound(postgres.getJdbcUrl("postgres", "postgres"));
        }
    }

    // At the port that HAProxy knows.
    private void serve(Installed installed, String name) {
        var settings = new HashMap<>(installed.settings());
        settings.put("SYMBOLON_PORT", Integer.toString(ports.get(name)));
        nodes.put(name, Jar.serve(settings));
    }

    private void storm(
            Installed installed, Haproxy front, List<Visitor> visitors, Racer racer, Tally tally, Random random)
            throws Exception {
        try (var threads = Executors.newFixedThreadPool(visitors.size() + 1)) {
            var living = new ArrayList<Future<?>>();
            try {
                for (var visitor : visitors) {
                    living.add(threads.submit(() -> live(visitor, front.address())));
                }
                living.add(threads.submit(() -> racer.live(front.address(), isOver::get)));
                for (var kill = 0; kill < Faults.amount(2, 100); kill++) {
                    var name = NAMES.get(random.nextInt(NAMES.size()));
                    tally.await(20 + random.nextInt(60));
                    kill(name);
                    tally.await(20);
                    serve(installed, name);
                    front.awaitAnswerOf(name);
                }
            } finally {
                isOver.set(true);
                // What somebody who gave up has to say comes before that nobody asked any more.
                for (var one : living) {
                    one.get();
                }
            }
        }
    }

    // Whoever checks or runs a command is let finish, for what these ask has to be answered.
    private void kill(String name) {
        calm.writeLock().lock();
        try {
            var node = nodes.get(name);
            Storm.assertQuiet(node);
            var from = Instant.now();
            node.kill();
            kills.add(new Kill(name, from, Instant.now()));
        } finally {
            calm.writeLock().unlock();
        }
    }

    private void live(Visitor visitor, String front) {
        while (!isOver.get()) {
            try {
                visitor.live(front, isOver::get);
            } catch (Unanswered | UncheckedIOException _) {
                unanswered.incrementAndGet();
                calm.readLock().lock();
                try {
                    visitor.check(front);
                } finally {
                    calm.readLock().unlock();
                }
            }
        }
    }

    private void assertExplained(Haproxy front) {
        var failures = front.failures();
        assertEquals(
                List.of(),
                failures.stream()
                        .filter(failure -> kills.stream().noneMatch(kill -> kill.explains(failure)))
                        .toList(),
                "failures beyond what was in flight at a killed node; the kills were " + kills);
        for (var kill : kills) {
            var inFlight = failures.stream().filter(kill::explains).count();
            // Each visitor asks for one thing at a time, the racer for two.
            assertTrue(inFlight <= Storm.VISITORS + 2, inFlight + " failures at " + kill);
        }
        assertTrue(unanswered.get() <= failures.size(), unanswered + " visitors were failed");
    }
}
