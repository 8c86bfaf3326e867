package dev.symbolon.store;

import static dev.symbolon.store.World.IDLE;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Grant;
import dev.symbolon.store.World.Party;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        var change = new Together.Change<>(
                "UPDATE client_grant AS g SET generation = 9 WHERE g.tenant_id = :tenant AND g.grant_id = :grant",
                "g.grant_id",
                (row, context) -> row.getString("grant_id"));
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
