package dev.symbolon.store;

import static dev.symbolon.store.World.LIMITS;
import static dev.symbolon.store.World.NOON;
import static dev.symbolon.store.World.browser;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Sessions.SignedIn;
import dev.symbolon.store.World.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class SessionsTest {
    private static final Instant LATER = NOON.plusSeconds(10);

    private final World world;
    private final Sessions sessions;
    private final TenantId tenant;
    private final Party party;
    private final TokenHash next = browser(World.fresh("next"));

    SessionsTest(Databases databases) {
        world = new World(databases);
        sessions = world.sessions;
        tenant = world.tenant;
        party = world.party();
    }

    @Test
    void a_session_reads_back_as_it_was_with_its_account() {
        var session = new Session(
                tenant,
                new SessionId(World.fresh("sid")),
                party.subject(),
                NOON.minusSeconds(3),
                List.of("pwd", "otp"),
                NOON.minusSeconds(2),
                NOON.minusSeconds(4),
                NOON.minusSeconds(1));
        assertEquals(session.id(), sessions.start(session, Optional.empty(), next, NOON));
        var found = sessions.find(tenant, session.id(), LIMITS, NOON).orElseThrow();
        assertEquals(session, found.session());
        assertEquals(party.subject(), found.account().subject());
        assertEquals(List.of(found), sessions.ofBrowser(tenant, next, LIMITS, NOON));
    }

    @Test
    void the_old_cookie_stops_and_the_new_one_starts_together() {
        var other = world.party(party.client());
        var started = start(other.subject(), party.browser(), LATER);
        assertTrue(ids(party.browser()).isEmpty());
        assertEquals(List.of(started, party.session()), ids(next));
    }

    @Test
    void signing_in_again_keeps_the_session_and_its_grants_and_takes_over_the_proof() {
        var grant = world.redeemed(party);
        var again = new Session(
                tenant, new SessionId(World.fresh("sid")), party.subject(), LATER, List.of("otp"), LATER, LATER, LATER);
        assertEquals(party.session(), sessions.start(again, Optional.of(party.browser()), next, LATER));
        var session = sessions.find(tenant, party.session(), LIMITS, LATER)
                .orElseThrow()
                .session();
        assertEquals(LATER, session.authTime());
        assertEquals(LATER, session.chosenAt());
        assertEquals(LATER, session.lastSeenAt());
        assertEquals(NOON, session.createdAt());
        assertEquals(List.of("otp"), session.amr());
        assertEquals(List.of(party.session()), ids(next));
        assertTrue(world.isLive(grant, LATER));
        assertTrue(sessions.find(tenant, again.id(), LIMITS, LATER).isEmpty());
    }

    @Test
    void signing_in_after_the_limits_have_passed_makes_the_kept_session_live_again() {
        var muchLater = NOON.plus(LIMITS.absolute()).plusSeconds(1);
        assertTrue(
                sessions.ofBrowser(tenant, party.browser(), LIMITS, muchLater).isEmpty());
        assertEquals(party.session(), start(party.subject(), party.browser(), muchLater));
        assertEquals(1, sessions.ofBrowser(tenant, next, LIMITS, muchLater).size());
    }

    @Test
    void an_ended_session_is_not_kept_nor_moved() {
        sessions.end(tenant, party.session(), NOON);
        var started = start(party.subject(), party.browser(), LATER);
        assertNotEquals(party.session(), started);
        assertEquals(List.of(started), ids(next));
    }

    @Test
    void an_unknown_old_cookie_brings_nothing_along() {
        var started = start(party.subject(), browser("unknown"), LATER);
        assertEquals(List.of(started), ids(next));
        assertEquals(List.of(party.session()), ids(party.browser()));
    }

    @Test
    void a_cookie_of_one_tenant_is_nothing_in_another() {
        var other = new World(world.db);
        assertEquals(List.of(), sessions.ofBrowser(other.tenant, party.browser(), LIMITS, NOON));
        assertEquals(Optional.empty(), sessions.find(other.tenant, party.session(), LIMITS, NOON));
        assertEquals(List.of(), sessions.end(other.tenant, party.session(), NOON));
        assertEquals(List.of(), sessions.endBrowser(other.tenant, party.browser(), NOON));
        assertEquals(List.of(party.session()), ids(party.browser()));
    }

    @Test
    void a_session_ends_by_itself_when_it_is_not_seen_or_too_old() {
        var atIdle = NOON.plus(LIMITS.idle());
        assertTrue(sessions.find(tenant, party.session(), LIMITS, atIdle.minusMillis(1))
                .isPresent());
        assertTrue(sessions.find(tenant, party.session(), LIMITS, atIdle).isEmpty());
        var atAbsolute = NOON.plus(LIMITS.absolute());
        for (var at = NOON; at.isBefore(atAbsolute); at = at.plus(LIMITS.idle().dividedBy(2))) {
            sessions.touch(tenant, party.browser(), LIMITS, at);
        }
        sessions.touch(tenant, party.browser(), LIMITS, atAbsolute.minusMillis(1));
        assertTrue(sessions.find(tenant, party.session(), LIMITS, atAbsolute.minusMillis(1))
                .isPresent());
        assertTrue(sessions.find(tenant, party.session(), LIMITS, atAbsolute).isEmpty());
    }

    @Test
    void SE_10_a_session_whose_time_is_over_does_not_come_back() {
        var idleOver = NOON.plus(LIMITS.idle());
        var other = world.party(party.client());
        start(other.subject(), party.browser(), idleOver);
        sessions.touch(tenant, next, LIMITS, idleOver.plusSeconds(90));
        var soon = idleOver.plusSeconds(100);
        assertTrue(sessions.find(tenant, party.session(), LIMITS, soon).isEmpty());
        assertFalse(sessions.choose(tenant, party.session(), next, browser("chosen"), LIMITS, soon));
        assertEquals(
                1, sessions.ofBrowser(tenant, next, LIMITS, soon).size(), "the account that signed in is still there");
    }

    @Test
    void who_leaves_takes_the_tokens_along_even_after_the_time_and_leaves_nobody_chosen() {
        var grant = world.redeemed(party);
        var other = world.party(party.client());
        start(other.subject(), party.browser(), LATER);
        var idleOver = NOON.plus(LIMITS.idle());
        assertTrue(world.isLive(grant, idleOver));
        assertFalse(sessions.leave(tenant, party.session(), party.browser(), idleOver), "the old cookie");
        assertFalse(sessions.leave(tenant, new SessionId("nobody"), next, idleOver));
        assertTrue(world.isLive(grant, idleOver));
        assertTrue(sessions.leave(tenant, party.session(), next, idleOver));
        assertFalse(world.isLive(grant, idleOver));
        assertTrue(only(next, LATER).session().isUnchosen());
        assertFalse(sessions.leave(tenant, party.session(), next, idleOver), "twice");
    }

    @Test
    void being_seen_is_exact_to_a_minute_and_never_goes_back() {
        sessions.touch(tenant, party.browser(), LIMITS, NOON.plusSeconds(59));
        assertEquals(NOON, only(party.browser(), LATER).session().lastSeenAt());
        sessions.touch(tenant, party.browser(), LIMITS, NOON.plusSeconds(60));
        assertEquals(
                NOON.plusSeconds(60), only(party.browser(), LATER).session().lastSeenAt());
        sessions.touch(tenant, party.browser(), LIMITS, NOON.minusSeconds(600));
        assertEquals(
                NOON.plusSeconds(60), only(party.browser(), LATER).session().lastSeenAt());
        sessions.touch(tenant, browser("unknown"), LIMITS, LATER);
    }

    @Test
    void at_most_ten_accounts_are_signed_in_and_the_longest_unseen_gives_way() {
        var grant = world.redeemed(party);
        var cookie = party.browser();
        for (var i = 1; i <= Sessions.ACCOUNTS_MAX; i++) {
            var other = world.party(party.client());
            var fresh = browser(World.fresh("b"));
            var session = world.aSession(World.fresh("sid"), other.subject(), NOON.plusSeconds(i));
            sessions.start(session, Optional.of(cookie), fresh, NOON.plusSeconds(i));
            cookie = fresh;
        }
        assertEquals(Sessions.ACCOUNTS_MAX, ids(cookie).size());
        assertFalse(ids(cookie).contains(party.session()));
        assertFalse(world.isLive(grant, LATER));
        assertEquals(1, world.count("session.ended"));
    }

    @Test
    void an_account_of_the_browser_is_chosen_and_comes_first() {
        var other = world.party(party.client());
        var started = start(other.subject(), party.browser(), LATER);
        var chosen = browser(World.fresh("b"));
        assertTrue(sessions.choose(tenant, party.session(), next, chosen, LIMITS, LATER.plusSeconds(1)));
        assertTrue(ids(next).isEmpty());
        assertEquals(List.of(party.session(), started), ids(chosen));
        assertEquals(
                LATER.plusSeconds(1),
                sessions.ofBrowser(tenant, chosen, LIMITS, LATER)
                        .getFirst()
                        .session()
                        .chosenAt());
    }

    @Test
    void nobody_chooses_a_session_of_another_browser_or_one_that_ended() {
        var other = world.party(party.client());
        assertFalse(sessions.choose(tenant, other.session(), party.browser(), next, LIMITS, LATER));
        assertFalse(sessions.choose(tenant, new SessionId("nobody"), party.browser(), next, LIMITS, LATER));
        sessions.end(tenant, other.session(), LATER);
        assertFalse(sessions.choose(tenant, other.session(), other.browser(), next, LIMITS, LATER));
        assertTrue(ids(next).isEmpty());
        assertEquals(List.of(party.session()), ids(party.browser()));
    }

    @Test
    void a_disabled_account_is_not_signed_in_anywhere() {
        world.accounts.disable(tenant, party.subject(), NOON);
        var started = start(party.subject(), party.browser(), LATER);
        assertTrue(ids(next).isEmpty());
        assertTrue(sessions.find(tenant, started, LIMITS, LATER).isEmpty());
    }

    @Test
    void ending_names_each_client_once_and_only_the_first_time() {
        world.redeemed(party);
        world.redeemed(party);
        var second = world.aClient(World.fresh("c"));
        world.clients.add(second, NOON);
        world.redeemed(new Party(second.id(), party.subject(), party.session(), party.browser()));
        var clients = sessions.end(tenant, party.session(), LATER);
        assertEquals(Set.of(party.client(), second.id()), Set.copyOf(clients));
        assertEquals(2, clients.size());
        assertEquals(List.of(), sessions.end(tenant, party.session(), LATER));
        assertEquals(1, world.count("session.ended"));
    }

    @Test
    void a_client_whose_grants_were_revoked_before_is_not_told() {
        var grant = world.redeemed(party);
        world.grants.revoke(tenant, grant.id(), NOON);
        assertEquals(List.of(), sessions.end(tenant, party.session(), LATER));
    }

    @Test
    void ending_a_browser_ends_all_its_sessions_and_no_other_browser() {
        var grant = world.redeemed(party);
        var other = world.party(party.client());
        start(other.subject(), party.browser(), LATER);
        assertEquals(List.of(party.client()), sessions.endBrowser(tenant, next, LATER));
        assertTrue(ids(next).isEmpty());
        assertFalse(world.isLive(grant, LATER));
        assertEquals(List.of(other.session()), ids(other.browser()));
        assertEquals(List.<ClientId>of(), sessions.endBrowser(tenant, next, LATER));
    }

    @Test
    void of_eight_sign_ins_that_replace_one_cookie_exactly_one_keeps_its_session() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var one = world.party(party.client());
                var cookies = java.util.stream.Stream.generate(() -> browser(World.fresh("b")))
                        .limit(Race.THREADS)
                        .toList();
                var started = race.run(i -> sessions.start(
                        world.aSession(World.fresh("sid"), one.subject(), LATER),
                        Optional.of(one.browser()),
                        cookies.get(i),
                        LATER));
                assertEquals(1, Collections.frequency(started, one.session()));
                assertTrue(ids(one.browser()).isEmpty());
                for (var i = 0; i < Race.THREADS; i++) {
                    assertEquals(List.of(started.get(i)), ids(cookies.get(i)));
                }
            }
        }
    }

    @Test
    void of_eight_choices_at_once_exactly_one_gets_the_browser() throws Exception {
        try (var race = new Race()) {
            var cookie = party.browser();
            for (var round = 0; round < Race.ROUNDS; round++) {
                var old = cookie;
                var cookies = java.util.stream.Stream.generate(() -> browser(World.fresh("b")))
                        .limit(Race.THREADS)
                        .toList();
                var chosen =
                        race.run(i -> sessions.choose(tenant, party.session(), old, cookies.get(i), LIMITS, LATER));
                assertEquals(1, Collections.frequency(chosen, true));
                cookie = cookies.get(chosen.indexOf(true));
                assertEquals(List.of(party.session()), ids(cookie));
            }
        }
    }

    private SessionId start(Subject subject, TokenHash replaced, Instant at) {
        return sessions.start(world.aSession(World.fresh("sid"), subject, at), Optional.of(replaced), next, at);
    }

    private List<SessionId> ids(TokenHash browser) {
        return sessions.ofBrowser(tenant, browser, LIMITS, LATER).stream()
                .map(signedIn -> signedIn.session().id())
                .toList();
    }

    private SignedIn only(TokenHash browser, Instant now) {
        var all = sessions.ofBrowser(tenant, browser, LIMITS, now);
        assertEquals(1, all.size());
        return all.getFirst();
    }

    @Test
    void the_list_passes_over_whom_nobody_came_back_to_and_a_page_of_it_is_bounded() {
        var since = NOON.minus(Duration.ofDays(20));
        world.db.<Integer>write(handle -> {
            for (var i = 0; i < 23_000; i++) {
                var at = since.plusSeconds(i);
                // Two in the middle and the oldest are live.
                var seen = i == 0 || i == 9_000 || i == 9_001 ? NOON : at;
                var session = new Session(
                        world.tenant,
                        new SessionId(World.fresh("s")),
                        party.subject(),
                        at,
                        List.of("pwd"),
                        at,
                        at,
                        seen);
                Sessions.insert(handle, session, browser("dead" + i), new Sessions.Device("", ""));
            }
            return 0;
        });
        var found = new ArrayList<Instant>();
        var before = Optional.<Instant>empty();
        var pages = 0;
        do {
            var page = sessions.list(world.tenant, before, World.LIMITS, NOON, 2);
            page.sessions().forEach(one -> found.add(one.authTime()));
            before = page.next();
            pages++;
        } while (before.isPresent() && pages < 20);
        assertEquals(List.of(NOON, since.plusSeconds(9_001), since.plusSeconds(9_000), since), found);
        assertTrue(pages >= 3 && pages <= 5, pages + " pages");
    }
}
