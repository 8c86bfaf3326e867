package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Format;
import dev.symbolon.oauth.Branding.Logo;
import dev.symbolon.oauth.Branding.Words;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What the store promises of how the pages look.
@ParameterizedClass
@EnumSource(Databases.class)
class BrandingsTest {
    private static final byte[] BYTES = "<svg/>".getBytes(StandardCharsets.UTF_8);
    private static final Logo LOGO = new Logo(Format.SVG, "0123456789abcdef");
    private static final Branding FULL = new Branding(
            Optional.of("Acme \"Ltd\" ✓"),
            Optional.of(LOGO),
            Optional.of("#0E7C66"),
            Optional.of("#3FC1A3"),
            new TreeMap<>(Map.of(
                    "de",
                    new Words(
                            Optional.of("Willkommen"),
                            Optional.of("Schön, dass Sie da sind."),
                            Optional.of("https://acme.example/agb"),
                            Optional.empty(),
                            Optional.of("mailto:hilfe@acme.example")),
                    "ja",
                    new Words(
                            Optional.of("ようこそ"),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty()))));

    private final World world;
    private final Brandings brandings;

    BrandingsTest(Databases databases) {
        world = new World(databases);
        brandings = new Brandings(world.db);
    }

    private boolean replace(Branding before, Branding after, Optional<byte[]> logo) {
        return brandings.replace(world.tenant, before, after, logo, NOON);
    }

    private static Branding named(String name) {
        return new Branding(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty(), new TreeMap<>());
    }

    private List<Events.Event> told() {
        return new Events(world.db).list(world.tenant, Optional.empty(), "branding.", 1_000);
    }

    @Test
    void everything_comes_back_as_it_was_said_and_an_event_tells_what_changed() {
        assertEquals(Branding.NONE, brandings.find(world.tenant));
        assertTrue(replace(Branding.NONE, FULL, Optional.of(BYTES)));
        assertEquals(FULL, brandings.find(world.tenant));
        assertEquals(
                "accent_dark accent_light de.support de.terms de.text de.title ja.title logo name",
                told().getFirst().detail().get("changed"));
    }

    @Test
    void a_logo_stays_until_another_comes_or_it_is_taken_away() {
        replace(Branding.NONE, FULL, Optional.of(BYTES));
        var renamed =
                new Branding(Optional.of("Acme"), FULL.logo(), FULL.accentLight(), FULL.accentDark(), FULL.words());
        assertTrue(replace(FULL, renamed, Optional.empty()));
        var served = brandings.logo(world.tenant, LOGO.hash()).orElseThrow();
        assertEquals(Format.SVG, served.format());
        assertArrayEquals(BYTES, served.bytes());
        assertTrue(replace(renamed, renamed.with(Optional.empty()), Optional.empty()));
        assertEquals(Optional.empty(), brandings.logo(world.tenant, LOGO.hash()));
    }

    @Test
    void what_another_tenant_has_is_not_here() {
        replace(Branding.NONE, FULL, Optional.of(BYTES));
        var other = new World(world.db);
        other.addTenant();
        assertEquals(Branding.NONE, brandings.find(other.tenant));
        assertEquals(Optional.empty(), brandings.logo(other.tenant, LOGO.hash()));
    }

    @Test
    void whoever_saw_an_older_version_changes_nothing() {
        replace(Branding.NONE, named("one"), Optional.empty());
        assertFalse(replace(Branding.NONE, FULL, Optional.of(BYTES)));
        assertFalse(replace(named("two"), FULL, Optional.of(BYTES)));
        assertEquals(named("one"), brandings.find(world.tenant));
        assertEquals(1, told().size());
    }

    @Test
    void saying_the_same_again_tells_nothing() {
        replace(Branding.NONE, named("one"), Optional.empty());
        assertTrue(replace(named("one"), named("one"), Optional.empty()));
        assertEquals(1, told().size());
    }

    @Test
    void of_eight_who_change_the_same_version_at_once_one_does() throws Exception {
        var before = Branding.NONE;
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var seen = before;
                var here = round;
                var results = race.run(i -> replace(seen, named(here + " " + i), Optional.empty()));
                assertEquals(1, Collections.frequency(results, true));
                before = brandings.find(world.tenant);
                assertEquals(Optional.of(here + " " + results.indexOf(true)), before.name());
            }
        }
        assertEquals(Race.ROUNDS, told().size());
    }
}
