package dev.symbolon.crypto;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Seals, opens and digests values under keys derived from one secret: AES-256-GCM and HMAC-SHA-256, each
/// purpose with a key of its own (HKDF, RFC 5869). A sealed value is base64url of: version (1 byte), key number
/// (1), nonce (12), then the ciphertext of its expiry (8) and content, and the tag (16). Two rolling versions of
/// the server read each other's.
public final class Sealer {
    /// The length of the secret that a sealer is made of.
    public static final int SECRET_BYTES = 32;

    private static final byte VERSION = 1;
    private static final byte KEY_NUMBER = 1;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEAD_BYTES = 2 + NONCE_BYTES;
    private static final Provider AES = CryptoProvider.preferred("Cipher", "AES/GCM/NoPadding");
    private static final Provider HMAC = CryptoProvider.preferred("Mac", "HmacSHA256");

    // By name: without one every provider is looked at, those of libraries too, and that costs half a second.
    private static final String PLATFORM = "SunJCE";

    private final Map<Purpose, SecretKey> keys = new EnumMap<>(Purpose.class);
    private final Map<Purpose, SecretKey> macKeys = new EnumMap<>(Purpose.class);
    private final RandomGenerator random;

    /// @param secret 32 bytes; not kept
    /// @param random the one source of chance; cryptographically strong
    public Sealer(byte[] secret, RandomGenerator random) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException(
                    "A secret has " + SECRET_BYTES + " bytes; this one has " + secret.length);
        }
        this.random = random;
        for (var purpose : Purpose.values()) {
            keys.put(purpose, derive(secret, purpose, "seal", "AES"));
            macKeys.put(purpose, derive(secret, purpose, "digest", "HmacSHA256"));
        }
    }

    private static SecretKey derive(byte[] secret, Purpose purpose, String use, String algorithm) {
        try {
            var info = "symbolon/" + KEY_NUMBER + "/" + purpose.name() + "/" + use;
            var parameters = HKDFParameterSpec.ofExtract()
                    .addIKM(secret)
                    .thenExpand(info.getBytes(StandardCharsets.US_ASCII), SECRET_BYTES);
            return new SecretKeySpec(KDF.getInstance("HKDF-SHA256", PLATFORM).deriveData(parameters), algorithm);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java platform has no HKDF; run it on JDK 25 or later.", e);
        }
    }

    /// Seals a content that is good until an instant.
    public Sealed seal(Purpose purpose, byte[] content, Instant expiresAt) {
        try {
            var out = new byte[HEAD_BYTES + Long.BYTES + content.length + TAG_BITS / 8];
            out[0] = VERSION;
            out[1] = KEY_NUMBER;
            var nonce = bytes(NONCE_BYTES);
            System.arraycopy(nonce, 0, out, 2, NONCE_BYTES);
            var plain = ByteBuffer.allocate(Long.BYTES + content.length)
                    .putLong(expiresAt.toEpochMilli())
                    .put(content)
                    .array();
            var cipher = cipher(Cipher.ENCRYPT_MODE, purpose, nonce);
            cipher.doFinal(plain, 0, plain.length, out, HEAD_BYTES);
            return new Sealed(Base64.getUrlEncoder().withoutPadding().encodeToString(out));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Sealing failed; this is a fault of the server.", e);
        }
    }

    /// Opens what was sealed for this purpose under this secret. Empty when it was not, was changed, or has
    /// expired: the caller learns no more.
    public Optional<byte[]> open(Purpose purpose, String text, Instant now) {
        return authentic(purpose, text).flatMap(plain -> {
            var buffer = ByteBuffer.wrap(plain);
            if (now.toEpochMilli() >= buffer.getLong()) {
                return Optional.empty();
            }
            return Optional.of(Arrays.copyOfRange(plain, Long.BYTES, plain.length));
        });
    }

    private Optional<byte[]> authentic(Purpose purpose, String text) {
        byte[] sealed;
        try {
            sealed = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (sealed.length < HEAD_BYTES + Long.BYTES + TAG_BITS / 8 || sealed[0] != VERSION || sealed[1] != KEY_NUMBER) {
            return Optional.empty();
        }
        try {
            var nonce = Arrays.copyOfRange(sealed, 2, HEAD_BYTES);
            var cipher = cipher(Cipher.DECRYPT_MODE, purpose, nonce);
            return Optional.of(cipher.doFinal(sealed, HEAD_BYTES, sealed.length - HEAD_BYTES));
        } catch (GeneralSecurityException _) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, Purpose purpose, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding", AES);
        cipher.init(mode, keys.get(purpose), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(new byte[] {VERSION, KEY_NUMBER});
        return cipher;
    }

    /// The keyed digest under which a secret of ours is stored or looked up.
    public TokenHash hash(Purpose purpose, String secret) {
        var digest = mac(purpose, secret.getBytes(StandardCharsets.UTF_8));
        return new TokenHash(Base64.getUrlEncoder().withoutPadding().encodeToString(digest));
    }

    /// Whether a secret is the one behind a stored digest; takes the same time wherever they differ.
    public boolean matches(Purpose purpose, String secret, TokenHash stored) {
        return equal(hash(purpose, secret).value(), stored.value());
    }

    /// Whether two texts are equal; takes the same time wherever they differ.
    public static boolean equal(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    /// A message authentication code of 32 bytes.
    byte[] mac(Purpose purpose, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256", HMAC);
            mac.init(macKeys.get(purpose));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC failed; this is a fault of the server.", e);
        }
    }

    /// A new secret of 256 random bits.
    public OpaqueToken newToken() {
        return new OpaqueToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(SECRET_BYTES)));
    }

    /// A new public identifier of 128 random bits: 22 base64url characters.
    public String newId() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(16));
    }

    /// So many random bytes, for the secret of a new tenant.
    public byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
