package dev.symbolon.faults;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/// The wall clock of a process that is started with these settings, stepped while it runs: libfaketime answers for
/// the system. What measures how long something takes goes on as it does, as on a machine whose clock is set.
final class SteppedClock implements AutoCloseable {
    private final Path folder;
    private Duration ahead = Duration.ZERO;

    SteppedClock() {
        try {
            folder = Files.createTempDirectory("symbolon-clock");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        step(Duration.ZERO);
    }

    /// The environment of the process.
    Map<String, String> settings() {
        return Map.of(
                "LD_PRELOAD",
                library().toString(),
                "FAKETIME_TIMESTAMP_FILE",
                folder.resolve("now").toString(),
                "FAKETIME_NO_CACHE",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1");
    }

    /// So far ahead of the true time from now on; behind it when negative.
    void step(Duration to) {
        ahead = to;
        try {
            Files.writeString(folder.resolve("next"), "%+d\n".formatted(to.toSeconds()));
            Files.move(folder.resolve("next"), folder.resolve("now"), ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What the process takes for the time.
    Instant instant() {
        return Instant.now().plus(ahead);
    }

    private static Path library() {
        var named = System.getenv("SYMBOLON_TEST_FAKETIME");
        if (named != null) {
            return Path.of(named);
        }
        try (var found = Files.newDirectoryStream(Path.of("/usr/lib"))) {
            for (var folder : found) {
                var library = folder.resolve("faketime/libfaketimeMT.so.1");
                if (Files.exists(library)) {
                    return library;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("There is no libfaketime here: install it (apt-get install faketime), or say where its"
                + " libfaketimeMT.so.1 is in SYMBOLON_TEST_FAKETIME.");
    }

    @Override
    public void close() {
        try {
            Files.delete(folder.resolve("now"));
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
