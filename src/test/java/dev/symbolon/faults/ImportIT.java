package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Database;
import dev.symbolon.store.Imports;
import dev.symbolon.store.Tenants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An import that is killed goes on where it was.
final class ImportIT {
    private static final int PEOPLE = 2_000;
    private static final TenantId DEFAULT = new TenantId("default");

    @TempDir
    Path folder;

    @Test
    void a_killed_import_goes_on_where_it_was_and_nobody_is_there_twice() throws Exception {
        var lines = new StringBuilder("{\"format\":\"symbolon-tenant\",\"version\":1}\n");
        var half = 0;
        for (var i = 0; i < PEOPLE; i++) {
            half = i == PEOPLE / 2 ? lines.length() : half;
            lines.append("{\"type\":\"person\",\"sub\":\"p")
                    .append(i)
                    .append("\",\"email\":\"p")
                    .append(i)
                    .append("@example.com\"}\n");
        }
        var file = Files.writeString(folder.resolve("people.jsonl"), lines);
        var settings = Map.of("SYMBOLON_DATA", folder.resolve("data").toString());
        assertEquals(
                0,
                Jar.run(settings, "init", "--issuer", "https://login.example.com")
                        .status());
        var url = "sqlite:" + folder.resolve("data").resolve("symbolon.db");
        try (var killed = Jar.reading(settings, "tenant", "import", "-")) {
            killed.write(lines.substring(0, half));
            assertTimeoutPreemptively(Duration.ofSeconds(60), () -> awaitLines(url, 400));
            killed.kill();
        }
        long before;
        try (var db = Database.openExisting(url).orElseThrow()) {
            var left = new Imports(db).list(DEFAULT).getFirst();
            before = left.lines();
            assertTrue(left.endedAt().isEmpty());
            assertTrue(before >= 400 && before <= PEOPLE / 2 + 1, before + "");
            assertEquals(before - 1, new Tenants(db).contents(DEFAULT).people(), "as many as lines, but the first");
        }
        var ended = Jar.run(settings, "tenant", "import", file.toString());
        assertEquals(0, ended.status(), ended.err().toString());
        assertTrue(ended.out().contains(PEOPLE + " added, 0 there already, 0 refused."), ended.out() + "");
        try (var db = Database.openExisting(url).orElseThrow()) {
            assertEquals(PEOPLE, new Tenants(db).contents(DEFAULT).people());
            assertTrue(new Imports(db).list(DEFAULT).getFirst().endedAt().isPresent());
        }
    }

    private static void awaitLines(String url, long lines) {
        try (var db = Database.openExisting(url).orElseThrow()) {
            var imports = new Imports(db);
            while (imports.list(DEFAULT).stream().noneMatch(one -> one.lines() >= lines)) {
                Thread.onSpinWait();
            }
        }
    }
}
