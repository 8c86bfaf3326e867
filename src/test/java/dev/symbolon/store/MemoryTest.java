package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What a node remembers of clients and APIs: its own changes at once, another's within a second, never too much.
@ParameterizedClass
@EnumSource(Databases.class)
class MemoryTest {
    private static final String API = "https://api.example";

    private final Databases databases;
    private final ClientId shop = new ClientId("shop");

    MemoryTest(Databases databases) {
        this.databases = databases;
    }

    private static ProtectedResource api(World world, Duration life) {
        return new ProtectedResource(world.tenant, API, "API", life, SigningAlgorithm.ES256);
    }

    private static Connection github(World world) {
        return new Connection(
                world.tenant,
                new ConnectionId("github"),
                Connection.Kind.OAUTH2,
                "github",
                "GitHub",
                Connection.Icon.COMPANY,
                Optional.empty(),
                Connection.Rules.DEFAULT,
                false,
                true);
    }

    // Asked again and again: an answer that is remembered must not live longer for it.
    private static void assertSoon(BooleanSupplier isSo) {
        var end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!isSo.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "it is remembered for too long");
            Thread.onSpinWait();
        }
    }

    @Test
    void what_this_node_changes_is_seen_at_once() {
        var world = new World(databases);
        var resources = new Resources(world.db);
        var access = new Access(world.db);
        world.addTenant();
        for (var round = 0; round < 50; round++) {
            assertEquals(Optional.empty(), world.clients.known(world.tenant, shop, NOON));
            world.clients.add(world.aClient("shop"), NOON);
            assertEquals(
                    world.aClient("shop"),
                    world.clients.known(world.tenant, shop, NOON).orElseThrow().client());
            world.clients.addSecret(world.tenant, shop, new TokenHash("one"), NOON, Optional.empty());
            assertEquals(
                    List.of(new TokenHash("one")),
                    world.clients.known(world.tenant, shop, NOON).orElseThrow().secrets(NOON));
            world.clients.removeSecret(world.tenant, shop, new TokenHash("one"), NOON);
            world.clients.disable(world.tenant, shop, NOON);
            var known = world.clients.known(world.tenant, shop, NOON).orElseThrow();
            assertTrue(known.client().disabledAt().isPresent());
            assertEquals(List.of(), known.secrets(NOON));

            resources.put(api(world, Duration.ofMinutes(round + 1)), NOON);
            assertEquals(
                    Duration.ofMinutes(round + 1),
                    resources.known(world.tenant, API).orElseThrow().accessToken());
            access.allow(world.tenant, shop, API, Scope.parse("read"), NOON);
            assertEquals(Map.of(API, Scope.parse("read")), access.known(world.tenant, shop));
            access.disallow(world.tenant, shop, API, NOON);
            assertEquals(Map.of(), access.known(world.tenant, shop));
            resources.remove(world.tenant, API, NOON);
            assertEquals(Optional.empty(), resources.known(world.tenant, API));
            world.clients.remove(world.tenant, shop, NOON);
        }
    }

    @Test
    void what_another_node_changes_is_seen_within_a_second_though_it_is_asked_all_the_time() {
        var url = databases.newUrl();
        try (var here = Database.open(url);
                var there = Database.open(url)) {
            here.migrate();
            var world = new World(here);
            var far = new Clients(there);
            world.addTenant();
            assertEquals(Optional.empty(), world.clients.known(world.tenant, shop, NOON));
            far.add(world.aClient("shop"), NOON);
            assertTrue(world.clients.known(world.tenant, shop, NOON).isPresent(), "nothing is not remembered");
            far.disable(world.tenant, shop, NOON);
            assertSoon(() -> world.clients
                    .known(world.tenant, shop, NOON)
                    .orElseThrow()
                    .client()
                    .disabledAt()
                    .isPresent());
            far.remove(world.tenant, shop, NOON);
            assertSoon(() -> world.clients.known(world.tenant, shop, NOON).isEmpty());
        }
    }

    @Test
    void connections_are_remembered_for_a_second_and_seen_changed_at_once_where_they_are_changed() {
        var url = databases.newUrl();
        try (var here = Database.open(url);
                var there = Database.open(url)) {
            here.migrate();
            var world = new World(here);
            world.addTenant();
            var ours = new Connections(here);
            var theirs = new Connections(there);
            for (var round = 0; round < 50; round++) {
                var github = github(world);
                assertFalse(ours.known(world.tenant).contains(github));
                assertTrue(ours.add(github, Optional.empty(), NOON));
                assertEquals(ours.list(world.tenant), ours.known(world.tenant));
                assertTrue(ours.setDefault(world.tenant, github.id(), NOON));
                assertEquals(ours.list(world.tenant), ours.known(world.tenant));
                assertTrue(ours.setDefault(world.tenant, Connection.DATABASE, NOON));
                assertTrue(ours.disable(world.tenant, github.id(), NOON));
                assertEquals(ours.list(world.tenant), ours.known(world.tenant));
                assertTrue(ours.enable(world.tenant, github.id(), NOON));
                assertEquals(ours.list(world.tenant), ours.known(world.tenant));
                assertTrue(ours.remove(world.tenant, github.id(), NOON));
                assertEquals(ours.list(world.tenant), ours.known(world.tenant));
            }
            assertEquals(1, ours.known(world.tenant).size());
            theirs.add(github(world), Optional.empty(), NOON.plusSeconds(60));
            assertSoon(() -> ours.known(world.tenant).size() == 2);
        }
    }

    @Test
    void an_answer_that_was_read_before_a_change_is_not_kept_after_it() {
        var memory = new Memory();
        memory.recall("key", () -> {
            memory.forget();
            return Optional.of("before");
        });
        assertEquals(Optional.of("after"), memory.recall("key", () -> Optional.of("after")));
    }

    @Test
    void no_more_is_kept_than_the_most_and_the_rest_is_read() {
        var memory = new Memory();
        for (var number = 0; number < Memory.MOST; number++) {
            memory.recall(number, () -> Optional.of("kept"));
        }
        var reads = new AtomicInteger();
        for (var time = 0; time < 3; time++) {
            assertEquals(
                    Optional.of("read"),
                    memory.recall("one more", () -> Optional.of("read").filter(_ -> reads.incrementAndGet() > 0)));
        }
        assertTrue(reads.get() >= 1, "there was room for it");
        memory.forget();
        memory.recall("one more", () -> Optional.of("read"));
        assertEquals(Optional.of("read"), memory.recall("one more", () -> Optional.of("never read")));
    }
}
