package dev.symbolon.store;

import static dev.symbolon.store.World.IDLE;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.World.Party;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What one transaction of PostgreSQL does for several callers. They would all be served alone if it failed, only more
/// slowly, so it is looked at by itself.
class TogetherTest {
    private final World world = new World(Databases.POSTGRESQL);
    private final Party party = world.party();

    @BeforeEach
    void addApi() {
        new Resources(world.db).add(World.anApi(world.tenant), NOON);
    }

    @Test
    void each_is_shown_its_own_and_who_wrote_nothing_is_shown_nothing() {
        var first = world.redeemed(party);
        var second = world.redeemed(world.party(party.client()));
        var third = world.redeemed(world.party(party.client()));
        var rows = List.of(
                row(third, 1, party.client()),
                row(first, 1, new ClientId("other")),
                row(first, 1, party.client()),
                row(first, 1, party.client()),
                row(second, 7, party.client()));
        assertEquals(
                List.of(
                        Optional.of(third),
                        Optional.<Grant>empty(),
                        Optional.of(first),
                        Optional.<Grant>empty(),
                        Optional.<Grant>empty()),
                made(rows));
        assertEquals(2, generation(first));
        assertEquals(1, generation(second));
        assertEquals(2, generation(third));
    }

    @Test
    void of_nobody_who_wrote_anything_there_is_nothing_to_be_seen() {
        var grant = world.redeemed(party);
        var rows = List.of(row(grant, 3, party.client()), row(grant, 0, party.client()));
        assertEquals(List.of(Optional.<Grant>empty(), Optional.<Grant>empty()), made(rows));
    }

    @Test
    void as_many_as_ever_go_together() {
        var grants = new ArrayList<Grant>();
        for (var i = 0; i < Together.MOST; i++) {
            grants.add(world.redeemed(party));
        }
        var rows = grants.stream().map(grant -> row(grant, 1, party.client())).toList();
        assertEquals(grants.stream().map(Optional::of).toList(), made(rows));
    }

    /// The transaction is not committed then: each is served alone, and told what is the matter.
    @Test
    void what_was_written_and_is_not_seen_undoes_all_of_it() {
        var grant = world.redeemed(party);
        var change = writing("TRUE");
        var gone = world.redeemed(world.party(party.client()));
        world.db.write(handle -> handle.execute(
                "DELETE FROM account WHERE tenant_id = ? AND subject = ?",
                world.tenant.value(),
                gone.subject().value()));
        var rows = List.of(
                new Together.Row(world.tenant, grant.id(), Map.of()),
                new Together.Row(world.tenant, gone.id(), Map.of()));
        assertThrows(IllegalStateException.class, () -> world.db.write(handle -> change.make(handle, rows)));
        assertEquals(1, generation(grant));
    }

    @Test
    void an_api_that_went_away_meanwhile_undoes_it_too() {
        var grant = world.redeemed(party);
        var change = writing("r.identifier IS NOT NULL");
        var rows = List.of(new Together.Row(world.tenant, grant.id(), Map.of()));
        assertEquals(List.of(Optional.of(grant.id().value())), world.db.write(handle -> change.make(handle, rows)));
        new Resources(world.db).remove(world.tenant, World.anApi(world.tenant).identifier(), NOON);
        assertThrows(IllegalStateException.class, () -> world.db.write(handle -> change.make(handle, rows)));
    }

    private static final Together.Question<String> WHAT_IS_THERE = new Together.Question<>(
            "SELECT g.subject FROM client_grant g WHERE g.tenant_id = :tenant AND g.client_id = :client"
                    + " AND g.expires_at > :now AND CAST('1' AS TEXT) = '1'::TEXT ORDER BY g.subject LIMIT 2",
            List.of("tenant", "client"),
            List.of("now"),
            (row, context) -> row.getString("subject"));

