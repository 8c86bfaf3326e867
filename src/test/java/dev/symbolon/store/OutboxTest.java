package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Outbox.Row;
import dev.symbolon.store.Outbox.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Mails that wait, and what became of them.
@ParameterizedClass
@EnumSource(Databases.class)
class OutboxTest {
    private static final Duration CLAIM = Duration.ofMinutes(5);
    private static final int MAILS = 300;

    private final World world;
    private final Outbox outbox;

    OutboxTest(Databases databases) {
        world = new World(databases);
        world.addTenant();
        outbox = new Outbox(world.db);
        world.db.<Integer>write(handle -> handle.execute("DELETE FROM mail"));
    }

    private void queue(String id) {
        assertTrue(outbox.queue(world.tenant, id, "sign_in", "sealed " + id, NOON));
    }

    private Row row(String id) {
        return outbox.log(world.tenant, 1_000).stream()
                .filter(row -> row.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_mail_is_claimed_by_one_and_comes_back_when_its_time_is_over() {
        queue("one");
        assertEquals(Optional.of(NOON), outbox.nextDue());
        assertEquals(List.of(), outbox.claim(NOON.minusMillis(1), CLAIM, 10));
        var claimed = outbox.claim(NOON, CLAIM, 10).getFirst();
        assertEquals("sealed one", claimed.content().orElseThrow());
        assertEquals(1, claimed.attempts());
        assertEquals(List.of(), outbox.claim(NOON.plus(CLAIM).minusMillis(1), CLAIM, 10));
        assertEquals(2, outbox.claim(NOON.plus(CLAIM), CLAIM, 10).getFirst().attempts());
    }

    @Test
    void what_a_mail_said_is_forgotten_when_nothing_more_is_to_be_done() {
        queue("sent");
        queue("failed");
        queue("later");
        outbox.claim(NOON, CLAIM, 10);
        outbox.end(world.tenant, "sent", State.SENT, "250 ok", NOON);
        outbox.end(world.tenant, "failed", State.FAILED, "550 no", NOON);
        outbox.postpone(world.tenant, "later", "450 busy", NOON.plusSeconds(30));
        assertEquals(Optional.empty(), row("sent").content());
        assertEquals(Optional.empty(), row("failed").content());
        assertEquals("550 no", row("failed").answer().orElseThrow());
        assertTrue(row("later").content().isPresent());
        assertEquals(State.QUEUED, row("later").state());
        assertEquals(
                "later",
                outbox.claim(NOON.plusSeconds(30), CLAIM, 10).getFirst().id());
        outbox.end(world.tenant, "sent", State.FAILED, "again", NOON);
        assertEquals(State.SENT, row("sent").state(), "what has ended stays so");
    }

    @Test
    void two_carriers_take_each_mail_once() throws Exception {
        for (var i = 0; i < MAILS; i++) {
            queue("m" + i);
        }
        var barrier = new CyclicBarrier(2);
        Callable<List<String>> carrier = () -> {
            var taken = new ArrayList<String>();
            barrier.await();
            for (var idle = 0; idle < 3; ) {
                var claimed = outbox.claim(NOON, CLAIM, 3);
                claimed.forEach(row -> taken.add(row.id()));
                idle = claimed.isEmpty() ? idle + 1 : 0;
            }
            return taken;
        };
        try (var threads = Executors.newFixedThreadPool(2)) {
            var one = threads.submit(carrier);
            var two = threads.submit(carrier);
            var all = new ArrayList<>(one.get());
            all.addAll(two.get());
            assertEquals(MAILS, all.size());
            assertEquals(MAILS, new HashSet<>(all).size());
        }
    }

    @Test
    void only_so_many_are_kept_to_be_looked_at_and_the_newest_come_first() {
        for (var i = 0; i < Outbox.SHOWN_MAX + 5; i++) {
            outbox.show(world.tenant, "s" + i, "sign_in", "sealed", NOON.plusSeconds(i));
        }
        var shown = outbox.shown(1_000);
        assertEquals(Outbox.SHOWN_MAX, shown.size());
        assertEquals("s" + (Outbox.SHOWN_MAX + 4), shown.getFirst().id());
        assertEquals(List.of(), outbox.claim(NOON.plusSeconds(1_000), CLAIM, 10), "none of them is sent");
    }

    @Test
    void a_full_outbox_refuses_and_another_tenants_does_not_count() {
        world.db.<Integer>write(handle -> {
            var batch = handle.prepareBatch("""
                    INSERT INTO mail (tenant_id, mail_id, kind, state, attempts, created_at, due_at)
                    VALUES (:tenant, :id, 'sign_in', 'QUEUED', 0, 0, 0)""");
            for (var i = 0; i < Outbox.WAITING_MAX; i++) {
                batch.bind("tenant", world.tenant.value()).bind("id", "w" + i).add();
            }
            return batch.execute().length;
        });
        assertFalse(outbox.queue(world.tenant, "more", "sign_in", "sealed", NOON));
        assertTrue(outbox.queue(new TenantId("another"), "more", "sign_in", "sealed", NOON));
    }

    @Test
    void what_became_of_mails_is_forgotten_in_time_and_what_waits_is_not() {
        queue("waits");
        queue("sent");
        outbox.end(world.tenant, "sent", State.SENT, "250 ok", NOON);
        var kept = new Purge.Kept(Duration.ofDays(365), Duration.ofDays(30));
        world.purge.purge(NOON.plus(Duration.ofDays(30)).minusMillis(1), kept, 100_000);
        assertEquals(2, outbox.log(world.tenant, 10).size());
        world.purge.purge(NOON.plus(Duration.ofDays(30)), kept, 100_000);
        assertEquals(1, outbox.log(world.tenant, 10).size());
        assertEquals("waits", outbox.log(world.tenant, 10).getFirst().id());
    }
}
