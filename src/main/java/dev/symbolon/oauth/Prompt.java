package dev.symbolon.oauth;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// What the hosted screen is asked to do (OpenID Connect Core §3.1.2.1).
public enum Prompt {
    NONE,
    LOGIN,
    CONSENT,
    SELECT_ACCOUNT;

    /// Reads the space-separated, case-sensitive list. An unknown value is accepted and changes nothing; a value
    /// in another case is an unknown one.
    ///
    /// @throws OAuthException `invalid_request` when `none` stands beside anything else (or twice)
    public static Set<Prompt> parse(String text) {
        var found = EnumSet.noneOf(Prompt.class);
        var words = 0;
        for (var word : text.split(" ")) {
            if (word.isEmpty()) {
                continue;
            }
            words++;
            for (var prompt : values()) {
                if (prompt.wire().equals(word)) {
                    found.add(prompt);
                }
            }
        }
        if (found.contains(NONE) && words > 1) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "prompt=none cannot stand beside another value.");
        }
        return Collections.unmodifiableSet(found);
    }

    /// The word on the wire, for example `select_account`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
