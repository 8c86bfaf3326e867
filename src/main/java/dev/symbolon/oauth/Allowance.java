package dev.symbolon.oauth;

import java.util.LinkedHashSet;
import java.util.Optional;

/// What a person is asked to allow a client: values about themselves, and permissions of one API.
///
/// @param scope both, in the order asked for
/// @param api where the tokens are for an API that is registered
public record Allowance(Scope scope, Optional<ProtectedResource> api) {
    /// What the client may have of what it asked for.
    public static Allowance of(Client client, Optional<ProtectedResource> api, Scope asked) {
        return new Allowance(ProtectedResource.grantable(client, api, asked), api);
    }

    /// What the API declares of it.
    public Scope permissions() {
        return api.map(one -> scope.within(one.permissions().keySet())).orElse(Scope.EMPTY);
    }

    /// What is not the API's.
    public Scope personal() {
        var rest = new LinkedHashSet<>(scope.values());
        rest.removeAll(permissions().values());
        return new Scope(rest);
    }

    /// Whether the person has allowed all of it. What was allowed for one API says nothing of another one.
    public boolean isCoveredBy(Consent consent) {
        var permissions = permissions();
        return consent.scope().covers(personal())
                && (permissions.values().isEmpty()
                        || consent.apis()
                                .getOrDefault(api.orElseThrow().identifier(), Scope.EMPTY)
                                .covers(permissions));
    }
}
