package dev.symbolon.store;

import static dev.symbolon.store.World.IDLE;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Grants.LiveGrant;
import dev.symbolon.store.World.Party;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Spending a refresh token and seeing what the new ones are made of, in one go.
@ParameterizedClass
@EnumSource(Databases.class)
class RefreshTest {
    private static final Instant LATER = NOON.plusSeconds(10);

    private final World world;
    private final Grants grants;
    private final Party party;

    RefreshTest(Databases databases) {
        world = new World(databases);
        grants = world.grants;
        party = world.party();
        new Resources(world.db).add(World.anApi(world.tenant), NOON);
    }

    @Test
    void shows_grant_account_and_the_next_generation() {
        var grant = world.redeemed(party);
        var shown = refresh(grant, 1);
        assertEquals(grants.live(world.tenant, grant.id(), LATER), shown);
        assertEquals(2, shown.orElseThrow().generation());
        assertEquals(Optional.of(World.anApi(world.tenant)), shown.get().api());
        assertEquals(3, refresh(grant, 2).orElseThrow().generation());
    }

    @Test
    void a_token_that_is_not_the_current_one_shows_nothing_and_writes_nothing() {
        var grant = world.redeemed(party);
        refresh(grant, 1);
        for (var presented : new long[] {-1, 0, 1, 3}) {
            assertEquals(Optional.empty(), refresh(grant, presented));
        }
        assertEquals(2, generation(grant));
        assertEquals(0, world.count("grant.replayed"));
    }

    @Test
    void RT_08_another_client_or_tenant_spends_nothing() {
        var grant = world.redeemed(party);
        var other = world.party();
        assertEquals(Optional.empty(), grants.refresh(world.tenant, grant.id(), other.client(), 1, IDLE, LATER));
        assertEquals(
                Optional.empty(),
                grants.refresh(new TenantId("elsewhere"), grant.id(), party.client(), 1, IDLE, LATER));
        assertEquals(
                Optional.empty(),
                grants.refresh(world.tenant, new GrantId("nobody"), new ClientId("nobody"), 1, IDLE, LATER));
        assertEquals(1, generation(grant));
    }

    @Test
    void an_api_that_was_removed_spends_nothing() {
        var grant = world.redeemed(party);
        new Resources(world.db).remove(world.tenant, "https://api.example", NOON);
        assertEquals(Optional.empty(), refresh(grant, 1));
        assertEquals(1, generation(grant));
    }

    @Test
    void a_grant_for_no_api_is_shown_without_one() {
        var grant = world.aGrant(party, "openid", Optional.empty(), Optional.empty());
        grants.redeem(grant, NOON);
        var shown = refresh(grant, 1).orElseThrow();
        assertEquals(grant, shown.grant());
        assertEquals(Optional.empty(), shown.api());
    }

    @Test
    void a_grant_for_the_issuer_itself_is_left_to_who_knows_it() {
        var issuer = world.aTenant().issuer().value();
        var grant = world.aGrant(party, "openid", Optional.empty(), Optional.of(issuer));
        grants.redeem(grant, NOON);
        assertEquals(Optional.empty(), refresh(grant, 1));
        assertEquals(new Grants.Rotation.Rotated(2), world.rotate(grant, 1, LATER));
    }

    @Test
    void what_is_not_honoured_spends_nothing() {
        var grant = world.redeemed(party);
        var tooLate = NOON.plus(IDLE).plusMillis(1);
        assertEquals(Optional.empty(), grants.refresh(world.tenant, grant.id(), party.client(), 1, IDLE, tooLate));
        world.clients.disable(world.tenant, party.client(), LATER);
        assertEquals(Optional.empty(), refresh(grant, 1));
        world.clients.enable(world.tenant, party.client(), LATER);
        assertEquals(1, generation(grant));
        world.sessions.end(world.tenant, party.session(), NOON);
        assertEquals(Optional.empty(), refresh(grant, 1));
    }

    /// What ends a grant.
    enum End {
        SESSION,
        PASSWORD,
        ACCOUNT,
        CONSENT,
        CLIENT;

