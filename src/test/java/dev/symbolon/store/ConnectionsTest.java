package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.store.Identities.Arrival;
import dev.symbolon.store.Identities.Link;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Where people come from, who they are there, and codes that are used once.
@ParameterizedClass
@EnumSource(Databases.class)
class ConnectionsTest {
    private static final Instant LATER = NOON.plusSeconds(10);
    private static final ConnectionId GITHUB = new ConnectionId("github");

    private final World world;
    private final Connections connections;
    private final Identities identities;
    private final OneTimeCodes codes;
    private final TenantId tenant;

    ConnectionsTest(Databases databases) {
        world = new World(databases);
        connections = new Connections(world.db);
        identities = new Identities(world.db);
        codes = new OneTimeCodes(world.db);
        tenant = world.tenant;
        world.addTenant();
    }

    private Connection connection(String id, String name) {
        return new Connection(
                tenant,
                new ConnectionId(id),
                Connection.Kind.OAUTH2,
                name,
                "Example",
                Connection.Icon.COMPANY,
                Optional.of(new Connection.Upstream(
                        "client",
                        List.of("a", "b"),
                        Optional.of("https://id.example"),
                        Optional.of(new Connection.Endpoints(
                                "https://id.example/a", "https://id.example/t", "https://id.example/u")),
                        Map.of("sub", "user.id"))),
                new Connection.Rules(List.of(new ClientId("shop")), false, false, true, true),
                false,
                true);
    }

    private static UpstreamUser user(String subject) {
        return new UpstreamUser(
                GITHUB,
                subject,
                Optional.of(new Email(subject + "@example.com", Email.Standing.REPORTED)),
                Profile.named(Optional.of("Hub " + subject)),
                Optional.empty());
    }

    private Account account(String subject, Optional<Email> email) {
        return new Account(
                tenant, new Subject(subject), email, Profile.named(Optional.of("Ada")), NOON, NOON, Optional.empty());
    }

    private List<String> ids() {
        return connections.list(tenant).stream().map(one -> one.id().value()).toList();
    }

    @Test
    void a_new_tenant_has_the_connection_for_passwords_and_it_cannot_go() {
        var first = connections.list(tenant).getFirst();
        assertEquals(Connection.DATABASE, first.id());
        assertTrue(first.isDefault() && first.isEnabled() && first.rules().signUp());
        assertEquals(Optional.of(first), connections.named(tenant, "email-password"));
        assertFalse(connections.remove(tenant, first.id(), LATER));
        assertTrue(connections.add(connection("github", "gh"), Optional.empty(), NOON));
        assertTrue(connections.setDefault(tenant, GITHUB, NOON));
        assertFalse(connections.remove(tenant, first.id(), LATER), "nor when it is not the default one");
    }

    @Test
    void a_connection_reads_back_as_it_was_written_by_id_and_by_name() {
        var github = connection("github", "gh");
        assertTrue(connections.add(github, Optional.of(new Sealed("secret")), NOON));
        assertEquals(Optional.of(github), connections.find(tenant, GITHUB));
        assertEquals(Optional.of(github), connections.named(tenant, "gh"));
        assertEquals(Optional.of(new Sealed("secret")), connections.secret(tenant, GITHUB));
        assertEquals(Optional.empty(), connections.find(new TenantId("elsewhere"), GITHUB));
        assertEquals(Optional.empty(), connections.named(tenant, "g\0h"));
        assertFalse(connections.add(connection("github", "other"), Optional.empty(), NOON), "the id is taken");
        assertFalse(connections.add(connection("other", "gh"), Optional.empty(), NOON), "the name is taken");
        assertEquals(1, world.count("connection.added"));
    }

    @Test
    void a_change_keeps_the_secret_unless_there_is_a_new_one_and_switching_off_is_a_change() {
        connections.add(connection("github", "gh"), Optional.of(new Sealed("old")), NOON);
        connections.add(connection("google", "go"), Optional.empty(), NOON);
        var off = new Connection(
                tenant,
                GITHUB,
                Connection.Kind.OAUTH2,
                "renamed",
                "Label",
                Connection.Icon.KEY,
                Optional.empty(),
                Connection.Rules.DEFAULT,
                false,
                false);
        assertTrue(connections.update(off, Optional.empty(), LATER));
        assertEquals(Optional.of(off), connections.find(tenant, GITHUB));
        assertEquals(Optional.of(new Sealed("old")), connections.secret(tenant, GITHUB));
        assertTrue(connections.update(connection("github", "gh"), Optional.of(new Sealed("new")), LATER));
        assertTrue(connections.find(tenant, GITHUB).orElseThrow().isEnabled());
        assertEquals(Optional.of(new Sealed("new")), connections.secret(tenant, GITHUB));
        assertFalse(connections.update(connection("github", "go"), Optional.empty(), LATER), "another one's name");
        assertFalse(connections.update(connection("nobody", "x"), Optional.empty(), LATER));
    }

