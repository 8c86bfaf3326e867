package dev.symbolon.web;

import dev.symbolon.crypto.TokenHash;
import java.util.Base64;
import java.util.random.RandomGenerator;

/// What a refusal or a fault is found under: by the person on the page, by the operator in the log and the
/// dashboard.
public final class ErrorId {
    private static final String LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    private static final int CHARACTERS = 8;

    private ErrorId() {}

    /// A short identifier that a person can read out: no letters that look alike.
    public static String of(RandomGenerator random) {
        var id = new StringBuilder(CHARACTERS);
        for (var i = 0; i < CHARACTERS; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    /// The same for something that may happen again: equal digests have equal identifiers.
    public static String of(TokenHash digest) {
        var bytes = Base64.getUrlDecoder().decode(digest.value());
        var id = new StringBuilder(CHARACTERS);
        for (var i = 0; i < CHARACTERS; i++) {
            id.append(LETTERS.charAt(Byte.toUnsignedInt(bytes[i]) % LETTERS.length()));
        }
        return id.toString();
    }
}
