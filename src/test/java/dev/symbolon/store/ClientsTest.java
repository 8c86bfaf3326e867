package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Tenants, clients, APIs and consents: what an operator and a person decide.
@ParameterizedClass
@EnumSource(Databases.class)
class ClientsTest {
    private static final Instant LATER = NOON.plusSeconds(10);
    private static final Optional<Instant> NEVER = Optional.empty();

    private final World world;
    private final Clients clients;
    private final Resources resources;
    private final TenantId tenant;

    ClientsTest(Databases databases) {
        world = new World(databases);
        clients = world.clients;
        resources = new Resources(world.db);
        tenant = world.tenant;
    }

    @Test
    void a_tenant_is_found_by_id_and_by_host_with_its_secret() {
        assertTrue(world.addTenant());
        assertEquals(Optional.of(world.aTenant()), world.tenants.find(tenant));
        assertEquals(Optional.of(world.aTenant()), world.tenants.byHost(tenant + ".example"));
        assertEquals("sealed", world.tenants.secret(tenant).text());
        assertTrue(world.tenants.list().contains(world.aTenant()));
    }

    @Test
    void a_tenant_whose_id_or_host_is_taken_is_not_added() {
        world.addTenant();
        assertFalse(world.tenants.add(
                new Tenant(tenant, new Issuer("https://other." + tenant + ".example"), "Other"),
                new Sealed("x"),
                NOON));
        assertFalse(world.tenants.add(
                new Tenant(new TenantId(tenant + "x"), world.aTenant().issuer(), "Other"), new Sealed("x"), NOON));
        assertEquals(Optional.of(world.aTenant()), world.tenants.find(tenant));
        assertEquals("sealed", world.tenants.secret(tenant).text());
    }

    @Test
    void a_tenant_moves_to_another_host_unless_it_is_taken() {
        world.addTenant();
        var other = new World(world.db);
        other.addTenant();
        assertFalse(world.tenants.update(new Tenant(tenant, other.aTenant().issuer(), "Acme"), LATER));
        assertFalse(world.tenants.update(
                new Tenant(new TenantId("nobody"), new Issuer("https://nobody.example"), "Nobody"), LATER));
        var moved = new Tenant(tenant, new Issuer("http://" + tenant + ".local:8080"), "Acme 2");
        assertTrue(world.tenants.update(moved, LATER));
        assertEquals(Optional.of(moved), world.tenants.byHost(tenant + ".local:8080"));
        assertEquals(Optional.empty(), world.tenants.byHost(tenant + ".example"));
        assertEquals("sealed", world.tenants.secret(tenant).text());
    }

    @Test
    void an_unknown_host_is_nobody_whatever_is_in_it() {
        assertTrue(world.tenants.byHost("nobody.example").isEmpty());
        assertTrue(world.tenants.byHost("a\0b").isEmpty());
        assertThrows(StoreException.class, () -> world.tenants.secret(new TenantId("nobody")));
    }

    @Test
    void a_client_reads_back_as_it_was() {
        var client = world.aClient("shop");
        assertTrue(clients.add(client, NOON));
        assertEquals(Optional.of(client), clients.find(tenant, client.id()));
        assertEquals(Optional.empty(), clients.find(new TenantId("elsewhere"), client.id()));
    }

    @Test
    void a_client_whose_id_is_taken_is_not_added_and_changes_nothing() {
        clients.add(world.aClient("shop"), NOON);
        var other = new Client(tenant, new ClientId("shop"), World.metadata("Other"), Optional.empty());
        assertFalse(clients.add(other, LATER));
        assertEquals(
                "Shop",
                clients.find(tenant, other.id()).orElseThrow().metadata().clientName());
        assertEquals(1, world.count("client.added"));
    }

