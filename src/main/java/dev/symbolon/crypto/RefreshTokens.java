package dev.symbolon.crypto;

import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.RefreshToken;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// The wire form of a refresh token: base64url of grant id (16 bytes), generation (8) and their authentication
/// code (32). It can be computed again, so the store keeps no copy and a lost answer can be repeated.
public final class RefreshTokens {
    private static final int BODY_BYTES = 16 + Long.BYTES;
    private static final int MAC_BYTES = 32;

    private RefreshTokens() {}

    /// The token of that grant and generation.
    public static String write(Sealer sealer, RefreshToken token) {
        var body = ByteBuffer.allocate(BODY_BYTES)
                .put(Base64.getUrlDecoder().decode(token.grant().value()))
                .putLong(token.generation())
                .array();
        var whole = Arrays.copyOf(body, BODY_BYTES + MAC_BYTES);
        System.arraycopy(sealer.mac(Purpose.REFRESH_TOKEN, body), 0, whole, BODY_BYTES, MAC_BYTES);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
    }

    /// What the token says, if it is one that this tenant wrote.
    public static Optional<RefreshToken> read(Sealer sealer, String text) {
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (whole.length != BODY_BYTES + MAC_BYTES) {
            return Optional.empty();
        }
        var body = Arrays.copyOf(whole, BODY_BYTES);
        var mac = Arrays.copyOfRange(whole, BODY_BYTES, whole.length);
        if (!MessageDigest.isEqual(mac, sealer.mac(Purpose.REFRESH_TOKEN, body))) {
            return Optional.empty();
        }
        var grant = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(body, 16));
        return Optional.of(new RefreshToken(
                new GrantId(grant), ByteBuffer.wrap(body, 16, Long.BYTES).getLong()));
    }
}
