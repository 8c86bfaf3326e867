package dev.symbolon.oauth;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/// The `claims` parameter (OpenID Connect Core §5.5): single claims asked for beside those of the scopes.
/// Essential and voluntary ones are treated alike: what the account has is sent, what it lacks is left out
/// (§5.5.1). Only `acr` differs: an essential one that cannot be reached is refused when the request is read
/// (§5.5.1.1).
///
/// @param subject the one person that is wanted, when `sub` was asked for with a `value`
public record ClaimsRequest(Set<String> userinfo, Set<String> idToken, Optional<String> subject) {
    /// No claim was asked for by name.
    public static final ClaimsRequest NONE = new ClaimsRequest(Set.of(), Set.of(), Optional.empty());

    /// Keeps copies that nobody can change, in the order given.
    public ClaimsRequest {
        userinfo = Collections.unmodifiableSet(new LinkedHashSet<>(userinfo));
        idToken = Collections.unmodifiableSet(new LinkedHashSet<>(idToken));
    }
}
