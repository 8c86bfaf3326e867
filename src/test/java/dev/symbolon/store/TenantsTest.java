package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.Sealed;
import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Words;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.TenantSettings;
import dev.symbolon.store.Refusals.Refusal;
import dev.symbolon.store.SigningKeys.NewKey;
import dev.symbolon.store.Tenants.Configured;
import dev.symbolon.store.Tenants.Contents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What removing a tenant promises.
@ParameterizedClass
@EnumSource(Databases.class)
class TenantsTest {
    private static final Words HELLO =
            new Words(Optional.of("Hallo"), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final TenantSettings GERMAN =
            new TenantSettings(Optional.of("de"), Optional.empty(), Optional.empty(), Optional.of(Duration.ofDays(30)));

    private final Database db;

    TenantsTest(Databases databases) {
        db = databases.database();
    }

    /// A tenant with a row in every table.
    private World furnished() {
        var world = new World(db);
        assertTrue(world.addTenant());
        fill(world);
        return world;
    }

    private void fill(World world) {
        var party = world.party();
        world.clients.addSecret(world.tenant, party.client(), new TokenHash(World.fresh("h")), NOON, Optional.empty());
        world.redeemed(party);
        world.consents.allow(
                world.tenant, party.subject(), party.client(), new Allowance(Scope.DEFAULT, Optional.empty()), NOON);
        world.accounts.countAttempt(world.tenant, "bucket", Duration.ofHours(1), NOON);
        new Resources(db)
                .put(
                        new ProtectedResource(
                                world.tenant,
                                "https://api.example",
                                "API",
                                Duration.ofHours(1),
                                SigningAlgorithm.RS256),
                        NOON);
        new SigningKeys(db)
                .rotateNow(
                        world.tenant,
                        SigningAlgorithm.RS256,
                        NOON,
                        NOON,
                        new NewKey(World.fresh("kid"), new Sealed("sealed"), "{}"));
        new Brandings(db).replace(world.tenant, Branding.NONE, Branding.NONE.with("de", HELLO), Optional.empty(), NOON);
        var before = new Configured(world.aTenant().name(), TenantSettings.NONE);
        world.tenants.configure(world.tenant, before, new Configured("Named", GERMAN), NOON);
        new Refusals(db)
                .record(
                        List.of(new Refusal(
                                world.tenant,
                                party.client().value(),
                                "redirect_uri",
                                "https://x.example",
                                "https://shop.example/cb",
                                "error",
                                1,
                                NOON,
                                NOON)),
                        NOON);
    }

    /// The rows of a tenant in every table that has tenants.
    private Map<String, Long> rows(TenantId tenant) {
        return db.read(handle -> {
            var rows = new TreeMap<String, Long>();
            for (var table : tables()) {
                rows.put(
                        table,
                        handle.createQuery("SELECT COUNT(*) FROM " + table + " WHERE tenant_id = :tenant")
                                .bind("tenant", tenant.value())
                                .mapTo(Long.class)
                                .one());
            }
            return rows;
        });
    }

    private static List<String> tables() {
        return Stream.of("/db/001-first.sql", "/db/009-branding.sql")
                .flatMap(script -> tables(script).stream())
                .toList();
    }

    private static List<String> tables(String script) {
        try (var in = Database.class.getResourceAsStream(script)) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("CREATE TABLE ([a-z_]+)")
                    .matcher(text)
                    .results()
                    .map(found -> found.group(1))
                    .filter(table -> !table.equals("installation"))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void a_removed_tenant_leaves_no_row_in_any_table_and_its_neighbour_keeps_all() {
        var world = furnished();
        var neighbour = furnished();
        var theirs = rows(neighbour.tenant);
        assertFalse(rows(world.tenant).containsValue(0L), "every table is filled: " + rows(world.tenant));
        assertTrue(world.tenants.remove(world.tenant));
        assertEquals(
                List.of(0L), rows(world.tenant).values().stream().distinct().toList());
        assertEquals(theirs, rows(neighbour.tenant));
        assertEquals(
                Optional.empty(), world.tenants.byHost(world.aTenant().issuer().host()));
    }

    @Test
    void its_id_and_its_host_are_free_again_and_a_new_one_begins_empty() {
        var world = furnished();
        world.tenants.remove(world.tenant);
        // A server that has not noticed yet still counts an attempt.
        world.accounts.countAttempt(world.tenant, "bucket", Duration.ofHours(1), NOON);
        assertTrue(world.addTenant());
        assertEquals(1, rows(world.tenant).get("tenant"));
        assertEquals(0, rows(world.tenant).get("attempt"));
        assertEquals(1, world.count("tenant.added"));
        assertEquals(new Contents(0, 0, 0, 0, 0, 0, 0, 1), world.tenants.contents(world.tenant));
    }

    @Test
    void an_addition_that_is_refused_empties_nothing() {
        var world = furnished();
        var before = rows(world.tenant);
        assertFalse(world.addTenant());
        assertEquals(before, rows(world.tenant));
    }

    @Test
    void a_name_and_settings_are_changed_by_whoever_saw_the_latest_and_told_by_what_they_are() {
        var world = new World(db);
        world.addTenant();
        var first = new Configured(world.aTenant().name(), TenantSettings.NONE);
        var second = new Configured("Zenith", GERMAN);
        assertTrue(world.tenants.configure(world.tenant, first, second, NOON));
        assertEquals(GERMAN, world.tenants.settings(world.tenant));
        assertEquals("Zenith", world.tenants.find(world.tenant).orElseThrow().name());
        assertFalse(world.tenants.configure(world.tenant, first, new Configured("Late", GERMAN), NOON));
        assertFalse(world.tenants.configure(
                world.tenant, new Configured("Zenith", TenantSettings.NONE), new Configured("Zenith", GERMAN), NOON));
        assertTrue(world.tenants.configure(world.tenant, second, new Configured("Zenith", TenantSettings.NONE), NOON));
        var told = new Events(db).list(world.tenant, Optional.empty(), "settings.", 10);
        assertEquals(
                List.of(
                        Map.of("language", "default", "events_kept_seconds", "default"),
                        Map.of("language", "de", "events_kept_seconds", "2592000", "name", "Zenith")),
                told.stream().map(Events.Event::detail).toList());
    }

    @Test
    void of_eight_who_set_something_at_once_one_does() throws Exception {
        var world = new World(db);
        world.addTenant();
        var seen = new Configured(world.aTenant().name(), TenantSettings.NONE);
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var before = seen;
                var here = round;
                var results = race.run(i -> world.tenants.configure(
                        world.tenant, before, new Configured("Acme " + here, seconds(60 + here * 8 + i)), NOON));
                assertEquals(1, Collections.frequency(results, true));
                seen = new Configured("Acme " + here, world.tenants.settings(world.tenant));
                assertEquals(seconds(60 + here * 8 + results.indexOf(true)), seen.settings());
            }
        }
    }

