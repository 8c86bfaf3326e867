package dev.symbolon.crypto;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Tokens whose signature was found to be ours, for those who show the same one again and again: a resource server
/// that introspects sends it with each call that it gets. A signature stays good, so this says nothing of what does
/// not: whether its key is published still, whether the token has expired, what it rests on. Bounded, and nobody
/// puts anything in who has no token of ours.
public final class VerifiedTokens {
    private static final int PLACES = 1_024;

    /// Longer ones are verified each time; ours have some 700.
    static final int CHARACTERS_MAX = 2_048;

    private final AtomicReferenceArray<Place> places = new AtomicReferenceArray<>(PLACES);

    /// @param kid of the key that signed it
    record Verified(String kid, Jwt jwt) {}

    private record Place(byte[] digest, Verified verified) {}

    /// @param digest of the whole token, its signature too
    Optional<Verified> find(byte[] digest) {
        return Optional.ofNullable(places.get(place(digest)))
                .filter(one -> MessageDigest.isEqual(one.digest, digest))
                .map(Place::verified);
    }

    /// The one that was in its place before gives way.
    void add(byte[] digest, Verified verified) {
        places.set(place(digest), new Place(digest, verified));
    }

    private static int place(byte[] digest) {
        return ((digest[0] & 0xFF) << 8 | digest[1] & 0xFF) % PLACES;
    }

    static byte[] digest(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-2.", e);
        }
    }
}
