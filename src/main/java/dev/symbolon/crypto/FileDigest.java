package dev.symbolon.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of a file, as `sha256sum` writes it: whether a backup is still what was written, byte for byte.
public final class FileDigest {
    private static final int READ_AT_ONCE_BYTES = 256 * 1_024;

    private FileDigest() {}

    /// 64 hexadecimal digits.
    public static String of(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var bytes = new byte[READ_AT_ONCE_BYTES];
            for (var read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                sha256.update(bytes, 0, read);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-2.", e);
        }
    }
}
