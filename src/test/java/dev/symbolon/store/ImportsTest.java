package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Imports.Line;
import dev.symbolon.store.Imports.Mark;
import dev.symbolon.store.Imports.Progress;
import dev.symbolon.store.Imports.Thing;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// A batch of an import is written whole or not at all, and once.
@ParameterizedClass
@EnumSource(Databases.class)
class ImportsTest {
    private final Databases databases;
    private World world;
    private Imports imports;

    ImportsTest(Databases databases) {
        this.databases = databases;
        anew();
    }

    private void anew() {
        world = new World(databases);
        imports = new Imports(world.db);
        world.addTenant();
    }

    private Line person(long number, String subject) {
        var account = new Account(
                world.tenant,
                new Subject(subject),
                Optional.empty(),
                Profile.named(Optional.of("Ada")),
                NOON,
                NOON,
                Optional.empty());
        return new Line(number, Optional.of(new Thing.Person(account, Optional.empty(), List.of(), true)), "");
    }

    private Progress begun() {
        var first = Progress.first(world.tenant, "id", "people.jsonl", 0, NOON);
        imports.begin(first, NOON);
        return first;
    }

    @Test
    void of_eight_who_go_on_at_the_same_place_one_does() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                anew();
                var first = begun();
                var lines = List.of(person(1, "ada"), person(2, "bob"), new Line(3, Optional.empty(), "It is bad."));
                var went = race.run(i -> imports.write(first, lines, new Mark(30, 3, "d" + i), NOON));
                var won = went.stream().flatMap(Optional::stream).toList();
                assertEquals(1, won.size());
                assertEquals(won.getFirst(), imports.find(world.tenant, "id").orElseThrow());
                assertEquals(2, won.getFirst().added());
                assertEquals(1, won.getFirst().refused());
                assertEquals(2, world.tenants.contents(world.tenant).people());
            }
        }
    }

    @Test
    void of_eight_who_end_it_at_once_one_does_and_nothing_comes_behind() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                anew();
                var first = begun();
                var ended = race.run(i -> imports.end(first, NOON));
                assertEquals(1, ended.stream().flatMap(Optional::stream).count());
                assertTrue(imports.write(first, List.of(person(1, "ada")), new Mark(1, 1, "d"), NOON)
                        .isEmpty());
                assertEquals(0, world.tenants.contents(world.tenant).people());
            }
        }
    }

    @Test
    void what_is_still_read_when_the_tenant_is_removed_goes_nowhere() {
        var first = begun();
        world.tenants.remove(world.tenant);
        assertTrue(imports.write(first, List.of(person(1, "ada")), new Mark(1, 1, "d"), NOON)
                .isEmpty());
        assertTrue(imports.list(world.tenant).isEmpty());
        assertTrue(world.accounts.find(world.tenant, new Subject("ada")).isEmpty());
    }
}
