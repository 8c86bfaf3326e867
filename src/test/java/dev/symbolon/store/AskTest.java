package dev.symbolon.store;

import static dev.symbolon.store.World.LIMITS;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.store.Sessions.SignedIn;
import dev.symbolon.store.World.Party;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Many look at once, and one statement may answer several of them.
@ParameterizedClass
@EnumSource(Databases.class)
class AskTest {
    private final World world;
    private final List<Party> parties = new ArrayList<>();

    AskTest(Databases databases) {
        world = new World(databases);
        for (var i = 0; i < Race.THREADS; i++) {
            parties.add(world.party());
        }
    }

    /// Every second one of them ends its own grant; nobody sees another's, and nobody sees one that is over.
    @Test
    void who_looks_after_a_grant_was_revoked_does_not_see_it() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var grants = parties.stream().map(world::redeemed).toList();
                var seen = race.run(i -> {
                    if (i % 2 == 0) {
                        world.grants.revoke(world.tenant, grants.get(i).id(), NOON);
                    }
                    return world.grants
                            .live(world.tenant, grants.get(i).id(), NOON)
                            .map(Grants.LiveGrant::grant);
                });
                for (var i = 0; i < Race.THREADS; i++) {
                    assertEquals(i % 2 == 0 ? Optional.<Grant>empty() : Optional.of(grants.get(i)), seen.get(i));
                }
            }
        }
    }

    /// In every browser somebody signs in as a second person, and every second one signs that one out again.
    @Test
    void who_looks_at_a_browser_sees_who_is_signed_in_there_the_last_choice_first() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var at = NOON.plusMillis(round + 1);
                var seen = race.run(i -> {
                    var second = signedInToo(parties.get(i), parties.get((i + 1) % Race.THREADS), at);
                    if (i % 2 == 0) {
                        world.sessions.end(world.tenant, second, at);
                    }
                    var ids = world
                            .sessions
                            .ofBrowser(world.tenant, parties.get(i).browser(), LIMITS, at)
                            .stream()
                            .map(SignedIn::session)
                            .map(Session::id)
                            .toList();
                    world.sessions.end(world.tenant, second, at);
                    var expected = new ArrayList<>(List.of(parties.get(i).session()));
                    if (i % 2 == 1) {
                        expected.addFirst(second);
                    }
                    return List.of(expected, ids);
                });
                seen.forEach(one -> assertEquals(one.getFirst(), one.getLast()));
            }
        }
    }

    private SessionId signedInToo(Party here, Party other, Instant at) {
        var session = world.aSession(World.fresh("sid"), other.subject(), at);
        return world.sessions.start(session, Optional.of(here.browser()), here.browser(), at);
    }
}