    @Test
    void an_update_changes_the_metadata_and_not_whether_it_is_disabled() {
        clients.add(world.aClient("shop"), NOON);
        assertTrue(clients.disable(tenant, new ClientId("shop"), LATER));
        assertTrue(clients.update(
                new Client(tenant, new ClientId("shop"), World.metadata("New"), Optional.empty()), LATER));
        var read = clients.find(tenant, new ClientId("shop")).orElseThrow();
        assertEquals("New", read.metadata().clientName());
        assertEquals(Optional.of(LATER), read.disabledAt());
    }

    @Test
    void nothing_happens_to_an_unknown_client() {
        var id = new ClientId("nobody");
        assertFalse(clients.update(world.aClient("nobody"), NOON));
        assertFalse(clients.disable(tenant, id, NOON));
        assertFalse(clients.enable(tenant, id, NOON));
        assertFalse(clients.remove(tenant, id, NOON));
        assertThrows(StoreException.class, () -> clients.addSecret(tenant, id, new TokenHash("h"), NOON, NEVER));
        assertThrows(StoreException.class, () -> clients.replaceSecrets(tenant, id, new TokenHash("h"), NOON, NEVER));
        assertEquals(List.of(), clients.secrets(tenant, id, NOON));
        assertEquals(List.of(), world.events.list(tenant, Optional.empty(), 10));
    }

    @Test
    void switching_off_twice_and_on_twice_is_told_apart() {
        clients.add(world.aClient("shop"), NOON);
        var id = new ClientId("shop");
        assertFalse(clients.enable(tenant, id, NOON));
        assertTrue(clients.disable(tenant, id, NOON));
        assertFalse(clients.disable(tenant, id, LATER));
        assertTrue(clients.enable(tenant, id, LATER));
        assertEquals(Optional.empty(), clients.find(tenant, id).orElseThrow().disabledAt());
    }

    @Test
    void a_removed_client_leaves_no_secret_no_consent_and_no_grant_for_the_next_one_of_its_name() {
        var party = world.party();
        var grant = world.redeemed(party);
        clients.addSecret(tenant, party.client(), new TokenHash("h"), NOON, NEVER);
        world.consents.allow(
                tenant, party.subject(), party.client(), new Allowance(Scope.DEFAULT, Optional.empty()), NOON);
        assertTrue(clients.remove(tenant, party.client(), LATER));
        assertFalse(clients.remove(tenant, party.client(), LATER));
        assertFalse(world.isLive(grant, LATER));
        clients.add(world.aClient(party.client().value()), LATER);
        assertFalse(world.isLive(grant, LATER));
        assertEquals(List.of(), clients.secrets(tenant, party.client(), LATER));
        assertTrue(world.consents.find(tenant, party.subject(), party.client()).isEmpty());
    }

    @Test
    void clients_are_listed_page_after_page() {
        for (var id : List.of("c", "a", "b")) {
            clients.add(world.aClient(id), NOON);
        }
        assertEquals(List.of("a", "b"), ids(Optional.empty(), 2));
        assertEquals(List.of("c"), ids(Optional.of(new ClientId("b")), 2));
        assertEquals(List.of(), ids(Optional.of(new ClientId("c")), 2));
    }

    @Test
    void secrets_are_good_until_they_expire_newest_first() {
        clients.add(world.aClient("shop"), NOON);
        var id = new ClientId("shop");
        clients.addSecret(tenant, id, new TokenHash("old"), NOON, Optional.of(LATER));
        clients.addSecret(tenant, id, new TokenHash("new"), NOON.plusSeconds(1), NEVER);
        assertEquals(List.of(new TokenHash("new"), new TokenHash("old")), clients.secrets(tenant, id, NOON));
        assertEquals(List.of(new TokenHash("new")), clients.secrets(tenant, id, LATER));
    }

