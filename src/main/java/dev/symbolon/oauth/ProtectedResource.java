package dev.symbolon.oauth;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An API that access tokens can be for: the value of `audience` or `resource` (RFC 8707), and of `aud`.
///
/// @param accessToken how long access tokens for it are good: 5 minutes to 30 days
/// @param permissions what it declares: a value of `scope`, and what people read of it, in the order shown; an
///     API that declares none knows its words itself
public record ProtectedResource(
        TenantId tenant,
        String identifier,
        String name,
        Duration accessToken,
        SigningAlgorithm algorithm,
        Map<String, String> permissions) {

    /// Keeps a copy that nobody can change.
    public ProtectedResource {
        permissions = Collections.unmodifiableMap(new LinkedHashMap<>(permissions));
    }

    /// An API that declares no permissions.
    public ProtectedResource(
            TenantId tenant, String identifier, String name, Duration accessToken, SigningAlgorithm algorithm) {
        this(tenant, identifier, name, accessToken, algorithm, Map.of());
    }

    /// What it leaves of what a client was given: what it declares, if it declares anything.
    public Scope within(Scope given) {
        return permissions.isEmpty() ? given : given.within(permissions.keySet());
    }

    /// What a client may have of what it asked a person for: what it is registered for, and of an API's
    /// permissions all if it is one of our own; another one has to be registered for those too. Words that the
    /// API does not declare are left out if it declares any (RFC 6749 §3.3 lets us).
    public static Scope grantable(Client client, Optional<ProtectedResource> api, Scope asked) {
        var registered = client.metadata().scope().values();
        var declared = api.map(one -> one.permissions().keySet()).orElse(Set.<String>of());
        if (declared.isEmpty()) {
            return asked.within(registered);
        }
        var allowed = new LinkedHashSet<>(registered);
        allowed.removeIf(word -> !Scope.ABOUT_PEOPLE.contains(word) && !declared.contains(word));
        if (client.metadata().firstParty()) {
            allowed.addAll(declared);
        }
        return asked.within(allowed);
    }
}
