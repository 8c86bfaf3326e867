package dev.symbolon.oauth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// How a client shows at the token endpoint who it is (`token_endpoint_auth_method`, RFC 7591 §2).
public enum ClientAuthMethod {
    NONE,
    CLIENT_SECRET_BASIC,
    CLIENT_SECRET_POST;

    /// The word on the wire, for example `client_secret_basic`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The method of that name.
    public static Optional<ClientAuthMethod> of(String wire) {
        return Arrays.stream(values())
                .filter(method -> method.wire().equals(wire))
                .findFirst();
    }
}
