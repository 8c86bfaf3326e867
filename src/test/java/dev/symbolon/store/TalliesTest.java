package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What is counted in memory arrives, once, whoever counts and writes at the same time.
@ParameterizedClass
@EnumSource(Databases.class)
class TalliesTest {
    private static final LocalDate TODAY = LocalDate.ofInstant(NOON, ZoneOffset.UTC);

    private final World world;

    TalliesTest(Databases databases) {
        world = new World(databases);
        assertTrue(world.addTenant());
    }

    private List<Long> refreshed() {
        return world.events.daily(world.tenant, Tallies.TOKEN_REFRESHED, TODAY, 2);
    }

    @Test
    void each_day_and_each_kind_has_its_own_figure() {
        var tallies = new Tallies(world.db);
        tallies.count(world.tenant, Tallies.TOKEN_REFRESHED, NOON);
        tallies.count(world.tenant, Tallies.TOKEN_REFRESHED, NOON.plus(Duration.ofDays(1)));
        tallies.count(world.tenant, Tallies.TOKEN_REFRESHED, NOON.plus(Duration.ofDays(1)));
        tallies.count(world.tenant, Tallies.CONNECTION_FAILED + "acme", NOON);
        tallies.count(new World(Databases.SQLITE).tenant, Tallies.CONNECTION_FAILED + "acme", NOON);
        assertEquals(List.of(0L, 0L), refreshed(), "it waits");
        tallies.flush();
        tallies.flush();
        assertEquals(List.of(1L, 2L), refreshed());
        assertEquals(Map.of("acme", 1L), tallies.on(world.tenant, Tallies.CONNECTION_FAILED, TODAY));
        assertEquals(Map.of(), tallies.on(world.tenant, Tallies.CONNECTION_FAILED, TODAY.plusDays(1)));
    }

    @Test
    void a_tenant_that_is_gone_gets_no_row() {
        var tallies = new Tallies(world.db);
        var gone = new TenantId("gone");
        tallies.count(gone, Tallies.TOKEN_REFRESHED, NOON);
        tallies.flush();
        assertEquals(List.of(0L), world.events.daily(gone, Tallies.TOKEN_REFRESHED, TODAY, 1));
    }

    @Test
    void nothing_is_lost_and_nothing_counted_twice_by_two_nodes_that_write_at_once() throws Exception {
        var nodes = List.of(new Tallies(world.db), new Tallies(world.db));
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                race.run(i -> {
                    var node = nodes.get(i % 2);
                    node.count(world.tenant, Tallies.TOKEN_REFRESHED, NOON);
                    node.flush();
                    return i;
                });
            }
        }
        nodes.forEach(Tallies::flush);
        assertEquals(List.of((long) Race.ROUNDS * Race.THREADS, 0L), refreshed());
    }
}
