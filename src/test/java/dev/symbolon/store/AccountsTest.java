package dev.symbolon.store;

import static dev.symbolon.store.World.LIMITS;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Accounts.Creation;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Databases.class)
class AccountsTest {
    private static final Instant LATER = NOON.plusSeconds(10);
    private static final PasswordHash OLD = new PasswordHash("$old");
    private static final PasswordHash BETTER = new PasswordHash("$better");
    private static final Duration WINDOW = Duration.ofMinutes(15);

    private final World world;
    private final Accounts accounts;
    private final TenantId tenant;

    AccountsTest(Databases databases) {
        world = new World(databases);
        accounts = world.accounts;
        tenant = world.tenant;
    }

    @Test
    void an_account_reads_back_as_it_was_with_every_claim() {
        Optional<String> none = Optional.empty();
        var address = new Profile.Address(none, Optional.of("1 Rue «é»\n2"), none, none, none, Optional.of("FR"));
        var profile = new Profile(
                Optional.of("Ada \"L\" Ωλ 🎈"),
                Optional.of("Ada"),
                Optional.of("Lovelace"),
                none,
                none,
                Optional.of("ada"),
                none,
                Optional.of("https://a.example/p.png"),
                none,
                none,
                Optional.of("1815-12-10"),
                none,
                Optional.of("en"),
                Optional.of("+44"),
                Optional.of(false),
                Optional.of(address));
        var account = new Account(
                tenant,
                new Subject("ada"),
                Optional.of(Email.of("Ada@Example.com", true)),
                profile,
                NOON,
                NOON,
                Optional.empty());
        assertEquals(Creation.CREATED, accounts.create(account, Optional.of(OLD), NOON));
        assertEquals(Optional.of(account), accounts.find(tenant, account.subject()));
        var found = accounts.byEmail(tenant, "aDA@example.COM").orElseThrow();
        assertEquals(new Accounts.PasswordAccount(account, Optional.of(OLD)), found);
    }

    @Test
    void an_address_is_taken_whatever_its_case_and_composition() {
        create("s1", "Zoë@example.com");
        assertEquals(Creation.TAKEN, create("s2", "zoë@EXAMPLE.com"));
        assertEquals(Creation.TAKEN, create("s2", "ZOE\u0308@example.com"));
        assertEquals(Optional.empty(), accounts.find(tenant, new Subject("s2")));
        assertEquals(1, world.count("account.created"));
    }

    @Test
    void a_subject_is_taken_once() {
        create("s1", "one@example.com");
        assertEquals(Creation.TAKEN, create("s1", "two@example.com"));
        assertTrue(accounts.byEmail(tenant, "two@example.com").isEmpty());
    }

    @Test
    void an_address_of_one_tenant_is_free_in_another() {
        create("s1", "ada@example.com");
        var other = new World(world.db);
        assertEquals(
                Creation.CREATED,
                other.accounts.create(other.anAccount("s1", "ada@example.com"), Optional.empty(), NOON));
        assertEquals(
                Optional.empty(),
                accounts.byEmail(other.tenant, "ada@example.com").orElseThrow().hash());
    }

    @Test
    void what_no_database_can_store_is_not_found_and_no_fault() {
        assertTrue(accounts.byEmail(tenant, "a\0b@example.com").isEmpty());
        assertTrue(accounts.byEmail(tenant, "'; DROP TABLE account; --").isEmpty());
    }

