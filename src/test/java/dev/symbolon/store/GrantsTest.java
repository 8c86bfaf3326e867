package dev.symbolon.store;

import static dev.symbolon.store.World.IDLE;
import static dev.symbolon.store.World.LEEWAY;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Grants.Redemption;
import dev.symbolon.store.Grants.Rotation;
import dev.symbolon.store.World.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// RFC 6749 §4.1.2 and §6, RFC 9700 §4.14: what a code and a refresh token are worth, and how often.
@ParameterizedClass
@EnumSource(Databases.class)
class GrantsTest {
    private static final Instant LATER = NOON.plusSeconds(10);
    private static final PasswordHash NEW_PASSWORD = new PasswordHash("$new");

    private final World world;
    private final Grants grants;
    private final Party party;

    GrantsTest(Databases databases) {
        world = new World(databases);
        grants = world.grants;
        party = world.party();
    }

    @Test
    void a_code_is_redeemed_once_and_its_grant_reads_back_as_it_was() {
        var claims = new ClaimsRequest(Set.of("email"), Set.of("name"), Optional.of("someone"));
        var base = world.aGrant(party);
        var grant = new Grant(
                base.tenant(),
                base.id(),
                base.client(),
                base.subject(),
                base.session(),
                Scope.parse("openid email"),
                Optional.empty(),
                Optional.empty(),
                base.authTime(),
                List.of("pwd", "otp"),
                claims,
                Optional.empty(),
                base.createdAt(),
                base.expiresAt());
        assertInstanceOf(Redemption.Redeemed.class, grants.redeem(grant, LATER));
        var live = grants.live(world.tenant, grant.id(), LATER).orElseThrow();
        assertEquals(grant, live.grant());
        assertEquals(party.subject(), live.account().subject());
        assertEquals(1, live.generation());
        assertEquals(Optional.of(grant), grants.find(world.tenant, grant.id()));
    }

    @Test
    void a_second_redemption_revokes_the_grant_before_it_answers_and_says_so_once_in_the_audit_trail() {
        var grant = world.redeemed(party);
        assertEquals(new Redemption.AlreadyRedeemed(), grants.redeem(grant, LATER));
        assertFalse(world.isLive(grant, LATER));
        assertEquals(new Rotation.Dead(), world.rotate(grant, 1, LATER));
        assertEquals(new Redemption.AlreadyRedeemed(), grants.redeem(grant, LATER));
        assertEquals(1, world.count("grant.replayed"));
    }

    @Test
    void a_replayed_code_is_seen_even_after_the_session_ended() {
        var grant = world.anOfflineGrant(party);
        grants.redeem(grant, NOON);
        world.sessions.end(world.tenant, party.session(), LATER);
        assertTrue(world.isLive(grant, LATER));
        assertEquals(new Redemption.AlreadyRedeemed(), grants.redeem(grant, LATER));
        assertFalse(world.isLive(grant, LATER));
    }

    @Test
    void a_code_is_worth_nothing_after_its_session_ended_even_with_offline_access() {
        var grant = world.aGrant(party);
        var offline = world.anOfflineGrant(party);
        world.sessions.end(world.tenant, party.session(), NOON);
        assertRefused(grant);
        assertRefused(offline);
    }

    @Test
    void a_code_is_worth_nothing_after_the_account_was_disabled_or_removed() {
        var grant = world.aGrant(party);
        world.accounts.disable(world.tenant, party.subject(), NOON);
        assertRefused(grant);
        world.accounts.remove(world.tenant, party.subject(), NOON);
        assertRefused(grant);
    }

    @Test
    void a_code_is_worth_nothing_after_the_password_changed_even_in_a_new_session() {
        var grant = world.aGrant(party);
        world.accounts.changePassword(world.tenant, party.subject(), NEW_PASSWORD, LATER);
        world.sessions.start(
                world.aSession(party.session() + "n", party.subject(), LATER),
                Optional.empty(),
                party.browser(),
                LATER);
        var smuggled = withSession(grant, party.session() + "n");
        assertRefused(grant);
        assertRefused(smuggled);
    }

