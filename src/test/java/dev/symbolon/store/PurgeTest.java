package dev.symbolon.store;

import static dev.symbolon.store.World.LIMITS;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantSettings;
import dev.symbolon.store.Grants.Redemption;
import dev.symbolon.store.SigningKeys.NewKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A purge looks at all tenants, so each test has a database of its own.
@ParameterizedClass
@EnumSource(Databases.class)
class PurgeTest {
    private static final Duration YEARS = Duration.ofDays(3_650);
    private static final Instant NEXT_DAY = NOON.plus(Purge.DEAD_FOR);

    private final Database db;
    private final World world;

    PurgeTest(Databases databases) {
        db = Database.open(databases.newUrl());
        db.migrate();
        world = new World(db);
    }

    @AfterEach
    void close() {
        db.close();
    }

    @Test
    void what_is_alive_stays() {
        var party = world.party();
        var grant = world.redeemed(party);
        world.accounts.countAttempt(world.tenant, "b", YEARS, NOON);
        assertEquals(0, world.purge.purge(NOON.plus(Duration.ofDays(80)), Purge.Kept.both(YEARS), 100));
        assertTrue(world.isLive(grant, NOON.plus(Duration.ofDays(80))));
    }

    @Test
    void a_revoked_grant_stays_while_its_code_could_come_again() {
        var party = world.party();
        var grant = world.redeemed(party);
        world.grants.revoke(world.tenant, grant.id(), NOON);
        assertEquals(0, world.purge.purge(NEXT_DAY.minusMillis(1), Purge.Kept.both(YEARS), 100));
        assertEquals(new Redemption.AlreadyRedeemed(), world.grants.redeem(grant, NEXT_DAY.minusMillis(1)));
        assertEquals(1, world.purge.purge(NEXT_DAY, Purge.Kept.both(YEARS), 100));
        assertTrue(world.grants.find(world.tenant, grant.id()).isEmpty());
    }

    @Test
    void an_expired_grant_goes_a_day_after_its_absolute_end() {
        var grant = world.redeemed(world.party());
        var end = grant.expiresAt().plus(Purge.DEAD_FOR);
        assertEquals(0, world.purge.purge(end.minusMillis(1), Purge.Kept.both(YEARS), 100));
        assertEquals(1, world.purge.purge(end, Purge.Kept.both(YEARS), 100));
    }

    @Test
    void an_ended_session_goes_and_its_offline_grant_lives_on() {
        var party = world.party();
        var offline = world.anOfflineGrant(party);
        world.grants.redeem(offline, NOON);
        world.sessions.end(world.tenant, party.session(), NOON);
        assertEquals(0, world.purge.purge(NEXT_DAY.minusMillis(1), Purge.Kept.both(YEARS), 100));
        assertEquals(1, world.purge.purge(NEXT_DAY, Purge.Kept.both(YEARS), 100));
        assertTrue(world.isLive(offline, NEXT_DAY));
        assertEquals(new Redemption.NotAllowed(), world.grants.redeem(world.aGrant(party), NEXT_DAY));
    }

    @Test
    void a_session_that_nobody_came_back_to_goes_when_no_grant_leans_on_it() {
        var party = world.party();
        var leaning = world.party(party.client());
        var forgotten = NOON.plus(Purge.SESSIONS_FORGOTTEN_AFTER);
        var grant = new dev.symbolon.oauth.Grant(
                world.tenant,
                new dev.symbolon.oauth.GrantId("long"),
                leaning.client(),
                leaning.subject(),
                leaning.session(),
                dev.symbolon.oauth.Scope.DEFAULT,
                Optional.empty(),
                Optional.empty(),
                NOON,
                List.of("pwd"),
                dev.symbolon.oauth.ClaimsRequest.NONE,
                Optional.empty(),
                NOON,
                NOON.plus(YEARS));
        world.grants.redeem(grant, NOON);
        assertEquals(0, world.purge.purge(forgotten.minusMillis(1), Purge.Kept.both(YEARS), 100));
        assertEquals(1, world.purge.purge(forgotten, Purge.Kept.both(YEARS), 100));
        assertTrue(world.isLive(grant, forgotten));
        assertTrue(
                world.sessions.find(world.tenant, party.session(), LIMITS, NOON).isEmpty());
    }

    @Test
    void a_signing_key_goes_when_its_last_token_is_dead_and_never_the_one_that_signs() {
        var keys = new SigningKeys(db);
        keys.rotateNow(world.tenant, SigningAlgorithm.RS256, NOON, NOON, new NewKey("1", new Sealed("x"), "{}"));
        keys.rotateNow(world.tenant, SigningAlgorithm.RS256, NOON, NOON, new NewKey("2", new Sealed("x"), "{}"));
        var dead = NOON.plus(SigningKeys.KEPT_AFTER_DEFAULT);
        assertEquals(0, world.purge.purge(dead.minusMillis(1), Purge.Kept.both(YEARS), 100));
        assertEquals(1, world.purge.purge(dead, Purge.Kept.both(YEARS), 100));
        assertEquals(1, keys.list(world.tenant, dead).size());
        assertEquals(0, world.purge.purge(dead.plus(YEARS).minus(Duration.ofDays(99)), Purge.Kept.both(YEARS), 100));
    }