    @Test
    void of_eight_sign_ups_for_one_address_exactly_one_wins() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var email = World.fresh("race") + "@example.com";
                var results = race.run(i -> create(World.fresh("s"), email));
                assertEquals(1, Collections.frequency(results, Creation.CREATED));
                assertEquals(7, Collections.frequency(results, Creation.TAKEN));
            }
        }
    }

    @Test
    void an_upgraded_hash_signs_nobody_out_and_only_replaces_the_one_it_was_made_from() {
        var party = world.party();
        var grant = world.redeemed(party);
        assertFalse(accounts.upgradePassword(tenant, party.subject(), BETTER, new PasswordHash("$x"), LATER));
        assertTrue(accounts.upgradePassword(tenant, party.subject(), OLD, BETTER, LATER));
        assertFalse(accounts.upgradePassword(tenant, party.subject(), OLD, new PasswordHash("$x"), LATER));
        assertTrue(world.isLive(grant, LATER));
        assertEquals(
                1,
                world.sessions.ofBrowser(tenant, party.browser(), LIMITS, LATER).size());
    }

    @Test
    void a_new_password_ends_every_session_and_grant_of_the_person_and_of_nobody_else() {
        var party = world.party();
        var other = world.party(party.client());
        var grant = world.redeemed(party);
        var theirs = world.redeemed(other);
        assertTrue(accounts.changePassword(tenant, party.subject(), BETTER, LATER));
        assertTrue(
                world.sessions.ofBrowser(tenant, party.browser(), LIMITS, LATER).isEmpty());
        assertFalse(world.isLive(grant, LATER));
        assertTrue(world.isLive(theirs, LATER));
        assertEquals(
                1,
                world.sessions.ofBrowser(tenant, other.browser(), LIMITS, LATER).size());
        assertEquals(1, world.count("password.changed"));
    }

    @Test
    void a_session_that_proved_the_old_password_is_not_honoured_even_if_it_was_started_afterwards() {
        var party = world.party();
        accounts.changePassword(tenant, party.subject(), BETTER, LATER);
        var browser = World.browser(World.fresh("b"));
        var stale = world.aSession(World.fresh("sid"), party.subject(), LATER.minusMillis(1));
        world.sessions.start(stale, Optional.empty(), browser, LATER);
        assertTrue(world.sessions.ofBrowser(tenant, browser, LIMITS, LATER).isEmpty());
        assertTrue(world.sessions.find(tenant, stale.id(), LIMITS, LATER).isEmpty());
    }

    @Test
    void nothing_happens_to_an_unknown_account() {
        var nobody = new Subject("nobody");
        assertFalse(accounts.changePassword(tenant, nobody, BETTER, NOON));
        assertFalse(accounts.upgradePassword(tenant, nobody, OLD, BETTER, NOON));
        assertFalse(update(world.anAccount("nobody", "nobody@example.com")));
        assertFalse(accounts.disable(tenant, nobody, NOON));
        assertFalse(accounts.enable(tenant, nobody, NOON));
        assertFalse(accounts.remove(tenant, nobody, NOON));
        assertEquals(List.of(), world.events.list(tenant, Optional.empty(), 10));
    }

    @Test
    void an_update_changes_address_and_profile_and_nothing_else() {
        var party = world.party();
        var old = accounts.find(tenant, party.subject()).orElseThrow();
        var email = World.fresh("new") + "@example.com";
        var changed = new Account(
                tenant,
                old.subject(),
                Optional.of(Email.of(email, true)),
                Profile.named(Optional.of("Grace")),
                LATER,
                LATER,
                Optional.of(LATER));
        assertTrue(accounts.update(old, changed));
        var read = accounts.byEmail(tenant, email).orElseThrow();
        assertEquals("Grace", read.account().title());
        assertTrue(read.account().email().orElseThrow().isVerified());
        assertEquals(Optional.empty(), read.account().disabledAt());
        assertEquals(NOON, read.account().createdAt());
        assertEquals(LATER, read.account().updatedAt());
        assertEquals(Optional.of(OLD), read.hash());
        assertTrue(accounts.byEmail(tenant, old.address().orElseThrow()).isEmpty());
    }

    @Test
    void FE_05_an_address_that_another_server_reported_is_nobodys_key() {
        var reported = Optional.of(new Email("ada@example.com", Email.Standing.REPORTED));
        for (var subject : List.of("s1", "s2")) {
            var account = new Account(
                    tenant,
                    new Subject(subject),
                    reported,
                    Profile.named(Optional.empty()),
                    NOON,
                    NOON,
                    Optional.empty());
            assertEquals(Creation.CREATED, accounts.create(account, Optional.empty(), NOON));
            assertEquals(Optional.of(account), accounts.find(tenant, account.subject()));
        }
        assertTrue(accounts.byEmail(tenant, "ada@example.com").isEmpty());
        assertEquals(Creation.CREATED, create("s3", "ada@example.com"));
        assertEquals(
                new Subject("s3"),
                accounts.byEmail(tenant, "ada@example.com")
                        .orElseThrow()
                        .account()
                        .subject());
        var nameless = new Account(
                tenant,
                new Subject("s4"),
                Optional.empty(),
                Profile.named(Optional.empty()),
                NOON,
                NOON,
                Optional.empty());
        assertEquals(Creation.CREATED, accounts.create(nameless, Optional.empty(), NOON));
        assertEquals(Optional.of(nameless), accounts.find(tenant, nameless.subject()));
        assertTrue(update(nameless), "and can be changed without one");
    }

    @Test
    void an_update_to_an_address_that_is_taken_changes_nothing() {
        create("s1", "one@example.com");
        create("s2", "two@example.com");
        assertFalse(update(world.anAccount("s2", "ONE@example.com")));
        assertEquals(
                "two@example.com",
                accounts.find(tenant, new Subject("s2")).orElseThrow().address().orElseThrow());
        assertTrue(update(world.anAccount("s2", "TWO@example.com")));
    }

    private boolean update(Account account) {
        return accounts.update(account, account);
    }

    @Test
    void of_eight_who_change_one_version_exactly_one_does() throws Exception {
        var seen = world.anAccount("s1", "one@example.com");
        accounts.create(seen, Optional.of(OLD), NOON);
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var before = seen;
                var results = race.run(i -> accounts.update(before, later(before, "Name " + i)));
                assertEquals(1, Collections.frequency(results, true));
                seen = accounts.find(tenant, seen.subject()).orElseThrow();
                assertEquals("Name " + results.indexOf(true), seen.title());
            }
        }
    }

    private static Account later(Account before, String name) {
        return new Account(
                before.tenant(),
                before.subject(),
                before.email(),
                Profile.named(Optional.of(name)),
                before.createdAt(),
                before.updatedAt().plusMillis(1),
                before.disabledAt());
    }

    @Test
    void of_eight_updates_to_one_address_exactly_one_wins() throws Exception {
        var people = LongStream.range(0, Race.THREADS)
                .mapToObj(i -> world.party().subject().value())
                .toList();
        try (var race = new Race()) {
            for (var round = 0; round < 50; round++) {
                var email = World.fresh("race") + "@example.com";
                var results = race.run(i -> update(world.anAccount(people.get(i), email)));
                assertEquals(1, Collections.frequency(results, true));
            }
        }
    }

    @Test
    void a_disabled_account_is_found_but_signed_out_and_can_be_enabled_once() {
        var party = world.party();
        assertTrue(accounts.disable(tenant, party.subject(), LATER));
        assertFalse(accounts.disable(tenant, party.subject(), LATER.plusSeconds(1)));
        assertEquals(
                Optional.of(LATER),
                accounts.find(tenant, party.subject()).orElseThrow().disabledAt());
        assertTrue(
                world.sessions.ofBrowser(tenant, party.browser(), LIMITS, LATER).isEmpty());
        assertTrue(accounts.enable(tenant, party.subject(), LATER));
        assertFalse(accounts.enable(tenant, party.subject(), LATER));
        assertTrue(
                world.sessions.ofBrowser(tenant, party.browser(), LIMITS, LATER).isEmpty());
        assertEquals(1, world.count("account.disabled"));
    }

    @Test
    void a_removed_account_is_gone_with_its_consents_and_its_address_is_free() {
        var party = world.party();
        var email =
                accounts.find(tenant, party.subject()).orElseThrow().address().orElseThrow();
        world.consents.allow(
                tenant, party.subject(), party.client(), new Allowance(Scope.DEFAULT, Optional.empty()), NOON);
        var grant = world.redeemed(party);
        assertTrue(accounts.remove(tenant, party.subject(), LATER));
        assertTrue(accounts.find(tenant, party.subject()).isEmpty());
        assertEquals(List.of(), world.consents.list(tenant, party.subject()));
        assertFalse(world.isLive(grant, LATER));
        assertTrue(world.sessions.find(tenant, party.session(), LIMITS, LATER).isEmpty());
        assertEquals(Creation.CREATED, create(World.fresh("s"), email));
    }

    @Test
    void people_are_listed_by_address_page_after_page() {
        for (var name : List.of("c", "A", "b", "d")) {
            create("s" + name, name + "@example.com");
        }
        assertEquals(List.of("A@example.com", "b@example.com"), emails(Optional.empty(), 2));
        assertEquals(List.of("c@example.com", "d@example.com"), emails(Optional.of("B@example.com"), 9));
        assertEquals(List.of(), emails(Optional.of("d@example.com"), 9));
    }

    @Test
    void attempts_count_up_in_a_fixed_window_and_begin_anew_after_it() {
        assertEquals(new Accounts.Attempts(1, NOON.plus(WINDOW)), attempt(NOON));
        assertEquals(new Accounts.Attempts(2, NOON.plus(WINDOW)), attempt(LATER));
        assertEquals(
                new Accounts.Attempts(3, NOON.plus(WINDOW)),
                attempt(NOON.plus(WINDOW).minusMillis(1)));
        var next = NOON.plus(WINDOW);
        assertEquals(new Accounts.Attempts(1, next.plus(WINDOW)), attempt(next));
    }

    @Test
    void buckets_and_tenants_count_apart() {
        attempt(NOON);
        assertEquals(1, accounts.countAttempt(tenant, "other", WINDOW, NOON).count());
        assertEquals(
                1,
                accounts.countAttempt(new TenantId("elsewhere" + tenant), "b", WINDOW, NOON)
                        .count());
    }

    @Test
    void a_forgiven_attempt_is_taken_back_but_never_below_none() {
        attempt(NOON);
        attempt(NOON);
        accounts.forgiveAttempt(tenant, "b", NOON);
        assertEquals(2, attempt(NOON).count());
        for (var i = 0; i < 5; i++) {
            accounts.forgiveAttempt(tenant, "b", NOON);
        }
        assertEquals(1, attempt(NOON).count());
        accounts.forgiveAttempt(tenant, "nobody", NOON);
    }

    @Test
    void attempts_at_the_same_moment_all_count() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var bucket = World.fresh("bucket");
                var counts = race.run(
                        i -> accounts.countAttempt(tenant, bucket, WINDOW, NOON).count());
                assertEquals(
                        LongStream.rangeClosed(1, Race.THREADS).boxed().collect(Collectors.toSet()),
                        counts.stream().collect(Collectors.toSet()));
            }
        }
    }

    @Test
    void failed_attempts_leave_nothing_in_the_audit_trail() {
        for (var i = 0; i < 20; i++) {
            attempt(NOON);
        }
        assertEquals(List.of(), world.events.list(tenant, Optional.empty(), 10));
    }

    private Creation create(String subject, String email) {
        return accounts.create(world.anAccount(subject, email), Optional.of(OLD), NOON);
    }

    private Accounts.Attempts attempt(Instant now) {
        return accounts.countAttempt(tenant, "b", WINDOW, now);
    }

    private List<String> emails(Optional<String> after, int limit) {
        return accounts.list(tenant, after, limit).stream()
                .map(one -> one.address().orElseThrow())
                .toList();
    }

    @Test
    void an_address_that_is_put_back_signs_everybody_out_and_is_nobody_elses() {
        var ada = world.anAccount("ada", "ada@example.com");
        accounts.create(ada, Optional.of(OLD), NOON);
        var session = world.aSession("s", ada.subject(), NOON);
        world.sessions.start(session, Optional.empty(), new dev.symbolon.crypto.TokenHash("b"), NOON);
        var moved = withAddress(ada, "other@example.com");
        assertTrue(update(moved));
        assertTrue(accounts.putAddressBack(withAddress(ada, "ada@example.com"), LATER));
        assertEquals(
                Optional.of("ada@example.com"),
                accounts.find(tenant, ada.subject()).flatMap(Account::address));
        assertTrue(world.sessions.find(tenant, session.id(), LIMITS, LATER).isEmpty(), "signed out");

        accounts.create(world.anAccount("eve", "eve@example.com"), Optional.of(OLD), NOON);
        assertFalse(accounts.putAddressBack(withAddress(ada, "eve@example.com"), LATER), "taken");
        assertFalse(accounts.putAddressBack(world.anAccount("nobody", "nobody@example.com"), LATER));
    }

    private static Account withAddress(Account account, String address) {
        return new Account(
                account.tenant(),
                account.subject(),
                Optional.of(Email.of(address, true)),
                account.profile(),
                account.createdAt(),
                account.updatedAt(),
                account.disabledAt());
    }
}