    /// Grants of two clients, one and three of them; the question shows two.
    @Test
    void each_is_told_what_it_asked_and_no_more_than_alone() {
        var second = world.party();
        var asked = List.of(
                question("nobody", NOON),
                question(party.client().value(), NOON),
                question(second.client().value(), NOON),
                question(party.client().value(), NOON),
                question(party.client().value(), NOON.plus(Duration.ofDays(10_000))));
        world.redeemed(party);
        world.redeemed(second);
        world.redeemed(second);
        world.redeemed(second);
        var alone = asked.stream()
                .map(values -> world.db.<List<String>>read(handle -> WHAT_IS_THERE.ask(handle, values)))
                .toList();
        assertEquals(List.of(0, 1, 2, 1, 0), alone.stream().map(List::size).toList());
        assertEquals(alone, world.db.<List<List<String>>>read(handle -> WHAT_IS_THERE.ask(handle, asked)));
    }

    /// The same grant and the same browser in two tenants, which no node would make.
    @Test
    void in_company_too_a_question_is_asked_of_one_tenant() {
        var other = new World(world.db);
        var mine = world.redeemed(party);
        var theirs = other.party();
        var grant = other.redeemed(theirs);
        world.db.write(handle -> handle.execute(
                "UPDATE client_grant SET grant_id = ? WHERE tenant_id = ?",
                mine.id().value(),
                other.tenant.value()));
        world.db.write(handle -> handle.execute(
                "UPDATE session SET browser = ? WHERE tenant_id = ?",
                party.browser().value(),
                other.tenant.value()));
        var looking = List.of(world.tenant, other.tenant, new TenantId("none"), world.tenant);
        List<Map<String, ?>> ofGrants = looking.stream()
                .<Map<String, ?>>map(tenant -> Grants.looking(tenant, mine.id(), NOON))
                .toList();
        assertEquals(
                List.of(List.of(mine.subject()), List.of(grant.subject()), List.of(), List.of(mine.subject())),
                world.db.<List<List<Grants.LiveGrant>>>read(handle -> Grants.LIVE.ask(handle, ofGrants)).stream()
                        .map(found -> found.stream()
                                .map(live -> live.account().subject())
                                .toList())
                        .toList());
        List<Map<String, ?>> ofBrowsers = looking.stream()
                .<Map<String, ?>>map(tenant -> Sessions.looking(tenant, party.browser(), World.LIMITS, NOON))
                .toList();
        assertEquals(
                List.of(List.of(party.session()), List.of(theirs.session()), List.of(), List.of(party.session())),
                world
                        .db
                        .<List<List<Sessions.SignedIn>>>read(handle -> Sessions.OF_BROWSER.ask(handle, ofBrowsers))
                        .stream()
                        .map(found ->
                                found.stream().map(one -> one.session().id()).toList())
                        .toList());
    }

