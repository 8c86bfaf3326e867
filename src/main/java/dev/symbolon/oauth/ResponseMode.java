package dev.symbolon.oauth;

import java.util.Locale;
import java.util.Optional;

/// How the answer of the authorization endpoint reaches the application (OAuth 2.0 Multiple Response Types §2.1,
/// OAuth 2.0 Form Post Response Mode).
public enum ResponseMode {
    QUERY,
    FORM_POST;

    /// The word on the wire, for example `form_post`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The mode of that name, if it is one of ours.
    public static Optional<ResponseMode> of(String wire) {
        for (var mode : values()) {
            if (mode.wire().equals(wire)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
