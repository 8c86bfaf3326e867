package dev.symbolon.crypto;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.params.KeyParameter;

/// A password's hash as other servers make it. It is good until its person signs in: then the password is hashed
/// anew. Every cost has an upper bound, so that no file makes a sign-in cost minutes or the memory of the
/// machine.
///
/// | kind | form | at most |
/// | --- | --- | --- |
/// | Argon2id (RFC 9106) | `$argon2id$v=19$m=…,t=…,p=…$salt$hash` | 256 MiB, 16 rounds, 16 lanes, 1 GiB × rounds |
/// | bcrypt | `$2a$`, `$2b$`, `$2y$` | cost 14 |
/// | scrypt (RFC 7914) | `$scrypt$ln=…,r=…,p=…$salt$hash` | 128 MiB, 16 lanes, 256 MiB × lanes |
/// | PBKDF2 (RFC 8018) | `$pbkdf2-sha256$i=…$salt$hash`, `$pbkdf2-sha512$…`; `i=` may be missing | 2,000,000 rounds |
///
/// Salt and hash are base64 without padding; `.` for `+` is understood.
public sealed interface ForeignHash {
    /// Whether it is the password.
    boolean verify(String password);

    /// Reads a hash of any kind but Argon2id.
    ///
    /// @throws OAuthException `invalid_request` with a sentence that does not repeat the hash
    static ForeignHash read(String text) {
        if (text.startsWith("$2")) {
            return BCrypt.read(text);
        }
        if (text.startsWith("$scrypt$")) {
            return Scrypt.read(text);
        }
        if (text.startsWith("$pbkdf2-sha256$") || text.startsWith("$pbkdf2-sha512$")) {
            return Pbkdf2.read(text);
        }
        throw refused("The password hash is of a kind that is not known here; there are Argon2id, bcrypt, scrypt,"
                + " PBKDF2-SHA256 and PBKDF2-SHA512.");
    }

    /// A hash of any of the kinds, when it can be checked here at a cost that can be borne.
    ///
    /// @throws OAuthException `invalid_request` with a sentence that does not repeat the hash
    static PasswordHash acceptable(String text) {
        var hash = new PasswordHash(text);
        if (hash.isArgon2id()) {
            Argon2id.require(text);
        } else {
            var _ = read(text);
        }
        return hash;
    }

    /// `$2b$12$` and 53 characters: 22 of salt, 31 of hash, in an alphabet of its own.
    record BCrypt(String text) implements ForeignHash {
        private static final int COST_MAX = 14;
        private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$([0-9]{2})\\$[./A-Za-z0-9]{53}");

        static BCrypt read(String text) {
            var form = matched(FORM, text, "bcrypt", "$2b$12$ and 53 characters");
            var _ = number(form.group(1), 4, COST_MAX, "The cost of bcrypt");
            return new BCrypt(text);
        }