    @Test
    void replacing_the_secrets_stops_every_other_one() {
        clients.add(world.aClient("shop"), NOON);
        var id = new ClientId("shop");
        clients.addSecret(tenant, id, new TokenHash("one"), NOON, NEVER);
        clients.addSecret(tenant, id, new TokenHash("two"), NOON, NEVER);
        clients.replaceSecrets(tenant, id, new TokenHash("only"), LATER, NEVER);
        assertEquals(List.of(new TokenHash("only")), clients.secrets(tenant, id, LATER));
    }

    @Test
    void a_client_has_at_most_ten_secrets_and_expired_ones_make_room() {
        clients.add(world.aClient("shop"), NOON);
        var id = new ClientId("shop");
        for (var i = 0; i < Clients.SECRETS_MAX; i++) {
            clients.addSecret(tenant, id, new TokenHash("h" + i), NOON, Optional.of(LATER));
        }
        assertThrows(StoreException.class, () -> clients.addSecret(tenant, id, new TokenHash("more"), NOON, NEVER));
        clients.addSecret(tenant, id, new TokenHash("more"), LATER, NEVER);
        assertEquals(List.of(new TokenHash("more")), clients.secrets(tenant, id, LATER));
    }

    @Test
    void an_api_is_put_found_changed_and_removed() {
        var api = api("https://api.example", Duration.ofHours(1));
        resources.put(api, NOON);
        assertEquals(Optional.of(api), resources.find(tenant, "https://api.example"));
        var changed = api("https://api.example", Duration.ofMinutes(5));
        resources.put(changed, LATER);
        resources.put(api("https://other.example", Duration.ofHours(1)), LATER);
        assertEquals(Optional.of(changed), resources.find(tenant, "https://api.example"));
        assertEquals(2, resources.list(tenant).size());
        assertTrue(resources.remove(tenant, "https://api.example", LATER));
        assertFalse(resources.remove(tenant, "https://api.example", LATER));
        assertEquals(Optional.empty(), resources.find(tenant, "https://api.example"));
    }

    @Test
    void an_api_is_found_by_exactly_its_identifier() {
        resources.put(api("https://api.example", Duration.ofHours(1)), NOON);
        for (var other : List.of("https://api.example/", "HTTPS://api.example", "https://api.example\0", "")) {
            assertEquals(Optional.empty(), resources.find(tenant, other));
        }
    }

    @Test
    void a_consent_grows_and_is_dated_anew() {
        var party = world.party();
        var first = world.consents.allow(
                tenant,
                party.subject(),
                party.client(),
                new Allowance(Scope.parse("openid email"), Optional.empty()),
                NOON);
        assertEquals(NOON, first.grantedAt());
        var second = world.consents.allow(
                tenant,
                party.subject(),
                party.client(),
                new Allowance(Scope.parse("profile"), Optional.empty()),
                LATER);
        var expected = new Consent(
                tenant, party.subject(), party.client(), Scope.parse("openid email profile"), Map.of(), LATER);
        assertEquals(expected, second);
        assertEquals(Optional.of(expected), world.consents.find(tenant, party.subject(), party.client()));
        assertEquals(
                List.of(new Consents.Kept(expected, NOON)),
                world.consents.list(tenant, party.subject()),
                "and since when it holds is not dated anew");
    }

    @Test
    void a_consent_is_never_dated_before_it_began_though_another_nodes_clock_is_behind() {
        var party = world.party();
        world.consents.allow(
                tenant, party.subject(), party.client(), new Allowance(Scope.parse("openid"), Optional.empty()), LATER);
        var second = world.consents.allow(
                tenant, party.subject(), party.client(), new Allowance(Scope.parse("email"), Optional.empty()), NOON);
        assertEquals(LATER, second.grantedAt());
    }

