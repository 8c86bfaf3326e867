package dev.symbolon.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Random;

/// What the tests of this room share: a sealer that anybody can make again, and JSON.
final class Keys {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final SecureRandom CHANCE = new SecureRandom();

    private static final ObjectMapper JSON = new ObjectMapper();

    private Keys() {}

    /// A sealer under a secret that this number stands for.
    static Sealer sealer(int number) {
        var secret = new byte[Sealer.SECRET_BYTES];
        new Random(number).nextBytes(secret);
        return new Sealer(secret, CHANCE);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }
}
