package dev.symbolon.store;

import static dev.symbolon.store.World.IDLE;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.store.Grants.Redemption;
import dev.symbolon.store.Grants.Rotation;
import dev.symbolon.store.World.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// The "exactly one" of codes and refresh tokens, by eight callers at the same moment.
@ParameterizedClass
@EnumSource(Databases.class)
class GrantRacesTest {
    private static final Instant LATER = NOON.plusSeconds(10);
    private static final PasswordHash NEW_PASSWORD = new PasswordHash("$new");

    private final World world;
    private final Grants grants;
    private final Party party;

    GrantRacesTest(Databases databases) {
        world = new World(databases);
        grants = world.grants;
        party = world.party();
    }

    @Test
    void of_eight_redemptions_at_once_exactly_one_wins_and_the_grant_ends_revoked() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var grant = world.aGrant(party);
                var results = race.run(i -> grants.redeem(grant, NOON));
                assertEquals(
                        1,
                        results.stream()
                                .filter(Redemption.Redeemed.class::isInstance)
                                .count());
                assertEquals(7, Collections.frequency(results, new Redemption.AlreadyRedeemed()));
                assertFalse(world.isLive(grant, NOON));
            }
        }
        assertEquals(Race.ROUNDS, world.count("grant.replayed"));
    }

    @Test
    void of_eight_rotations_at_once_exactly_one_rotates_and_the_others_get_its_successor() throws Exception {
        var grant = world.redeemed(party);
        try (var race = new Race()) {
            for (var round = 1; round <= Race.ROUNDS; round++) {
                var presented = round;
                var results = race.run(i -> world.rotate(grant, presented, NOON));
                assertEquals(1, Collections.frequency(results, new Rotation.Rotated(presented + 1)));
                assertEquals(7, Collections.frequency(results, new Rotation.SameSuccessor(presented + 1)));
            }
        }
        assertTrue(world.isLive(grant, NOON));
    }

    @Test
    void without_leeway_exactly_one_of_eight_rotates_and_the_replay_revokes() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var grant = world.redeemed(party);
                var results = race.run(i -> grants.rotate(world.tenant, grant.id(), 1, Duration.ZERO, IDLE, NOON));
                assertEquals(1, Collections.frequency(results, new Rotation.Rotated(2)));
                assertTrue(results.contains(new Rotation.Replayed()));
                assertTrue(results.stream().noneMatch(Rotation.SameSuccessor.class::isInstance));
                assertFalse(world.isLive(grant, NOON));
            }
        }
        assertEquals(Race.ROUNDS, world.count("grant.replayed"));
    }

    @Test
    void whatever_is_redeemed_while_the_session_ends_is_not_honoured_afterwards() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS / 4; round++) {
                var one = world.party(party.client());
                var mine = Stream.generate(() -> world.aGrant(one))
                        .limit(Race.THREADS)
                        .toList();
                race.run(i -> i == 0
                        ? world.sessions.end(world.tenant, one.session(), NOON)
                        : grants.redeem(mine.get(i), NOON));
                mine.forEach(grant -> assertFalse(world.isLive(grant, NOON)));
                mine.forEach(grant -> assertEquals(new Rotation.Dead(), world.rotate(grant, 1, NOON)));
            }
        }
    }

    @Test
    void whatever_is_redeemed_while_the_password_changes_is_not_honoured_afterwards() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS / 4; round++) {
                var one = world.party(party.client());
                var mine = Stream.generate(() -> world.anOfflineGrant(one))
                        .limit(Race.THREADS)
                        .toList();
                race.run(i -> i == 0
                        ? world.accounts.changePassword(world.tenant, one.subject(), NEW_PASSWORD, LATER)
                        : grants.redeem(mine.get(i), LATER));
                mine.forEach(grant -> assertFalse(world.isLive(grant, LATER)));
            }
        }
    }
}