    @Test
    void a_code_is_worth_nothing_while_its_client_is_disabled_or_after_it_was_removed() {
        var grant = world.aGrant(party);
        world.clients.disable(world.tenant, party.client(), NOON);
        assertRefused(grant);
        world.clients.enable(world.tenant, party.client(), NOON);
        assertInstanceOf(Redemption.Redeemed.class, grants.redeem(grant, LATER));
        world.clients.remove(world.tenant, party.client(), NOON);
        assertRefused(world.aGrant(party));
    }

    @Test
    void a_code_of_another_persons_session_is_worth_nothing() {
        var other = world.party(party.client());
        assertRefused(withSession(world.aGrant(party), other.session().value()));
        assertRefused(withSession(world.anOfflineGrant(party), other.session().value()));
    }

    @Test
    void a_code_whose_absolute_end_has_passed_is_worth_nothing() {
        var grant = world.aGrant(party);
        assertEquals(new Redemption.NotAllowed(), grants.redeem(grant, grant.expiresAt()));
    }

    @Test
    void a_grant_that_rests_on_a_consent_dies_with_it_and_a_new_consent_does_not_revive_it() {
        var scope = Scope.parse("openid");
        var consent = world.consents.allow(
                world.tenant, party.subject(), party.client(), new Allowance(scope, Optional.empty()), NOON);
        var redeemed = world.aGrant(party, "openid", Optional.of(consent.grantedAt()));
        var late = world.aGrant(party, "openid", Optional.of(consent.grantedAt()));
        assertInstanceOf(Redemption.Redeemed.class, grants.redeem(redeemed, NOON));
        world.consents.allow(
                world.tenant,
                party.subject(),
                party.client(),
                new Allowance(Scope.parse("profile"), Optional.empty()),
                LATER);
        assertTrue(world.isLive(redeemed, LATER), "a wider consent is still that consent");
        world.consents.revoke(world.tenant, party.subject(), party.client(), LATER);
        assertFalse(world.isLive(redeemed, LATER));
        assertRefused(late);
        world.consents.allow(
                world.tenant,
                party.subject(),
                party.client(),
                new Allowance(scope, Optional.empty()),
                LATER.plusSeconds(1));
        assertFalse(world.isLive(redeemed, LATER));
        assertRefused(late);
    }

    @Test
    void a_grant_of_one_tenant_does_not_exist_in_another() {
        var grant = world.redeemed(party);
        var other = new TenantId("elsewhere");
        assertEquals(Optional.empty(), grants.live(other, grant.id(), NOON));
        assertEquals(Optional.empty(), grants.find(other, grant.id()));
        assertEquals(0, grants.revoke(other, grant.id(), NOON));
        assertEquals(new Rotation.Dead(), grants.rotate(other, grant.id(), 1, LEEWAY, IDLE, NOON));
        assertTrue(world.isLive(grant, NOON));
    }

    @Test
    void the_current_generation_rotates_to_the_next_one() {
        var grant = world.redeemed(party);
        assertEquals(new Rotation.Rotated(2), world.rotate(grant, 1, LATER));
        assertEquals(new Rotation.Rotated(3), world.rotate(grant, 2, LATER));
        assertEquals(
                3, grants.live(world.tenant, grant.id(), LATER).orElseThrow().generation());
    }

    @Test
    void one_behind_within_the_leeway_gets_the_same_successor_and_nothing_is_written() {
        var grant = world.redeemed(party);
        world.rotate(grant, 1, LATER);
        assertEquals(new Rotation.SameSuccessor(2), world.rotate(grant, 1, LATER));
        assertEquals(new Rotation.SameSuccessor(2), world.rotate(grant, 1, LATER.plus(LEEWAY)));
        assertEquals(new Rotation.Rotated(3), world.rotate(grant, 2, LATER.plus(LEEWAY)));
        assertEquals(0, world.count("grant.replayed"));
    }

