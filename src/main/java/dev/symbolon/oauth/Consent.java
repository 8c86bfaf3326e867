package dev.symbolon.oauth;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a person allowed a client, remembered until they take it back.
///
/// @param scope what is not an API's
/// @param apis permissions, by the identifier of the API that declares them
public record Consent(
        TenantId tenant, Subject subject, ClientId client, Scope scope, Map<String, Scope> apis, Instant grantedAt) {
    /// More APIs than anybody allows one application; the first is forgotten, and asked for anew, when one more
    /// comes.
    public static final int APIS_MAX = 50;

    /// Keeps a copy that nobody can change.
    public Consent {
        apis = Collections.unmodifiableMap(new LinkedHashMap<>(apis));
    }

    /// The permissions as text, by the identifier of the API.
    public Map<String, String> permissions() {
        var words = new LinkedHashMap<String, String>();
        apis.forEach((identifier, scope) -> words.put(identifier, scope.toString()));
        return words;
    }

    /// This and what is allowed besides.
    public Consent and(Allowance more, Instant at) {
        var merged = new LinkedHashMap<>(apis);
        if (!more.permissions().values().isEmpty()) {
            merged.merge(more.api().orElseThrow().identifier(), more.permissions(), Scope::and);
        }
        if (merged.size() > APIS_MAX) {
            merged.pollFirstEntry();
        }
        return new Consent(tenant, subject, client, scope.and(more.personal()), merged, at);
    }
}