        @Override
        public boolean verify(String password) {
            // What bcrypt does not look at: everything behind a NUL, and behind 72 bytes.
            return OpenBSDBCrypt.checkPassword(text, password.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /// RFC 7914.
    record Scrypt(int ln, int r, int p, byte[] salt, byte[] hash) implements ForeignHash {
        // It takes its memory from the heap, so one is computed at a time.
        private static final Lock ONE_AT_A_TIME = new ReentrantLock();
        private static final long MEMORY_MAX_BYTES = 128L * 1_024 * 1_024;
        private static final Pattern FORM = Pattern.compile(
                "\\$scrypt\\$ln=([0-9]{1,2}),r=([0-9]{1,4}),p=([0-9]{1,4})\\$([^$]{1,200})\\$([^$]{1,200})");

        static Scrypt read(String text) {
            var form = matched(FORM, text, "scrypt", "$scrypt$ln=16,r=8,p=1$salt$hash");
            var ln = number(form.group(1), 1, 24, "ln of scrypt");
            var r = number(form.group(2), 1, 64, "r of scrypt");
            var p = number(form.group(3), 1, 16, "p of scrypt");
            var memory = 128L * r << ln;
            if (memory > MEMORY_MAX_BYTES || memory * p > 2 * MEMORY_MAX_BYTES) {
                throw refused(
                        "The scrypt hash needs more than 128 MiB, or 256 MiB times p; that is not computed here.");
            }
            // RFC 7914 §2: N is less than 2^(128 * r / 8).
            require(r > 1 || ln < 16, "scrypt");
            return new Scrypt(ln, r, p, decoded(form.group(4), "scrypt"), digest(form.group(5), "scrypt"));
        }

        @Override
        public boolean verify(String password) {
            var utf8 = password.getBytes(StandardCharsets.UTF_8);
            ONE_AT_A_TIME.lock();
            try {
                return MessageDigest.isEqual(hash, SCrypt.generate(utf8, salt, 1 << ln, r, p, hash.length));
            } finally {
                ONE_AT_A_TIME.unlock();
            }
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /// RFC 8018 §5.2 with HMAC-SHA-256 or HMAC-SHA-512.
    record Pbkdf2(boolean isSha512, int iterations, byte[] salt, byte[] hash) implements ForeignHash {
        private static final int ITERATIONS_MAX = 2_000_000;
        private static final Pattern FORM = Pattern.compile(
                "\\$pbkdf2-sha(256|512)\\$(?:i=)?([0-9]{1,9})(?:,l=[0-9]{1,4})?\\$([^$]{1,200})\\$([^$]{1,200})");

        static Pbkdf2 read(String text) {
            var form = matched(FORM, text, "PBKDF2", "$pbkdf2-sha256$i=600000$salt$hash");
            var iterations = number(form.group(2), 1, ITERATIONS_MAX, "The number of rounds of PBKDF2");
            return new Pbkdf2(
                    form.group(1).equals("512"),
                    iterations,
                    decoded(form.group(3), "PBKDF2"),
                    digest(form.group(4), "PBKDF2"));
        }

        @Override
        public boolean verify(String password) {
            Digest digest = isSha512 ? new SHA512Digest() : new SHA256Digest();
            var generator = new PKCS5S2ParametersGenerator(digest);
            generator.init(password.getBytes(StandardCharsets.UTF_8), salt, iterations);
            var key = (KeyParameter) generator.generateDerivedMacParameters(hash.length * 8);
            return MessageDigest.isEqual(hash, key.getKey());
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    /// What is asked of an Argon2id hash that was not made here.
    final class Argon2id {
        private static final int MEMORY_MAX_KIB = 256 * 1_024;
        private static final long WORK_MAX_KIB = 1_024 * 1_024;
        private static final Pattern FORM = Pattern.compile("\\$argon2id\\$v=19\\$m=([0-9]{1,9}),t=([0-9]{1,9}),"
                + "p=([0-9]{1,9})\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})");

        private Argon2id() {}

        static void require(String text) {
            var form = matched(FORM, text, "Argon2id", "$argon2id$v=19$m=19456,t=2,p=1$salt$hash");
            var memory = number(form.group(1), 8, MEMORY_MAX_KIB, "m of Argon2id");
            var rounds = number(form.group(2), 1, 16, "t of Argon2id");
            var lanes = number(form.group(3), 1, 16, "p of Argon2id");
            if ((long) memory * rounds > WORK_MAX_KIB || memory < 8 * lanes) {
                throw refused("The Argon2id hash needs more than 1 GiB times its rounds, or less than 8 KiB for a lane;"
                        + " that is not computed here.");
            }
            var _ = decoded(form.group(4), "Argon2id");
            var _ = decoded(form.group(5), "Argon2id");
        }
    }

    private static Matcher matched(Pattern form, String text, String kind, String example) {
        var matcher = form.matcher(text);
        if (!matcher.matches()) {
            throw refused("The " + kind + " hash cannot be read; it looks like " + example + ".");
        }
        return matcher;
    }

    private static int number(String digits, int least, int most, String what) {
        var number = Integer.parseInt(digits);
        if (number < least || number > most) {
            throw refused(what + " is " + number + "; it can be from " + least + " to " + most + " here.");
        }
        return number;
    }

    private static byte[] decoded(String text, String kind) {
        try {
            return Base64.getDecoder().decode(text.replace('.', '+').replace("=", ""));
        } catch (IllegalArgumentException _) {
            throw refused("Salt or hash of the " + kind + " hash is no base64.");
        }
    }

    // Less than that is guessed rather than known.
    private static byte[] digest(String text, String kind) {
        var bytes = decoded(text, kind);
        if (bytes.length < 16 || bytes.length > 64) {
            throw refused("The " + kind + " hash has " + bytes.length + " bytes; it can have 16 to 64 here.");
        }
        return bytes;
    }

    private static void require(boolean holds, String kind) {
        if (!holds) {
            throw refused("The parameters of the " + kind + " hash do not go together.");
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
