package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Refusals.Refusal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What anyone can cause, and the audit trail that nobody can flood.
@ParameterizedClass
@EnumSource(Databases.class)
class RefusalsTest {
    private static final Instant LATER = NOON.plusSeconds(10);

    private final World world;
    private final Refusals refusals;
    private final TenantId tenant;

    RefusalsTest(Databases databases) {
        world = new World(databases);
        refusals = new Refusals(world.db);
        tenant = world.tenant;
    }

    @Test
    void the_same_refusal_is_one_row_with_a_count_and_its_latest_error_id() {
        refusals.record(List.of(refusal("https://evil.example", "E1"), refusal("https://evil.example", "E2")), NOON);
        refusals.record(List.of(refusal("https://evil.example", "E3")), LATER);
        var all = refusals.list(tenant, 10);
        assertEquals(1, all.size());
        assertEquals(3, all.getFirst().count());
        assertEquals(NOON, all.getFirst().firstAt());
        assertEquals(LATER, all.getFirst().lastAt());
        assertEquals(Optional.of(all.getFirst()), refusals.byErrorId(tenant, " e3"), "as a person types it");
        assertEquals(Optional.empty(), refusals.byErrorId(tenant, "E1"));
    }

    @Test
    void another_value_is_another_row_latest_first() {
        refusals.record(List.of(refusal("one", "e1")), NOON);
        refusals.record(List.of(refusal("two", "e2")), LATER);
        assertEquals(
                List.of("two", "one"),
                refusals.list(tenant, 10).stream().map(Refusal::received).toList());
        assertEquals(1, refusals.list(tenant, 1).size());
    }

    @Test
    void hostile_values_are_cut_and_cleaned_and_never_a_fault() {
        var wide = "\uD83C\uDF88".repeat(5_000);
        var hostile = new Refusal(
                tenant,
                "ÿ".repeat(9_000),
                "ж".repeat(9_000),
                "a\0\uD800" + wide,
                "€".repeat(9_000),
                wide,
                1,
                NOON,
                NOON);
        refusals.record(List.of(hostile), NOON);
        var kept = refusals.list(tenant, 1).getFirst();
        assertEquals("a" + "\uD83C\uDF88".repeat(249), kept.received());
        assertEquals(500, kept.registered().length());
        assertEquals(200, kept.clientId().length());
        assertEquals(Optional.empty(), refusals.byErrorId(tenant, "a\0b"));
    }

    @Test
    void a_key_of_the_greatest_size_that_does_not_compress_fits_its_index() {
        var text = new StringBuilder();
        IntStream.range(0, 600).forEach(i -> text.append((char) (0x4E00 + (i * 7_919) % 20_000)));
        refusals.record(
                List.of(new Refusal(tenant, text.toString(), text.toString(), text.toString(), "", "e", 1, NOON, NOON)),
                NOON);
        assertEquals(500, refusals.list(tenant, 1).getFirst().received().length());
    }

    @Test
    void at_most_a_thousand_rows_are_kept_and_the_oldest_go_first() {
        refusals.record(many("old", 600), NOON);
        refusals.record(many("new", 600), LATER);
        var kept = refusals.list(tenant, 5_000);
        assertEquals(Refusals.KEPT_MAX, kept.size());
        assertEquals(
                600,
                kept.stream()
                        .filter(refusal -> refusal.received().startsWith("new"))
                        .count());
        refusals.record(many("newest", 1_500), LATER.plusSeconds(1));
        assertEquals(Refusals.KEPT_MAX, refusals.list(tenant, 5_000).size());
    }

    @Test
    void one_tenants_flood_drops_nothing_of_another() {
        var other = new World(world.db).tenant;
        refusals.record(List.of(new Refusal(other, "c", "r", "v", "g", "e", 1, NOON, NOON)), NOON);
        refusals.record(many("flood", 1_100), LATER);
        assertEquals(1, refusals.list(other, 10).size());
    }

    @Test
    void batches_at_once_count_every_refusal() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < 50; round++) {
                var value = World.fresh("v");
                race.run(i -> {
                    var batch = new java.util.ArrayList<>(List.of(refusal(value, "e" + i), refusal("shared", "e" + i)));
                    if (i % 2 == 0) {
                        java.util.Collections.reverse(batch);
                    }
                    refusals.record(batch, NOON);
                    return i;
                });
                var counted = refusals.list(tenant, 1_000).stream()
                        .filter(refusal -> refusal.received().equals(value))
                        .findFirst();
                assertEquals(8, counted.orElseThrow().count());
            }
        }
    }

    @Test
    void refusals_leave_nothing_in_the_audit_trail_and_an_empty_batch_nothing_at_all() {
        refusals.record(many("x", 20), NOON);
        refusals.record(List.of(), NOON);
        assertEquals(List.of(), world.events.list(tenant, Optional.empty(), 10));
    }

    @Test
    void events_are_listed_newest_first_page_after_page() {
        var party = world.party();
        world.sessions.end(tenant, party.session(), LATER);
        var all = world.events.list(tenant, Optional.empty(), 10);
        assertEquals(
                List.of("session.ended", "session.started", "account.created", "client.added"),
                all.stream().map(Events.Event::kind).toList());
        assertEquals(Optional.of(party.session()), all.getFirst().session());
        assertEquals(LATER, all.getFirst().at());
        var page = world.events.list(tenant, Optional.of(all.get(1).seq()), 1);
        assertEquals(List.of(all.get(2)), page);
        assertTrue(all.getFirst().seq() < 1L << 53, "exact in a JSON number");
    }

    @Test
    void two_processes_with_one_clock_number_their_events_apart() {
        var url = Databases.SQLITE.newUrl();
        try (var one = Database.open(url);
                var two = Database.open(url)) {
            one.migrate();
            var here = new World(one);
            for (var i = 0; i < 20; i++) {
                here.clients.add(here.aClient("here" + i), NOON);
                new Clients(two).add(here.aClient("there" + i), NOON);
            }
            assertEquals(
                    40, here.events.list(here.tenant, Optional.empty(), 100).size());
        }
    }

    private Refusal refusal(String received, String errorId) {
        return new Refusal(tenant, "shop", "redirect_uri", received, "https://shop.example/cb", errorId, 1, NOON, NOON);
    }

    private List<Refusal> many(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> refusal(prefix + i, "e" + i))
                .toList();
    }
}
