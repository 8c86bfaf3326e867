package dev.symbolon.page;

import dev.symbolon.oauth.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One thing that is asked for.
///
/// @param scope the value on the wire
/// @param description an API's own sentence; the standard scopes have ours, in every language
public record ScopeLine(String scope, Optional<String> description) {
    static final Set<String> KNOWN = Set.of("openid", "profile", "email", "address", "phone", "offline_access");

    /// One line for each value, without descriptions.
    public static List<ScopeLine> of(Scope scope) {
        return scope.values().stream()
                .map(value -> new ScopeLine(value, Optional.empty()))
                .toList();
    }

    /// Whether we have a sentence for it.
    public boolean isKnown() {
        return description.isEmpty() && KNOWN.contains(scope);
    }
}