    @Test
    void one_connection_is_the_default_and_it_comes_first() {
        connections.add(connection("github", "gh"), Optional.empty(), NOON);
        assertEquals(List.of("database", "github"), ids());
        assertTrue(connections.setDefault(tenant, GITHUB, LATER));
        assertEquals(List.of("github", "database"), ids());
        assertEquals(
                1,
                connections.list(tenant).stream().filter(Connection::isDefault).count());
        assertFalse(connections.remove(tenant, GITHUB, LATER), "the default one stays");
        assertFalse(connections.setDefault(tenant, new ConnectionId("nobody"), LATER));
        assertEquals(List.of("github", "database"), ids());
    }

    @Test
    void a_connection_is_switched_off_and_on_and_the_default_one_stays_on() {
        connections.add(connection("github", "gh"), Optional.of(new Sealed("secret")), NOON);
        assertFalse(connections.disable(tenant, Connection.DATABASE, LATER), "the default one");
        assertFalse(connections.disable(tenant, new ConnectionId("nobody"), LATER));
        assertFalse(connections.enable(tenant, GITHUB, LATER), "it is on");
        assertTrue(connections.disable(tenant, GITHUB, LATER));
        assertFalse(connections.disable(tenant, GITHUB, LATER));
        assertFalse(connections.find(tenant, GITHUB).orElseThrow().isEnabled());
        assertFalse(connections.setDefault(tenant, GITHUB, LATER), "nobody comes from there");
        assertTrue(connections.enable(tenant, GITHUB, LATER));
        assertEquals(Optional.of(connection("github", "gh")), connections.find(tenant, GITHUB));
        assertEquals(Optional.of(new Sealed("secret")), connections.secret(tenant, GITHUB));
        assertEquals(1, world.count("connection.disabled"));
        assertEquals(1, world.count("connection.enabled"));
    }

