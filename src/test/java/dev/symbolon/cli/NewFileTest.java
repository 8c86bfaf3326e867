package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.Mistake;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that has its name only when it is whole.
class NewFileTest {
    @TempDir
    Path folder;

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void it_gets_its_name_and_its_owners_rights() throws IOException {
        try (var made = NewFile.of(folder.resolve("a"))) {
            Files.writeString(made.partial(), "whole");
            assertEquals(List.of("a.partial"), files());
            made.place();
        }
        assertEquals(List.of("a"), files());
        assertEquals("whole", Files.readString(folder.resolve("a")));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("a"))));
    }

    @Test
    void a_name_that_somebody_took_meanwhile_stays_theirs() throws IOException {
        try (var made = NewFile.of(folder.resolve("a"))) {
            Files.writeString(made.partial(), "late");
            Files.writeString(folder.resolve("a"), "first");
            assertThrows(FileAlreadyExistsException.class, made::place);
        }
        assertEquals(List.of("a"), files());
        assertEquals("first", Files.readString(folder.resolve("a")));
    }

    @Test
    void it_replaces_only_when_it_is_asked_to_and_is_whole() throws IOException {
        Files.writeString(folder.resolve("a"), "old");
        try (var given = NewFile.of(folder.resolve("a"))) {
            Files.writeString(given.partial(), "half");
        }
        assertEquals("old", Files.readString(folder.resolve("a")), "it was given up");
        try (var made = NewFile.of(folder.resolve("a"))) {
            Files.writeString(made.partial(), "new");
            made.replace();
        }
        assertEquals(List.of("a"), files());
        assertEquals("new", Files.readString(folder.resolve("a")));
    }

    @Test
    void what_a_killed_process_left_is_removed_and_told() throws IOException {
        Files.writeString(folder.resolve("a.partial"), "left");
        Files.writeString(folder.resolve("a.partial-journal"), "left");
        try (var made = NewFile.of(folder.resolve("a"))) {
            assertTrue(made.isBegunAnew());
            assertEquals(0, Files.size(made.partial()));
        }
        assertEquals(List.of(), files());
        try (var made = NewFile.of(folder.resolve("a"))) {
            assertFalse(made.isBegunAnew());
        }
    }

    @Test
    void a_lock_is_one_process_or_threads_and_ends_with_it() throws IOException {
        var lock = folder.resolve("lock");
        try (var _ = NewFile.alone(lock, "somebody has it")) {
            var refused = assertThrows(Mistake.class, () -> NewFile.alone(lock, "somebody has it"));
            assertEquals("somebody has it", refused.getMessage());
        }
        NewFile.alone(lock, "somebody has it").close();
        var nowhere = assertThrows(Mistake.class, () -> NewFile.of(folder.resolve("none/a")));
        assertEquals("The folder " + folder.resolve("none") + " does not exist: create it.", nowhere.getMessage());
    }
}
