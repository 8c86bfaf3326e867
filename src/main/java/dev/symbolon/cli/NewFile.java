package dev.symbolon.cli;

import dev.symbolon.Mistake;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/// A file that has its name only when it is whole. Until then it is beside that name under another one, and only
/// this user may read it (mode 0600). Whatever ends the process before, the name stays as it was.
final class NewFile implements AutoCloseable {
    private final Path path;
    private final Path partial;
    private final boolean isBegunAnew;

    private NewFile(Path path, Path partial, boolean isBegunAnew) {
        this.path = path;
        this.partial = partial;
        this.isBegunAnew = isBegunAnew;
    }

    /// Makes the other file, with nothing in it. One that was left by a process that was killed is removed: who
    /// calls this sees to it that nobody writes it now ([#alone]).
    static NewFile of(Path path) throws IOException {
        requireFolder(path);
        var partial = path.resolveSibling(path.getFileName() + ".partial");
        var isLeft = Files.deleteIfExists(partial);
        Files.deleteIfExists(path.resolveSibling(partial.getFileName() + "-journal"));
        Files.createFile(partial, ownersOnly(partial));
        return new NewFile(path, partial, isLeft);
    }

    private static void requireFolder(Path file) {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new Mistake("The folder " + folder + " does not exist: create it.");
        }
    }

    /// What makes a file one that nobody else may read, from its first byte on.
    static FileAttribute<?>[] ownersOnly(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[] {};
    }

    /// A lock on a file, which ends with the process, however that ends.
    ///
    /// @param otherwise what to tell when another process has it
    /// @throws Mistake then
    static FileChannel alone(Path file, String otherwise) throws IOException {
        requireFolder(file);
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException _) {
            // Another thread of this process has it.
        }
        channel.close();
        throw new Mistake(otherwise);
    }

    /// Where it is written.
    Path partial() {
        return partial;
    }

    /// Whether one was left by a process that was killed.
    boolean isBegunAnew() {
        return isBegunAnew;
    }

    /// Gives it its name, which nobody may have.
    ///
    /// @throws FileAlreadyExistsException when somebody has
    void place() throws IOException {
        sync(partial);
        try {
            // Unlike a move it fails when there is one, even one that was made a moment ago.
            Files.createLink(path, partial);
            Files.delete(partial);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException _) {
            Files.move(partial, path);
        }
        syncFolder();
    }

    /// Gives it its name, whoever has it.
    void replace() throws IOException {
        sync(partial);
        try {
            Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(partial, path, StandardCopyOption.REPLACE_EXISTING);
        }
        syncFolder();
    }

    private static void sync(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    // Otherwise a power cut may take the name back.
    private void syncFolder() throws IOException {
        try (var folder = FileChannel.open(partial.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (java.nio.file.AccessDeniedException _) {
            // A system whose folders cannot be opened writes their names by itself.
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(partial);
    }
}
