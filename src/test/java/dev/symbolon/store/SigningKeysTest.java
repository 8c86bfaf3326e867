package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.SigningKeys.KeySchedule;
import dev.symbolon.store.SigningKeys.NewKey;
import dev.symbolon.store.SigningKeys.StoredKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class SigningKeysTest {
    private static final KeySchedule SCHEDULE =
            new KeySchedule(Duration.ofDays(90), Duration.ofDays(7), Duration.ofDays(31));
    private static final SigningAlgorithm RS256 = SigningAlgorithm.RS256;

    private final World world;
    private final SigningKeys keys;
    private final TenantId tenant;

    SigningKeysTest(Databases databases) {
        world = new World(databases);
        keys = new SigningKeys(world.db);
        tenant = world.tenant;
    }

    @Test
    void the_first_key_signs_at_once_and_reads_back_as_it_was() {
        assertTrue(rotate(NOON));
        var key = list(NOON).getFirst();
        assertEquals(
                new StoredKey(
                        tenant,
                        key.kid(),
                        RS256,
                        new Sealed("private " + key.kid()),
                        "{\"kid\":\"" + key.kid() + "\"}",
                        NOON,
                        NOON,
                        Optional.empty()),
                key);
    }

    @Test
    void nothing_is_made_and_nobody_is_asked_before_it_is_time() {
        rotate(NOON);
        var justBefore = NOON.plus(Duration.ofDays(83)).minusMillis(1);
        assertFalse(keys.rotateIfDue(tenant, RS256, SCHEDULE, justBefore, () -> {
            throw new AssertionError("not due");
        }));
        assertEquals(1, list(justBefore).size());
    }

    @Test
    void the_next_key_is_published_ahead_and_signs_when_the_first_has_signed_long_enough() {
        rotate(NOON);
        var due = NOON.plus(Duration.ofDays(83));
        assertTrue(rotate(due));
        assertFalse(rotate(due));
        var both = list(due);
        var handOver = NOON.plus(Duration.ofDays(90));
        assertEquals(Optional.of(handOver), both.get(0).retiredAt());
        assertEquals(handOver, both.get(1).signsFrom());
        assertEquals(Optional.empty(), both.get(1).retiredAt());
    }

    @Test
    void a_server_that_slept_past_the_hour_still_publishes_ahead() {
        rotate(NOON);
        var late = NOON.plus(Duration.ofDays(365));
        assertTrue(rotate(late));
        assertEquals(late.plus(Duration.ofDays(7)), list(late).getLast().signsFrom());
        assertEquals(
                Optional.of(late.plus(Duration.ofDays(7))),
                list(late).getFirst().retiredAt());
    }

    @Test
    void a_retired_key_is_published_until_its_last_token_is_dead() {
        rotate(NOON);
        rotate(NOON.plus(Duration.ofDays(83)));
        var gone = NOON.plus(Duration.ofDays(90 + 31));
        assertEquals(2, list(gone.minusMillis(1)).size());
        assertEquals(1, list(gone).size());
    }

    @Test
    void each_algorithm_and_each_tenant_has_keys_of_its_own() {
        rotate(NOON);
        assertTrue(keys.rotateIfDue(tenant, SigningAlgorithm.EDDSA, SCHEDULE, NOON, SigningKeysTest::made));
        assertEquals(2, list(NOON).size());
        var other = new World(world.db).tenant;
        assertEquals(List.of(), keys.list(other, NOON));
        assertTrue(keys.rotateIfDue(other, RS256, SCHEDULE, NOON, SigningKeysTest::made));
    }

    @Test
    void an_emergency_key_signs_at_once_and_takes_the_place_of_one_that_waited() {
        rotate(NOON);
        var due = NOON.plus(Duration.ofDays(83));
        rotate(due);
        var now = due.plusSeconds(1);
        assertTrue(keys.rotateNow(tenant, RS256, now, now, made()));
        var all = list(now);
        assertEquals(3, all.size());
        assertEquals(Optional.of(now), all.get(0).retiredAt());
        assertEquals(Optional.of(now), all.get(1).retiredAt());
        assertEquals(now, all.get(2).signsFrom());
        assertEquals(1, all.stream().filter(key -> key.retiredAt().isEmpty()).count());
        assertFalse(rotate(now), "and the schedule counts from it");
    }

    @Test
    void an_emergency_key_can_be_the_first_one() {
        assertTrue(keys.rotateNow(tenant, RS256, NOON, NOON, made()));
        assertFalse(rotate(NOON));
    }

    @Test
    void JW_08_a_withdrawn_key_is_published_nowhere_and_the_last_one_cannot_be_withdrawn() {
        rotate(NOON);
        var later = NOON.plusSeconds(60);
        var leaked = list(NOON).getFirst().kid();
        assertEquals(SigningKeys.Withdrawal.STILL_NEEDED, keys.withdraw(tenant, leaked, NOON));
        assertTrue(keys.rotateNow(tenant, RS256, later.plusSeconds(1), later, made()));
        assertEquals(SigningKeys.Withdrawal.STILL_NEEDED, keys.withdraw(tenant, leaked, later), "the next signs later");
        var now = later.plusSeconds(1);
        assertEquals(SigningKeys.Withdrawal.UNKNOWN, keys.withdraw(tenant, "nothing", now));
        assertEquals(SigningKeys.Withdrawal.UNKNOWN, keys.withdraw(tenant, "\0", now));
        assertEquals(SigningKeys.Withdrawal.WITHDRAWN, keys.withdraw(tenant, leaked, now));
        assertEquals(1, list(now).size());
        assertFalse(leaked.equals(list(now).getFirst().kid()));
        assertEquals(SigningKeys.Withdrawal.UNKNOWN, keys.withdraw(tenant, leaked, now), "twice");
        assertEquals(1, world.count("signing_key.withdrawn"));
    }

    @Test
    void a_kid_is_used_once() {
        var key = made();
        assertTrue(keys.rotateNow(tenant, RS256, NOON, NOON, key));
        assertFalse(keys.rotateNow(tenant, RS256, NOON, NOON, key));
        assertFalse(keys.rotateNow(tenant, SigningAlgorithm.ES256, NOON, NOON, key));
        assertEquals(Optional.empty(), list(NOON).getFirst().retiredAt());
        assertEquals(1, world.count("signing_key.created"));
    }

    @Test
    void of_eight_nodes_at_once_exactly_one_makes_the_key() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var tenant = new World(world.db).tenant;
                var made = race.run(i -> keys.rotateIfDue(tenant, RS256, SCHEDULE, NOON, SigningKeysTest::made));
                assertEquals(1, Collections.frequency(made, true));
                assertEquals(1, keys.list(tenant, NOON).size());
            }
        }
    }

    private boolean rotate(Instant now) {
        return keys.rotateIfDue(tenant, RS256, SCHEDULE, now, SigningKeysTest::made);
    }

    private List<StoredKey> list(Instant now) {
        return keys.list(tenant, now);
    }

    private static NewKey made() {
        var kid = World.fresh("kid");
        return new NewKey(kid, new Sealed("private " + kid), "{\"kid\":\"" + kid + "\"}");
    }
}
