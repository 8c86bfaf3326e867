package dev.symbolon.page;

import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One thing that is asked for.
///
/// @param scope the value on the wire
/// @param description an API's own sentence; the standard scopes have ours, in every language
public record ScopeLine(String scope, Optional<String> description) {
    static final Set<String> KNOWN = Scope.ABOUT_PEOPLE;

    /// One line for each value, without descriptions.
    public static List<ScopeLine> of(Scope scope) {
        return scope.values().stream()
                .map(value -> new ScopeLine(value, Optional.empty()))
                .toList();
    }

    /// One line for each value, in the words of the API that declares it.
    public static List<ScopeLine> of(Scope permissions, Optional<ProtectedResource> api) {
        return permissions.values().stream()
                .map(value -> new ScopeLine(
                        value,
                        api.map(one -> one.permissions().getOrDefault(value, ""))
                                .filter(text -> !text.isEmpty())))
                .toList();
    }

    /// One line for each permission, with the name of its API, for lists of more than one API.
    ///
    /// @param api as it is registered now; its identifier stands for it when it is gone
    public static List<ScopeLine> at(String identifier, Scope permissions, Optional<ProtectedResource> api) {
        var name = api.map(ProtectedResource::name).orElse(identifier);
        return of(permissions, api).stream()
                .map(line -> new ScopeLine(
                        line.scope(),
                        Optional.of(name + ": " + line.description().orElse(line.scope()))))
                .toList();
    }

    /// Whether we have a sentence for it.
    public boolean isKnown() {
        return description.isEmpty() && KNOWN.contains(scope);
    }
}