        void happens(World world, Party party) {
            switch (this) {
                case SESSION -> world.sessions.end(world.tenant, party.session(), LATER);
                case PASSWORD ->
                    world.accounts.changePassword(world.tenant, party.subject(), new PasswordHash("$new"), LATER);
                case ACCOUNT -> world.accounts.disable(world.tenant, party.subject(), LATER);
                case CONSENT -> world.consents.revoke(world.tenant, party.subject(), party.client(), LATER);
                case CLIENT -> world.clients.disable(world.tenant, party.client(), LATER);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void RT_10_nobody_refreshes_after_what_it_rests_on_has_ended(End end) throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS / 4; round++) {
                var one = world.party();
                var consent = world.consents.allow(
                        world.tenant,
                        one.subject(),
                        one.client(),
                        new Allowance(Scope.parse("openid"), Optional.empty()),
                        NOON);
                var mine = Stream.generate(() -> world.aGrant(one, "openid", Optional.of(consent.grantedAt())))
                        .limit(Race.THREADS)
                        .toList();
                mine.forEach(grant -> grants.redeem(grant, NOON));
                race.run(i -> {
                    if (i == 0) {
                        end.happens(world, one);
                    } else {
                        refresh(mine.get(i), one.client(), 1);
                    }
                    return i;
                });
                mine.forEach(grant -> assertFalse(world.isLive(grant, LATER)));
                mine.forEach(grant -> assertEquals(Optional.empty(), refresh(grant, one.client(), 1)));
                mine.forEach(grant -> assertEquals(Optional.empty(), refresh(grant, one.client(), 2)));
            }
        }
    }

    @Test
    void RT_05_of_eight_refreshes_at_once_exactly_one_is_the_one() throws Exception {
        var grant = world.redeemed(party);
        try (var race = new Race()) {
            for (var round = 1; round <= Race.ROUNDS; round++) {
                var presented = round;
                var shown = race.run(i -> refresh(grant, presented));
                assertEquals(1, shown.stream().filter(Optional::isPresent).count());
            }
        }
        assertTrue(world.isLive(grant, LATER));
        assertEquals(Race.ROUNDS + 1, generation(grant));
    }

    /// Half of them name a scope, and so go the long way.
    @Test
    void RT_05_of_eight_who_come_both_ways_exactly_one_is_the_one() throws Exception {
        var grant = world.redeemed(party);
        try (var race = new Race()) {
            for (var round = 1; round <= Race.ROUNDS; round++) {
                var presented = round;
                var won = race.run(i -> i % 2 == 0
                        ? refresh(grant, presented).isPresent()
                        : world.rotate(grant, presented, LATER) instanceof Grants.Rotation.Rotated);
                assertEquals(1, Collections.frequency(won, true));
            }
        }
        assertEquals(Race.ROUNDS + 1, generation(grant));
    }

    /// They may share a transaction, and each is shown what is theirs.
    @Test
    void of_eight_people_at_once_each_is_shown_their_own() throws Exception {
        var people = Stream.generate(() -> world.party(party.client()))
                .limit(Race.THREADS)
                .toList();
        var theirs = people.stream().map(this::forAnApiOfTheirs).toList();
        try (var race = new Race()) {
            for (var round = 1; round <= Race.ROUNDS; round++) {
                var presented = round;
                // One of them comes with a token that is none, and takes nobody along.
                var odd = round % Race.THREADS;
                var shown = race.run(i -> refresh(theirs.get(i), i == odd ? presented + 7 : presented));
                assertEquals(Optional.empty(), shown.get(odd));
                for (var i = 0; i < Race.THREADS; i++) {
                    if (i != odd) {
                        isTheirs(theirs.get(i), people.get(i), presented + 1, shown.get(i));
                    }
                }
                isTheirs(theirs.get(odd), people.get(odd), presented + 1, refresh(theirs.get(odd), presented));
            }
        }
    }

    @Test
    void of_eight_codes_at_once_each_is_shown_who_gave_it() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS / 4; round++) {
                var people = Stream.generate(() -> world.party(party.client()))
                        .limit(Race.THREADS)
                        .toList();
                var shown = race.run(i -> grants.redeem(world.aGrant(people.get(i)), NOON));
                for (var i = 0; i < Race.THREADS; i++) {
                    var account =
                            world.accounts.find(world.tenant, people.get(i).subject());
                    assertEquals(new Grants.Redemption.Redeemed(account.orElseThrow()), shown.get(i));
                }
            }
        }
    }

    private Grant forAnApiOfTheirs(Party person) {
        var api = World.anApi(world.tenant, "https://" + person.subject().value() + ".example");
        new Resources(world.db).add(api, NOON);
        var grant = world.aGrant(person, "openid", Optional.empty(), Optional.of(api.identifier()));
        grants.redeem(grant, NOON);
        return grant;
    }

    private static void isTheirs(Grant grant, Party person, long generation, Optional<LiveGrant> shown) {
        assertEquals(grant, shown.orElseThrow().grant());
        assertEquals(person.subject(), shown.get().account().subject());
        assertEquals(grant.resource(), shown.get().api().map(ProtectedResource::identifier));
        assertEquals(generation, shown.get().generation());
    }

    private Optional<LiveGrant> refresh(Grant grant, long presented) {
        return refresh(grant, party.client(), presented);
    }

    private Optional<LiveGrant> refresh(Grant grant, ClientId client, long presented) {
        return grants.refresh(world.tenant, grant.id(), client, presented, IDLE, LATER);
    }

    private long generation(Grant grant) {
        return grants.live(world.tenant, grant.id(), LATER).orElseThrow().generation();
    }
}