    @Test
    void one_behind_after_the_leeway_is_a_replay_and_revokes() {
        var grant = world.redeemed(party);
        world.rotate(grant, 1, LATER);
        assertReplayed(grant, 1, LATER.plus(LEEWAY).plusMillis(1));
        assertEquals(
                new Rotation.Dead(), world.rotate(grant, 2, LATER.plus(LEEWAY).plusMillis(2)));
    }

    @Test
    void two_behind_is_a_replay_even_within_the_leeway() {
        var grant = world.redeemed(party);
        world.rotate(grant, 1, LATER);
        world.rotate(grant, 2, LATER);
        assertReplayed(grant, 1, LATER);
    }

    @Test
    void a_generation_from_the_future_is_a_replay() {
        assertReplayed(world.redeemed(party), 3, LATER);
        assertReplayed(world.redeemed(party), 2, LATER);
    }

    @Test
    void a_generation_that_never_was_is_a_replay() {
        assertReplayed(world.redeemed(party), 0, NOON);
        assertReplayed(world.redeemed(party), -1, NOON);
    }

    @Test
    void without_leeway_one_behind_is_a_replay_at_once() {
        var grant = world.redeemed(party);
        assertEquals(new Rotation.Rotated(2), grants.rotate(world.tenant, grant.id(), 1, Duration.ZERO, IDLE, LATER));
        assertEquals(new Rotation.Replayed(), grants.rotate(world.tenant, grant.id(), 1, Duration.ZERO, IDLE, LATER));
        assertFalse(world.isLive(grant, LATER));
    }

    @Test
    void a_grant_that_was_not_rotated_for_the_idle_time_is_dead_and_not_a_replay() {
        var grant = world.redeemed(party);
        var atTheEnd = NOON.plus(IDLE);
        assertEquals(new Rotation.Dead(), world.rotate(grant, 1, atTheEnd.plusMillis(1)));
        assertEquals(new Rotation.Dead(), world.rotate(grant, 7, atTheEnd.plusMillis(1)));
        assertEquals(new Rotation.Rotated(2), world.rotate(grant, 1, atTheEnd));
        assertEquals(0, world.count("grant.replayed"));
    }

    @Test
    void a_grant_is_dead_at_its_absolute_end_however_often_it_rotated() {
        var grant = world.redeemed(party);
        var end = grant.expiresAt();
        var idle = Duration.ofDays(100);
        assertEquals(
                new Rotation.Rotated(2), grants.rotate(world.tenant, grant.id(), 1, LEEWAY, idle, end.minusMillis(1)));
        assertEquals(new Rotation.Dead(), grants.rotate(world.tenant, grant.id(), 2, LEEWAY, idle, end));
        assertEquals(new Rotation.Dead(), grants.rotate(world.tenant, grant.id(), 1, LEEWAY, idle, end));
        assertFalse(world.isLive(grant, end));
    }

    @Test
    void an_unknown_grant_is_dead() {
        var unknown = new GrantId("nobody");
        assertEquals(new Rotation.Dead(), grants.rotate(world.tenant, unknown, 1, LEEWAY, IDLE, NOON));
        assertEquals(0, grants.revoke(world.tenant, unknown, NOON));
        assertEquals(Optional.empty(), grants.find(world.tenant, unknown));
    }

    @Test
    void the_end_of_its_session_kills_a_grant_but_not_an_offline_one() {
        var grant = world.redeemed(party);
        var offline = world.anOfflineGrant(party);
        grants.redeem(offline, NOON);
        assertEquals(List.of(party.client()), world.sessions.end(world.tenant, party.session(), LATER));
        assertEquals(new Rotation.Dead(), world.rotate(grant, 1, LATER));
        assertEquals(new Rotation.Rotated(2), world.rotate(offline, 1, LATER));
    }