    @Test
    void windows_of_attempts_go_when_they_are_over_and_events_when_they_are_old() {
        var window = Duration.ofMinutes(15);
        world.addTenant();
        world.accounts.countAttempt(world.tenant, "b", window, NOON);
        assertEquals(0, world.purge.purge(NOON.plus(window).minusMillis(1), Purge.Kept.both(Duration.ofDays(30)), 100));
        assertEquals(1, world.purge.purge(NOON.plus(window), Purge.Kept.both(Duration.ofDays(30)), 100));
        var later = NOON.plus(Duration.ofDays(30));
        assertEquals(0, world.purge.purge(later, Purge.Kept.both(Duration.ofDays(30)), 100), "it has no place yet");
        new AuditChain(world.db).link(world.tenant, text -> text.hashCode() + "", 100);
        assertEquals(1, world.purge.purge(later, Purge.Kept.both(Duration.ofDays(30)), 100));
        assertTrue(world.tenants.find(world.tenant).isPresent());
    }

    @Test
    void a_tenant_keeps_its_trail_for_as_long_as_it_says_and_what_stays_can_be_verified() {
        var shorter = new World(db);
        var longer = new World(db);
        var chain = new AuditChain(db);
        var kept = Purge.Kept.both(Duration.ofDays(30));
        for (var one : List.of(world, shorter, longer)) {
            one.addTenant();
        }
        keep(shorter, Duration.ofDays(5));
        keep(longer, Duration.ofDays(90));
        for (var day = 0; day < 20; day++) {
            for (var one : List.of(world, shorter, longer)) {
                var api = new ProtectedResource(
                        one.tenant, "https://api.example", "API", Duration.ofHours(1), SigningAlgorithm.RS256);
                new Resources(db).put(api, NOON.plus(Duration.ofDays(day)));
            }
        }
        for (var one : List.of(world, shorter, longer)) {
            chain.link(one.tenant, PurgeTest::mac, 1_000);
        }
        var whole = count(world);
        var now = NOON.plus(Duration.ofDays(19));
        world.purge.purge(now, kept, 1_000);
        assertEquals(List.of(whole, 5L, 20L), List.of(count(world), days(shorter), days(longer)));
        assertEquals(0, world.purge.purge(now, kept, 1_000), "what is old is gone");
        for (var one : List.of(world, shorter, longer)) {
            assertInstanceOf(
                    AuditChain.Finding.Whole.class,
                    chain.verify(one.tenant, PurgeTest::mac, Optional.empty(), _ -> {}));
        }
        world.purge.purge(NOON.plus(Duration.ofDays(60)), kept, 1_000);
        assertEquals(0, count(world));
        assertEquals(20, days(longer), "the installation's 30 days are not theirs");
        var all = count(longer);
        assertEquals(3, world.purge.purge(NOON.plus(Duration.ofDays(95)), kept, 3));
        assertEquals(all - 3, count(longer), "never more than allowed");
        world.purge.purge(NOON.plus(Duration.ofDays(95)), kept, 1_000);
        assertEquals(14, days(longer));
    }

    private static String mac(String text) {
        return Integer.toHexString(text.hashCode());
    }

    private static void keep(World world, Duration time) {
        var before = new Tenants.Configured(world.aTenant().name(), TenantSettings.NONE);
        var settings = new TenantSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(time));
        assertTrue(
                world.tenants.configure(world.tenant, before, new Tenants.Configured(before.name(), settings), NOON));
    }

    private static long count(World world) {
        return world.events.list(world.tenant, Optional.empty(), 1_000).size();
    }

    private static long days(World world) {
        return world.events
                .list(world.tenant, Optional.empty(), "resource.saved", 1_000)
                .size();
    }

    @Test
    void never_more_is_removed_than_allowed_and_nothing_when_nothing_is_allowed() {
        for (var i = 0; i < 10; i++) {
            world.accounts.countAttempt(world.tenant, "b" + i, Duration.ofMinutes(1), NOON);
            world.grants.revoke(world.tenant, world.redeemed(world.party()).id(), NOON);
        }
        assertEquals(0, world.purge.purge(NEXT_DAY, Purge.Kept.both(YEARS), 0));
        assertEquals(13, world.purge.purge(NEXT_DAY, Purge.Kept.both(YEARS), 13));
        assertEquals(7, world.purge.purge(NEXT_DAY, Purge.Kept.both(YEARS), 13));
        assertEquals(0, world.purge.purge(NEXT_DAY, Purge.Kept.both(YEARS), 13));
        assertFalse(world.events.list(world.tenant, Optional.empty(), 100).isEmpty());
    }
}
