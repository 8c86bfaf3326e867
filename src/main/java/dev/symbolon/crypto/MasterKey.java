package dev.symbolon.crypto;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The one secret of an installation, kept outside the database: 32 bytes in base64 or base64url. Tenants' secrets
/// and signing keys are stored only under it, so a copy of the database alone opens nothing.
public final class MasterKey {
    /// A key that cannot be used; the message is one sentence for the operator and never holds the key.
    public static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnusableException(String sentence) {
            super(sentence, null, false, false);
        }
    }

    // A key is shorter; whatever else somebody put there is not read to its end.
    private static final int FILE_MAX_BYTES = 1_000;

    private static final String NO_KEY_IN_VARIABLE = "The master key in SYMBOLON_MASTER_KEY has to be 32 bytes in"
            + " base64; set it to the key that the database was made with, or, for a database that does not"
            + " exist yet, to what openssl rand -base64 32 prints.";

    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    private MasterKey() {}

    /// The sealer under a key that was given as text in `SYMBOLON_MASTER_KEY`.
    ///
    /// @throws UnusableException when the text is no key
    public static Sealer of(String text, RandomGenerator random) {
        return sealer(text, random).orElseThrow(() -> new UnusableException(NO_KEY_IN_VARIABLE));
    }

    /// The sealer under the key in a file.
    ///
    /// @throws UnusableException when the file cannot be read or holds no key
    public static Sealer read(Path file, RandomGenerator random) {
        try (var in = Files.newInputStream(file)) {
            var text = new String(in.readNBytes(FILE_MAX_BYTES), StandardCharsets.US_ASCII);
            return sealer(text, random)
                    .orElseThrow(() -> new UnusableException("The master key file " + file + " does not hold a key (32"
                            + " bytes in base64); restore it from a backup, since only a database that does not exist"
                            + " yet may get a new key."));
        } catch (IOException _) {
            throw new UnusableException(
                    "The master key file " + file + " cannot be read; give this user the right to.");
        }
    }

    private static Optional<Sealer> sealer(String text, RandomGenerator random) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder()
                    .decode(text.strip().replace('+', '-').replace('/', '_').replace("=", ""));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        return bytes.length == Sealer.SECRET_BYTES ? Optional.of(new Sealer(bytes, random)) : Optional.empty();
    }

    /// Makes a key in a new file that only this user can read. A file that is there already stays as it is.
    ///
    /// @throws UnusableException when the file cannot be written
    public static void createIfAbsent(Path file, RandomGenerator random) {
        var bytes = new byte[Sealer.SECRET_BYTES];
        random.nextBytes(bytes);
        try {
            var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            Files.createFile(file, mode);
            Files.writeString(file, Base64.getEncoder().encodeToString(bytes) + "\n");
        } catch (FileAlreadyExistsException _) {
            return;
        } catch (IOException _) {
            throw new UnusableException("The master key file " + file + " cannot be written; check the folder.");
        }
    }

    /// A value that shows later whether a key is the same one.
    public static Sealed probe(Sealer master) {
        return master.seal(Purpose.MASTER_PROBE, new byte[] {1}, NEVER);
    }

    /// @throws UnusableException when the database was made under another key
    public static void requireSame(Sealer master, Sealed probe, Instant now) {
        if (master.open(Purpose.MASTER_PROBE, probe.text(), now).isEmpty()) {
            throw new UnusableException("This master key is not the one that the database was made with; "
                    + "start with that one (SYMBOLON_MASTER_KEY or the file master.key), or restore it from a backup.");
        }
    }
}