    @Test
    void a_disabled_client_kills_nothing_but_nothing_of_it_is_honoured_until_it_is_enabled() {
        var grant = world.redeemed(party);
        world.clients.disable(world.tenant, party.client(), LATER);
        assertFalse(world.isLive(grant, LATER));
        assertEquals(new Rotation.Dead(), world.rotate(grant, 1, LATER));
        world.clients.enable(world.tenant, party.client(), LATER);
        assertEquals(new Rotation.Rotated(2), world.rotate(grant, 1, LATER));
    }

    @Test
    void a_disabled_account_kills_its_offline_grants_for_good() {
        var offline = world.anOfflineGrant(party);
        grants.redeem(offline, NOON);
        world.accounts.disable(world.tenant, party.subject(), LATER);
        world.accounts.enable(world.tenant, party.subject(), LATER);
        assertFalse(world.isLive(offline, LATER));
        assertEquals(new Rotation.Dead(), world.rotate(offline, 1, LATER));
    }

    @Test
    void a_new_password_kills_offline_grants_too() {
        var offline = world.anOfflineGrant(party);
        grants.redeem(offline, NOON);
        world.accounts.changePassword(world.tenant, party.subject(), NEW_PASSWORD, LATER);
        assertEquals(new Rotation.Dead(), world.rotate(offline, 1, LATER));
    }

    @Test
    void revoking_is_idempotent_and_tells_the_audit_trail_once() {
        var grant = world.redeemed(party);
        assertEquals(1, grants.revoke(world.tenant, grant.id(), LATER));
        assertEquals(0, grants.revoke(world.tenant, grant.id(), LATER));
        assertFalse(world.isLive(grant, LATER));
        assertEquals(1, world.count("grant.revoked"));
    }

    @Test
    void revoking_by_person_client_or_session_leaves_the_others_alone() {
        var other = world.party(party.client());
        var mine = world.redeemed(party);
        var theirs = world.redeemed(other);
        assertEquals(1, grants.revokeSubject(world.tenant, party.subject(), LATER));
        assertFalse(world.isLive(mine, LATER));
        assertTrue(world.isLive(theirs, LATER));
        var second = world.redeemed(party);
        assertEquals(1, grants.revokeSession(world.tenant, party.session(), LATER));
        assertFalse(world.isLive(second, LATER));
        assertTrue(world.isLive(theirs, LATER));
        var elsewhere = world.redeemed(world.party());
        assertEquals(1, grants.revokeClient(world.tenant, party.client(), LATER));
        assertFalse(world.isLive(theirs, LATER));
        assertTrue(world.isLive(elsewhere, LATER));
    }

    @Test
    void the_grants_of_a_person_are_listed_without_the_revoked_ones_and_never_more_than_asked_for() {
        var first = world.redeemed(party);
        var second = world.redeemed(party);
        var third = world.redeemed(party);
        grants.revoke(world.tenant, second.id(), LATER);
        var listed = grants.ofSubject(world.tenant, party.subject(), 10);
        assertEquals(Set.of(first, third), Set.copyOf(listed));
        assertEquals(1, grants.ofSubject(world.tenant, party.subject(), 1).size());
    }

    private void assertRefused(Grant grant) {
        assertEquals(new Redemption.NotAllowed(), grants.redeem(grant, LATER));
        assertEquals(Optional.empty(), grants.find(world.tenant, grant.id()));
    }

    private void assertReplayed(Grant grant, long presented, Instant now) {
        var before = world.count("grant.replayed");
        assertEquals(new Rotation.Replayed(), world.rotate(grant, presented, now));
        assertFalse(world.isLive(grant, now));
        assertEquals(before + 1, world.count("grant.replayed"));
        assertEquals(new Rotation.Dead(), world.rotate(grant, presented, now));
    }

    private static Grant withSession(Grant grant, String session) {
        return new Grant(
                grant.tenant(),
                grant.id(),
                grant.client(),
                grant.subject(),
                new dev.symbolon.oauth.SessionId(session),
                grant.scope(),
                grant.resource(),
                grant.nonce(),
                grant.authTime(),
                grant.amr(),
                grant.claims(),
                grant.consent(),
                grant.createdAt(),
                grant.expiresAt());
    }
}
