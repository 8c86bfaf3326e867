package dev.symbolon.token;

import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.store.Grants.LiveGrant;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Host;
import java.util.Optional;

/// The API that a grant's access tokens are for (RFC 8707), as it is registered at this moment.
final class GrantedResource {
    private GrantedResource() {}

    /// Empty when the tokens are for the issuer itself.
    ///
    /// @throws OAuthException `invalid_target` when the API was removed since: no more tokens for it are made
    static Optional<ProtectedResource> of(Host host, Resources resources, Grant grant) {
        return named(host, grant).map(name -> resources.known(host.id(), name).orElseThrow(GrantedResource::gone));
    }

    /// The same for a grant that was looked at with its API.
    ///
    /// @throws OAuthException `invalid_target` when the API was removed since
    static Optional<ProtectedResource> of(Host host, LiveGrant live) {
        return named(host, live.grant()).map(_ -> live.api().orElseThrow(GrantedResource::gone));
    }

    private static Optional<String> named(Host host, Grant grant) {
        return grant.resource().filter(name -> !name.equals(host.issuer().value()));
    }

    private static OAuthException gone() {
        return new OAuthException(OAuthError.INVALID_TARGET, "The API behind this grant is not registered any more.");
    }
}
