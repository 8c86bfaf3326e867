package dev.symbolon.oauth;

import java.util.Locale;
import java.util.Optional;

/// What a token request can be paid with (`grant_type`, RFC 6749 §4.1.3, §6 and §4.4).
public enum GrantType {
    AUTHORIZATION_CODE,
    REFRESH_TOKEN,
    CLIENT_CREDENTIALS;

    /// The word on the wire, for example `authorization_code`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The grant type of that name, if it is one of ours.
    public static Optional<GrantType> of(String wire) {
        for (var type : values()) {
            if (type.wire().equals(wire)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
