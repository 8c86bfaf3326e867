package dev.symbolon.oauth;

import java.util.Optional;

/// The signature algorithms of our tokens (RFC 7518 §3.1, RFC 8037 §3.1).
public enum SigningAlgorithm {
    RS256("RS256"),
    ES256("ES256"),
    EDDSA("EdDSA");

    private final String wire;

    SigningAlgorithm(String wire) {
        this.wire = wire;
    }

    /// The value of the `alg` header.
    public String wire() {
        return wire;
    }

    /// The algorithm of that name, if it is one of ours.
    public static Optional<SigningAlgorithm> of(String wire) {
        for (var algorithm : values()) {
            if (algorithm.wire.equals(wire)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