    @Test
    void what_eight_consents_at_once_allow_is_all_on_file() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < 50; round++) {
                var party = world.party();
                race.run(i -> world.consents.allow(
                        tenant,
                        party.subject(),
                        party.client(),
                        new Allowance(Scope.parse("s" + i), Optional.empty()),
                        NOON));
                var scope = world.consents
                        .find(tenant, party.subject(), party.client())
                        .orElseThrow()
                        .scope();
                assertTrue(scope.covers(Scope.parse("s0 s1 s2 s3 s4 s5 s6 s7")), scope.toString());
            }
        }
    }

    @Test
    void a_consent_is_taken_back_once_and_only_for_that_client() {
        var party = world.party();
        var kept = world.aClient(World.fresh("c"));
        clients.add(kept, NOON);
        world.consents.allow(
                tenant, party.subject(), party.client(), new Allowance(Scope.DEFAULT, Optional.empty()), NOON);
        world.consents.allow(tenant, party.subject(), kept.id(), new Allowance(Scope.DEFAULT, Optional.empty()), NOON);
        var grant = world.redeemed(party);
        assertTrue(world.consents.revoke(tenant, party.subject(), party.client(), LATER));
        assertFalse(world.consents.revoke(tenant, party.subject(), party.client(), LATER));
        assertFalse(world.isLive(grant, LATER), "every grant to that client ends");
        assertTrue(world.consents.find(tenant, party.subject(), party.client()).isEmpty());
        assertTrue(world.consents.find(tenant, party.subject(), kept.id()).isPresent());
    }

    @Test
    void of_eight_clients_of_one_name_exactly_one_is_added() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var id = World.fresh("c");
                var added = race.run(i -> clients.add(world.aClient(id), NOON));
                assertEquals(1, Collections.frequency(added, true));
            }
        }
    }

    @Test
    void of_eight_who_change_what_they_saw_of_an_api_or_a_client_one_does_and_the_others_are_told() throws Exception {
        var resources = new Resources(world.db);
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var seen = api("https://api.example/" + World.fresh("a"), Duration.ofHours(1));
                assertEquals(1, Collections.frequency(race.run(_ -> resources.add(seen, NOON)), true));
                var changed = race.run(
                        i -> resources.replace(seen, api(seen.identifier(), Duration.ofMinutes(10 + i)), LATER));
                assertEquals(1, Collections.frequency(changed, true));
                var client = world.aClient(World.fresh("c"));
                clients.add(client, NOON);
                var others = race.run(i -> clients.replace(client, named(client, "Name " + i), LATER));
                assertEquals(1, Collections.frequency(others, true));
            }
        }
    }

    @Test
    void consents_for_many_apis_are_kept_beside_each_other_and_the_first_is_forgotten_at_the_end() {
        var party = world.party();
        for (var i = 0; i <= Consent.APIS_MAX; i++) {
            var api = new ProtectedResource(
                    tenant,
                    "https://api.example/" + i,
                    "API",
                    Duration.ofHours(1),
                    SigningAlgorithm.ES256,
                    Map.of("read", "Read"));
            var allowance = new Allowance(Scope.parse("openid read"), Optional.of(api));
            world.consents.allow(tenant, party.subject(), party.client(), allowance, NOON);
            var kept =
                    world.consents.find(tenant, party.subject(), party.client()).orElseThrow();
            assertTrue(allowance.isCoveredBy(kept));
            assertEquals(Scope.parse("openid"), kept.scope());
        }
        var kept = world.consents.find(tenant, party.subject(), party.client()).orElseThrow();
        assertEquals(Consent.APIS_MAX, kept.apis().size());
        assertFalse(kept.apis().containsKey("https://api.example/0"));
    }

    private static Client named(Client client, String name) {
        return new Client(client.tenant(), client.id(), World.metadata(name), client.disabledAt());
    }

    private ProtectedResource api(String identifier, Duration lifetime) {
        return new ProtectedResource(tenant, identifier, "API", lifetime, SigningAlgorithm.EDDSA);
    }

    private List<String> ids(Optional<ClientId> after, int limit) {
        return clients.list(tenant, after, limit).stream()
                .map(client -> client.id().value())
                .toList();
    }
}