    @Test
    void a_question_names_its_parameters_and_is_asked_with_all_of_them() {
        var sql = "SELECT g.subject FROM client_grant g WHERE g.tenant_id = :tenant LIMIT 1";
        for (var names : List.of(List.<String>of(), List.of("tenant", "client"), List.of("client"))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new Together.Question<>(sql, names, List.of(), (row, context) -> ""));
        }
        List<Map<String, ?>> incomplete = List.of(question("c", NOON), Map.of("tenant", "t", "client", "c"));
        assertThrows(
                NullPointerException.class,
                () -> world.db.<List<List<String>>>read(handle -> WHAT_IS_THERE.ask(handle, incomplete)));
    }

    private Map<String, ?> question(String client, Instant now) {
        return Map.of("tenant", world.tenant.value(), "client", client, "now", now.toEpochMilli());
    }

    /// The second of three waits for the first and takes the third along, and that fails for a reason of its own.
    @Test
    void who_fails_in_company_goes_on_alone() throws Exception {
        for (var round = 0; round < 100; round++) {
            var failed = new AtomicInteger();
            var alone = new AtomicInteger();
            var company = new ArrayList<Thread>();
            var together = new AtomicReference<Together<String, String>>();
            together.set(new Together<>(
                    Comparator.naturalOrder(),
                    all -> {
                        failed.incrementAndGet();
                        throw new IllegalStateException("only in company");
                    },
                    one -> {
                        if (alone.getAndIncrement() == 0) {
                            begin(company, () -> together.get().run("other"));
                        }
                        return one;
                    },
                    PostgresDatabase::isOfAllWhoLook));
            assertEquals("first", together.get().run("first"));
            for (var other : company) {
                other.join();
            }
            assertEquals(3, alone.get());
            assertEquals(0, together.get().queue());
            if (failed.get() == 1) {
                return;
            }
        }
        fail("Nobody was taken along in a hundred rounds.");
    }

    @Test
    void what_all_are_told_of_is_a_commit_that_nobody_confirmed_and_a_server_that_is_slow_or_gone() {
        var unconfirmed = StoreBusyException.unconfirmed(new SQLWarning("canceling wait"));
        var slow = new StoreBusyException("The database was too slow.", new SQLException());
        var interrupted = new StoreBusyException("The wait was interrupted.", new InterruptedException());
        var broken = new StoreException("The connection to the database broke.", new SQLException());
        var wrong = new IllegalStateException("a fault of ours");
        var failures = List.of(unconfirmed, slow, interrupted, broken, wrong);
        assertEquals(
                List.of(unconfirmed),
                failures.stream().filter(PostgresDatabase::isOfAllWhoChange).toList());
        assertEquals(
                List.of(unconfirmed, slow),
                failures.stream().filter(PostgresDatabase::isOfAllWhoLook).toList());
        Thread.currentThread().interrupt();
        assertFalse(PostgresDatabase.isOfAllWhoLook(slow), "it may be slow for who was interrupted");
        assertTrue(Thread.interrupted());
    }

    /// Two who come while one is under way.
    private static void begin(List<Thread> company, Runnable come) {
        for (var i = 0; i < 2; i++) {
            company.add(Thread.ofPlatform().start(come));
        }
        for (var other : company) {
            while (other.getState() != Thread.State.WAITING && other.isAlive()) {
                Thread.onSpinWait();
            }
        }
    }

    /// The second of three waits for the first and takes the third along.
    @Test
    void a_commit_that_no_standby_confirmed_is_done_for_nobody_who_was_in_it() throws Exception {
        var row = new Together.Row(world.tenant, new GrantId("g"), Map.of());
        for (var round = 0; round < 100; round++) {
            var company = new Company(row);
            assertEquals(Optional.of("alone"), company.together.run(row));
            for (var other : company.others) {
                other.join();
            }
            if (company.batches.get() == 1) {
                assertEquals(2, company.refused.get());
                return;
            }
        }
        fail("Nobody was taken along in a hundred rounds.");
    }

    /// Two who come while one is under way.
    private static final class Company {
        private final AtomicInteger batches = new AtomicInteger();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicBoolean isFirst = new AtomicBoolean(true);
        private final List<Thread> others = new ArrayList<>();
        private final Together<Together.Row, Optional<String>> together = new Together<>(
                Comparator.comparing(Together.Row::order),
                this::unconfirmed,
                this::alone,
                PostgresDatabase::isOfAllWhoChange);
        private final Together.Row row;

        Company(Together.Row row) {
            this.row = row;
        }

        private List<Optional<String>> unconfirmed(List<Together.Row> rows) {
            assertEquals(2, rows.size());
            batches.incrementAndGet();
            throw StoreBusyException.unconfirmed(new SQLWarning("canceling wait for synchronous replication"));
        }

        private Optional<String> alone(Together.Row mine) {
            if (isFirst.compareAndSet(true, false)) {
                begin(others, this::come);
            }
            return Optional.of("alone");
        }

        private void come() {
            try {
                together.run(row);
            } catch (StoreBusyException e) {
                refused.incrementAndGet();
            }
        }
    }

    /// Writes any grant, and shows its id.
    private static Together.Change<String> writing(String whole) {
        return new Together.Change<>(
                "UPDATE client_grant AS g SET generation = 9 WHERE g.tenant_id = :tenant AND g.grant_id = :grant",
                "g.grant_id",
                whole,
                (row, context) -> row.getString("grant_id"));
    }

    private List<Optional<Grant>> made(List<Together.Row> rows) {
        return world.db.write(handle -> Grants.REFRESH.make(handle, rows).stream()
                .map(one -> one.map(Grants.LiveGrant::grant))
                .toList());
    }

    private Together.Row row(Grant grant, long presented, ClientId client) {
        return new Together.Row(
                world.tenant,
                grant.id(),
                Map.of(
                        "presented", presented,
                        "client", client.value(),
                        "idle", NOON.minus(IDLE).toEpochMilli(),
                        "now", NOON.toEpochMilli()));
    }

    private long generation(Grant grant) {
        return world.grants.live(world.tenant, grant.id(), NOON).orElseThrow().generation();
    }
}
