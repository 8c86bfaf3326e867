package dev.symbolon;

import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.store.Purge;
import dev.symbolon.store.StoreException;
import dev.symbolon.web.Edge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a server does besides answering, each again and again; what fails is tried again.
final class Chores implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
    private static final int EVENTS_LINKED_AT_ONCE = 1_000;
    private static final int PURGE_AT_MOST_ROWS = 1_000;
    private static final int PURGE_AT_MOST_ROUNDS = 100;

    private final House house;
    private final Config config;
    private final InstantSource clock;
    private final Map<String, Done> done = new ConcurrentHashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("chores").daemon().factory());

    /// A chore that is late.
    ///
    /// @param what for a sentence that begins with "It could not"
    /// @param since when it was done last, or was to be begun
    record Late(String what, Instant since) {}

    private record Done(int everySeconds, Instant at) {}

    Chores(House house, Config config, InstantSource clock) {
        this.house = house;
        this.config = config;
        this.clock = clock;
    }

    void begin(Edge edge, RefusedCallbacks refusals) {
        every(1, "keep what was refused", () -> refusals.flush(clock.instant()));
        every(2, "count what was done", house.tallies()::flush);
        every(1, "link the audit trail", this::linkEvents);
        every(1, "hang up on the late", edge::hangUpOnTheLate);
        every(60, "rotate keys and remove what is dead", this::keepHouse);
    }

    void every(int seconds, String what, Runnable work) {
        done.put(what, new Done(seconds, clock.instant()));
        var _ = thread.scheduleWithFixedDelay(
                () -> {
                    if (attempt(work)) {
                        done.put(what, new Done(seconds, clock.instant()));
                    }
                },
                1,
                seconds,
                TimeUnit.SECONDS);
    }

    /// Tries something once; a failure stands in the log. An error too: what throws one would never be called again.
    static boolean attempt(Runnable work) {
        try {
            work.run();
            return true;
        } catch (StoreException e) {
            LOG.warn("A background task waits for the database: {}", e.getMessage());
        } catch (RuntimeException | Error e) {
            LOG.error("A background task failed; it will be tried again.", e);
        }
        return false;
    }

    /// What has not been done for so long after it was due: it fails, or something before it does not end.
    List<Late> late(Duration patience) {
        var now = clock.instant();
        return done.entrySet().stream()
                .filter(chore -> chore.getValue()
                        .at()
                        .plusSeconds(chore.getValue().everySeconds())
                        .plus(patience)
                        .isBefore(now))
                .map(chore -> new Late(chore.getKey(), chore.getValue().at()))
                .sorted(Comparator.comparing(Late::since))
                .toList();
    }

    // What has happened gets its place in the chain of its tenant within a second.
    private void linkEvents() {
        var chain = house.auditChain();
        for (var tenant = chain.waiting(Optional.empty()); tenant.isPresent(); tenant = chain.waiting(tenant)) {
            house.hosts().find(tenant.get()).ifPresent(host -> {
                while (house.linkEvents(host, EVENTS_LINKED_AT_ONCE) == EVENTS_LINKED_AT_ONCE) {
                    LOG.debug("More events of tenant {} wait for their place in the trail.", host.id());
                }
            });
        }
    }

    private void keepHouse() {
        house.hosts().rotateIfDue();
        var kept = new Purge.Kept(config.eventsKept(), config.mailKept());
        for (var round = 0; round < PURGE_AT_MOST_ROUNDS; round++) {
            if (house.purge().purge(clock.instant(), kept, PURGE_AT_MOST_ROWS) < PURGE_AT_MOST_ROWS) {
                return;
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