    @Test
    void whatever_is_done_at_once_one_connection_is_the_default_and_it_is_on() throws Exception {
        var ids = List.of("a", "b").stream().map(ConnectionId::new).toList();
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                connections.setDefault(tenant, Connection.DATABASE, NOON);
                for (var id : ids) {
                    connections.add(connection(id.value(), id.value()), Optional.empty(), NOON);
                    connections.enable(tenant, id, NOON);
                }
                race.run(i -> {
                    var id = ids.get(i % 2);
                    return switch (i / 2) {
                        case 0 -> connections.disable(tenant, id, LATER);
                        case 1 -> connections.remove(tenant, id, LATER);
                        default -> connections.setDefault(tenant, id, LATER);
                    };
                });
                var defaults = connections.list(tenant).stream()
                        .filter(Connection::isDefault)
                        .toList();
                assertEquals(1, defaults.size(), () -> "in " + connections.list(tenant));
                assertTrue(defaults.getFirst().isEnabled());
            }
        }
    }

    @Test
    void whoever_was_never_here_gets_one_account_with_one_identity() {
        assertEquals(Arrival.CREATED, identities.arrive(account("s1", Optional.empty()), user("7"), NOON));
        assertEquals(Optional.of(account("s1", Optional.empty())), identities.account(tenant, GITHUB, "7"));
        assertEquals(Arrival.KNOWN, identities.arrive(account("s2", Optional.empty()), user("7"), LATER));
        assertTrue(world.accounts.find(tenant, new Subject("s2")).isEmpty());
        assertEquals(
                List.of(new Identity(
                        tenant,
                        GITHUB,
                        "7",
                        new Subject("s1"),
                        Optional.of("7@example.com"),
                        Optional.of("Hub 7"),
                        NOON,
                        NOON)),
                identities.ofSubject(tenant, new Subject("s1")));
        assertEquals(Optional.empty(), identities.account(tenant, GITHUB, "8"));
        assertEquals(1, identities.count(tenant, GITHUB));
        assertEquals(0, identities.count(tenant, Connection.DATABASE));
        assertEquals(Optional.empty(), identities.account(new TenantId("elsewhere"), GITHUB, "7"));
        assertEquals(Optional.empty(), identities.account(tenant, GITHUB, "\0"));
    }

    @Test
    void FE_04_nobody_arrives_beside_an_account_that_is_found_by_the_same_address() {
        world.accounts.create(account("s1", Optional.of(Email.of("ada@example.com", true))), Optional.empty(), NOON);
        var same = account("s2", Optional.of(Email.of("ADA@example.com", true)));
        assertEquals(Arrival.ADDRESS_TAKEN, identities.arrive(same, user("7"), NOON));
        assertEquals(Optional.empty(), identities.account(tenant, GITHUB, "7"));
        assertTrue(world.accounts.find(tenant, new Subject("s2")).isEmpty());
        var reported = account("s3", Optional.of(new Email("ada@example.com", Email.Standing.REPORTED)));
        assertEquals(Arrival.CREATED, identities.arrive(reported, user("7"), NOON));
        assertEquals(
                new Subject("s1"),
                world.accounts
                        .byEmail(tenant, "ada@example.com")
                        .orElseThrow()
                        .account()
                        .subject());
    }

    @Test
    void coming_again_keeps_what_the_other_server_says_and_changes_the_profile_where_it_follows() {
        identities.arrive(account("s1", Optional.empty()), user("7"), NOON);
        var renamed =
                new UpstreamUser(GITHUB, "7", Optional.empty(), Profile.named(Optional.of("New")), Optional.empty());
        identities.came(tenant, new Subject("s1"), renamed, Optional.empty(), LATER);
        var identity = identities.ofSubject(tenant, new Subject("s1")).getFirst();
        assertEquals(Optional.of("New"), identity.name());
        assertEquals(Optional.empty(), identity.email());
        assertEquals(LATER, identity.lastUsedAt());
        assertEquals(
                "Ada",
                world.accounts.find(tenant, new Subject("s1")).orElseThrow().title());
        identities.came(tenant, new Subject("s1"), renamed, Optional.of(renamed.profile()), LATER);
        var followed = world.accounts.find(tenant, new Subject("s1")).orElseThrow();
        assertEquals("New", followed.title());
        assertEquals(LATER, followed.updatedAt());
        identities.came(tenant, new Subject("s1"), renamed, Optional.of(renamed.profile()), LATER.plusSeconds(9));
        assertEquals(
                LATER,
                world.accounts.find(tenant, new Subject("s1")).orElseThrow().updatedAt(),
                "the same profile is no change");
    }

    @Test
    void an_identity_is_one_accounts_only() {
        world.accounts.create(account("s1", Optional.empty()), Optional.empty(), NOON);
        world.accounts.create(account("s2", Optional.empty()), Optional.empty(), NOON);
        assertEquals(Link.LINKED, identities.link(tenant, new Subject("s1"), user("7"), NOON));
        assertEquals(Link.ALREADY, identities.link(tenant, new Subject("s1"), user("7"), NOON));
        assertEquals(Link.ANOTHERS, identities.link(tenant, new Subject("s2"), user("7"), NOON));
        assertEquals(Link.NO_ACCOUNT, identities.link(tenant, new Subject("nobody"), user("8"), NOON));
        world.accounts.disable(tenant, new Subject("s2"), NOON);
        assertEquals(Link.NO_ACCOUNT, identities.link(tenant, new Subject("s2"), user("8"), NOON));
        assertEquals(1, world.count("identity.linked"));
        world.accounts.remove(tenant, new Subject("s1"), LATER);
        assertEquals(Optional.empty(), identities.account(tenant, GITHUB, "7"), "forgotten with the account");
    }

    @Test
    void the_last_way_in_is_never_taken() {
        connections.add(connection("github", "gh"), Optional.empty(), NOON);
        var ada = new Subject("s1");
        identities.arrive(account("s1", Optional.of(Email.of("ada@example.com", true))), user("7"), NOON);
        assertFalse(identities.unlink(tenant, ada, GITHUB, "7", LATER), "the only one");
        assertFalse(identities.unlink(tenant, ada, GITHUB, "other", LATER));
        assertFalse(identities.unlink(tenant, new Subject("s2"), GITHUB, "7", LATER), "another's");

        identities.link(tenant, ada, user("8"), NOON);
        assertTrue(identities.unlink(tenant, ada, GITHUB, "7", LATER), "another identity is left");
        assertFalse(identities.unlink(tenant, ada, GITHUB, "8", LATER));

        world.accounts.changePassword(tenant, ada, new dev.symbolon.crypto.PasswordHash("$argon2id$x"), LATER);
        assertTrue(identities.unlink(tenant, ada, GITHUB, "8", LATER), "a password is left");
        assertEquals(2, world.count("identity.unlinked"));
    }

    @Test
    void an_identity_of_a_connection_that_is_switched_off_is_no_way_in_and_codes_by_mail_are_one() {
        connections.add(connection("github", "gh"), Optional.empty(), NOON);
        connections.add(connection("off", "off"), Optional.empty(), NOON);
        var ada = new Subject("s1");
        identities.arrive(account("s1", Optional.of(Email.of("ada@example.com", true))), user("7"), NOON);
        var elsewhere = new UpstreamUser(
                new ConnectionId("off"), "9", Optional.empty(), Profile.named(Optional.empty()), Optional.empty());
        identities.link(tenant, ada, elsewhere, NOON);
        var off = new Connection(
                tenant,
                new ConnectionId("off"),
                Connection.Kind.OAUTH2,
                "off",
                "Off",
                Connection.Icon.KEY,
                Optional.empty(),
                Connection.Rules.DEFAULT,
                false,
                false);
        connections.update(off, Optional.empty(), NOON);
        assertFalse(identities.unlink(tenant, ada, GITHUB, "7", LATER));
        var byMail = new Connection(
                tenant,
                new ConnectionId("mail"),
                Connection.Kind.PASSWORDLESS_EMAIL,
                "mail",
                "Mail",
                Connection.Icon.MAIL,
                Optional.empty(),
                Connection.Rules.DEFAULT,
                false,
                true);
        connections.add(byMail, Optional.empty(), NOON);
        assertTrue(identities.unlink(tenant, ada, GITHUB, "7", LATER));
    }

    @Test
    void a_connection_that_is_removed_takes_its_identities_along() {
        connections.add(connection("github", "gh"), Optional.empty(), NOON);
        identities.arrive(account("s1", Optional.empty()), user("7"), NOON);
        assertTrue(connections.remove(tenant, GITHUB, LATER));
        assertEquals(Optional.empty(), identities.account(tenant, GITHUB, "7"));
        assertTrue(world.accounts.find(tenant, new Subject("s1")).isPresent());
        assertFalse(connections.remove(tenant, GITHUB, LATER));
    }

    @Test
    void a_code_is_used_once() {
        var until = NOON.plusSeconds(600);
        assertFalse(codes.isUsed(tenant, "c"));
        assertTrue(codes.use(tenant, "c", until, NOON));
        assertFalse(codes.use(tenant, "c", until, NOON));
        assertTrue(codes.isUsed(tenant, "c"));
        assertTrue(codes.use(new TenantId("elsewhere" + tenant), "c", until, NOON), "another tenant's");
    }

    @Test
    void a_used_code_is_forgotten_only_after_it_has_expired() {
        codes.use(tenant, "c", NOON.plusSeconds(600), NOON);
        purgeAll(NOON.plusSeconds(600));
        assertFalse(codes.use(tenant, "c", NOON.plusSeconds(600), LATER));
        purgeAll(NOON.plusSeconds(600).plus(Purge.DEAD_FOR));
        assertFalse(codes.isUsed(tenant, "c"));
    }

    /// Until nothing is left: other tests leave their dead rows in the same database, more than one purge takes.
    private void purgeAll(Instant now) {
        while (world.purge.purge(now, Purge.Kept.both(Duration.ofDays(365)), 1_000) > 0) {
            // the next thousand
        }
    }

    @Test
    void of_eight_who_use_a_code_at_once_exactly_one_may() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var id = World.fresh("code");
                var used = race.run(_ -> codes.use(tenant, id, LATER, NOON));
                assertEquals(1, used.stream().filter(one -> one).count());
            }
        }
    }

    @Test
    void of_eight_tabs_that_bring_the_same_newcomer_exactly_one_makes_an_account() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var upstream = World.fresh("u");
                var arrivals = race.run(
                        i -> identities.arrive(account(upstream + "-" + i, Optional.empty()), user(upstream), NOON));
                assertEquals(
                        1, arrivals.stream().filter(Arrival.CREATED::equals).count());
                assertEquals(
                        Set.of(Arrival.CREATED, Arrival.KNOWN),
                        arrivals.stream().collect(Collectors.toSet()));
                var owner = identities.account(tenant, GITHUB, upstream).orElseThrow();
                for (var i = 0; i < Race.THREADS; i++) {
                    var subject = new Subject(upstream + "-" + i);
                    assertEquals(
                            subject.equals(owner.subject()),
                            world.accounts.find(tenant, subject).isPresent());
                }
            }
        }
    }

    @Test
    void of_eight_accounts_that_want_one_identity_exactly_one_gets_it() throws Exception {
        for (var i = 0; i < Race.THREADS; i++) {
            world.accounts.create(account("a" + i, Optional.empty()), Optional.empty(), NOON);
        }
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var upstream = World.fresh("u");
                var links = race.run(i -> identities.link(tenant, new Subject("a" + i), user(upstream), NOON));
                assertEquals(1, links.stream().filter(Link.LINKED::equals).count());
                assertEquals(7, links.stream().filter(Link.ANOTHERS::equals).count());
            }
        }
    }

    @Test
    void of_eight_who_change_what_they_saw_of_a_connection_one_does_and_the_others_are_told() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var seen = connection(World.fresh("c"), World.fresh("n"));
                connections.add(seen, Optional.empty(), NOON);
                var changed = race.run(i -> connections.replace(
                        seen, connection(seen.id().value(), seen.name() + i), Optional.empty(), LATER));
                assertEquals(1, Collections.frequency(changed, true));
                assertFalse(connections.replace(seen, seen, Optional.empty(), LATER), "it is another one now");
            }
        }
    }
}