    private static TenantSettings seconds(int idle) {
        return new TenantSettings(
                Optional.empty(), Optional.of(Duration.ofSeconds(idle)), Optional.empty(), Optional.empty());
    }

    @Test
    void what_would_be_lost_is_counted_without_what_has_ended() {
        var world = furnished();
        var second = world.party();
        world.grants.revoke(world.tenant, world.redeemed(second).id(), NOON);
        world.sessions.end(world.tenant, second.session(), NOON);
        var contents = world.tenants.contents(world.tenant);
        assertEquals(2, contents.clients());
        assertEquals(1, contents.resources());
        assertEquals(2, contents.people());
        assertEquals(1, contents.consents());
        assertEquals(1, contents.sessions());
        assertEquals(1, contents.grants());
        assertEquals(1, contents.keys());
        assertEquals(world.events.list(world.tenant, Optional.empty(), 1_000).size(), contents.events());
    }

    @Test
    void a_tenant_that_is_not_there_is_not_removed_and_nothing_changes() {
        var world = new World(db);
        fill(world);
        var before = rows(world.tenant);
        assertFalse(world.tenants.remove(world.tenant));
        assertEquals(before, rows(world.tenant));
    }

    @Test
    void of_eight_removals_at_once_exactly_one_removed_it() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < 20; round++) {
                var world = furnished();
                var results = race.run(i -> world.tenants.remove(world.tenant));
                assertEquals(1, Collections.frequency(results, true));
                assertEquals(
                        List.of(0L),
                        rows(world.tenant).values().stream().distinct().toList());
            }
        }
    }

    @Test
    void events_are_listed_by_the_beginning_of_their_kind() {
        var world = furnished();
        assertEquals(
                List.of("client.secret_added", "client.added"),
                world.events.list(world.tenant, Optional.empty(), "client.", 10).stream()
                        .map(Events.Event::kind)
                        .toList());
        assertEquals(List.of(), world.events.list(world.tenant, Optional.empty(), "client_", 10), "and _ is a letter");
        assertEquals(List.of(), world.events.list(world.tenant, Optional.empty(), "a\0", 10));
        assertEquals(
                world.events.list(world.tenant, Optional.empty(), 10),
                world.events.list(world.tenant, Optional.empty(), "", 10));
    }

    @Test
    void a_database_that_nobody_made_is_not_made_by_looking() {
        var url = databaseUrl();
        assertTrue(Database.openExisting(url).isEmpty());
        assertTrue(Database.openExisting(url).isEmpty(), "and looking left nothing");
        try (var made = Database.open(url)) {
            made.migrate();
        }
        try (var found = Database.openExisting(url).orElseThrow()) {
            assertTrue(new World(found).addTenant());
        }
    }

    private String databaseUrl() {
        return (db instanceof SqliteDatabase ? Databases.SQLITE : Databases.POSTGRESQL).newUrl();
    }
}
