package dev.symbolon.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A folder on a disk of its own that somebody else fills. Where nobody lets us mount one, files of the server
/// may not grow instead: to SQLite that is a disk that fails (`EFBIG`), not one that is full (`ENOSPC`).
final class SmallDisk implements AutoCloseable {
    /// What all that is written takes, and no more than a moment needs to fill.
    private static final int BYTES = Faults.amount(24, 128) * 1024 * 1024;

    /// Less than the journal has when it is begun.
    private static final int FILE_BYTES = 64 * 1024;

    private final Path folder;
    private final boolean isMounted;

    private SmallDisk(Path folder, boolean isMounted) {
        this.folder = folder;
        this.isMounted = isMounted;
    }

    /// A disk, or a folder when no disk can be had.
    static SmallDisk mounted() {
        var folder = made();
        return new SmallDisk(folder, run("mount", "-t", "tmpfs", "-o", "size=" + BYTES, "tmpfs", folder.toString()));
    }

    /// A folder in which files cannot grow.
    static SmallDisk limited() {
        return new SmallDisk(made(), false);
    }

    private static Path made() {
        try {
            return Files.createTempDirectory("symbolon-disk");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A new folder on it.
    Path folder() {
        try {
            return Files.createDirectory(folder.resolve("data"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String kind() {
        return isMounted ? "a full disk" : "files that cannot grow";
    }

    /// Takes all that is left.
    void fill(Jar server) {
        if (!isMounted) {
            limit(server, Integer.toString(FILE_BYTES));
            return;
        }
        var bytes = new byte[4096];
        try (var out = Files.newOutputStream(ballast())) {
            for (var written = 0; written <= BYTES; written += bytes.length) {
                out.write(bytes);
            }
            throw new AssertionError("The disk is larger than it was made.");
        } catch (IOException _) {
            // That was the last of it.
        }
    }

    /// Gives it back.
    void makeRoom(Jar server) {
        if (!isMounted) {
            limit(server, "unlimited");
            return;
        }
        try {
            Files.delete(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path ballast() {
        return folder.resolve("ballast");
    }

    // The soft limit only, which everybody may lift again.
    private static void limit(Jar server, String bytes) {
        if (!run("prlimit", "--pid", Long.toString(server.pid()), "--fsize=" + bytes + ":")) {
            throw new AssertionError("prlimit (of util-linux) does not work here.");
        }
    }

    private static boolean run(String... command) {
        try {
            var process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (isMounted && !run("umount", folder.toString())) {
            throw new AssertionError("The disk at " + folder + " cannot be unmounted.");
        }
        try {
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
