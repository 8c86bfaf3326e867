package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The figures of the days are those of the trail, at every moment and on every node.
@ParameterizedClass
@EnumSource(Databases.class)
class EventDaysTest {
    private static final UnaryOperator<String> MAC = text -> Integer.toHexString(text.hashCode());
    private static final LocalDate FIRST =
            LocalDate.ofInstant(NOON, ZoneOffset.UTC).minusDays(1);

    private final Databases databases;
    private final World world;
    private final AuditChain chain;

    EventDaysTest(Databases databases) {
        this.databases = databases;
        world = new World(databases);
        chain = new AuditChain(world.db);
    }

    private static void happen(World world, int times, Instant at) {
        for (var i = 0; i < times; i++) {
            var account = new Account(
                    world.tenant,
                    new Subject(World.fresh("p")),
                    Optional.empty(),
                    Profile.named(Optional.empty()),
                    NOON,
                    NOON,
                    Optional.empty());
            world.accounts.create(account, Optional.empty(), at);
        }
    }

    private List<Long> created(World of) {
        return of.events.daily(of.tenant, "account.created", FIRST, 4);
    }

    private int execute(String sql) {
        return world.db.write(handle -> handle.execute(sql, world.tenant.value()));
    }

    private List<Long> rows() {
        return world.db.read(handle -> handle.createQuery("""
                        SELECT events FROM event_day WHERE tenant_id = :tenant AND kind = 'account.created'
                        ORDER BY day""")
                .bind("tenant", world.tenant.value())
                .mapTo(Long.class)
                .list());
    }

    @Test
    void a_day_is_the_same_before_its_events_have_their_places_and_after() {
        happen(world, 1, NOON.minus(Duration.ofDays(2)));
        happen(world, 3, NOON);
        happen(world, 2, NOON.plus(Duration.ofDays(2)));
        happen(new World(databases), 5, NOON);
        assertEquals(List.of(0L, 3L, 0L, 2L), created(world));
        chain.link(world.tenant, MAC, 3);
        assertEquals(List.of(0L, 3L, 0L, 2L), created(world));
        chain.link(world.tenant, MAC, 10);
        assertEquals(List.of(0L, 3L, 0L, 2L), created(world));
        assertEquals(List.of(1L, 3L, 2L), rows());
        assertEquals(List.of(0L, 0L, 0L, 0L), world.events.daily(world.tenant, "session.started", FIRST, 4));
    }

    @Test
    void a_day_ends_at_midnight_of_utc() {
        happen(world, 1, Instant.parse("2026-02-28T23:59:59.999Z"));
        happen(world, 1, Instant.parse("2026-03-01T00:00:00Z"));
        chain.link(world.tenant, MAC, 10);
        assertEquals(List.of(1L, 1L, 0L, 0L), created(world));
    }

    @Test
    void what_an_older_version_chained_is_seen_and_is_made_up_for() {
        happen(world, 4, NOON);
        chain.link(world.tenant, MAC, 10);
        // It knows nothing of days.
        execute("DELETE FROM event_day WHERE tenant_id = ?");
        execute("UPDATE audit_chain SET counted = NULL WHERE tenant_id = ?");
        assertEquals(List.of(0L, 4L, 0L, 0L), created(world));
        happen(world, 1, NOON);
        chain.link(world.tenant, MAC, 10);
        assertEquals(List.of(5L), rows());
        assertEquals(List.of(0L, 5L, 0L, 0L), created(world));
    }

    @Test
    void what_was_there_before_the_days_were_counted_is_counted_by_the_migration() {
        try (var db = Database.open(databases.newUrl())) {
            var script = Database.SCRIPTS.stream()
                    .filter(name -> name.endsWith("-days.sql"))
                    .findFirst();
            db.migrate(Database.SCRIPTS.indexOf(script.orElseThrow()));
            var tenant = new TenantId("old");
            db.<Integer>write(handle -> handle.execute("""
                    INSERT INTO audit_chain (tenant_id, position, link, removed_position, removed_link)
                    VALUES ('old', 2, 'l', 0, '')"""));
            for (var i = 1; i <= 2; i++) {
                var place = (long) i;
                db.<Integer>write(handle -> handle.execute("""
                        INSERT INTO event (tenant_id, seq, at, kind, detail, position, link)
                        VALUES ('old', ?, ?, 'account.created', '{}', ?, 'l')""", place, NOON.toEpochMilli(), place));
            }
            db.migrate();
            assertEquals(List.of(0L, 2L), new Events(db).daily(tenant, "account.created", FIRST, 2));
        }
    }

    @Test
    void of_eight_nodes_that_count_at_once_each_event_is_counted_once() throws Exception {
        try (var race = new Race()) {
            for (var round = 1; round <= 50; round++) {
                happen(world, 10, NOON);
                race.run(_ -> chain.link(world.tenant, MAC, 7));
                while (chain.link(world.tenant, MAC, 100) > 0) {
                    // until every event has its place
                }
                assertEquals(List.of(10L * round), rows());
            }
        }
    }

    @Test
    void days_go_with_their_events() {
        happen(world, 2, NOON.minus(Duration.ofDays(1)));
        happen(world, 2, NOON);
        chain.link(world.tenant, MAC, 10);
        var kept = new Purge.Kept(Duration.ofDays(1), Duration.ofDays(1));
        world.purge.purge(NOON.plus(Duration.ofHours(1)), kept, 1_000);
        assertEquals(List.of(2L, 2L), rows(), "a day of which anything is kept is whole");
        world.purge.purge(NOON.plus(Duration.ofDays(1)), kept, 1_000);
        assertEquals(List.of(2L), rows());
    }
}
