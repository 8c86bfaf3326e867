package dev.symbolon.token;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.store.Access;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `grant_type=client_credentials` (RFC 6749 §4.4): a client asks in its own name for what an operator gave it.
/// Nobody is signed in, nothing is written, and there is no refresh token (§4.4.3).
final class ClientCredentialsGrant {
    private final Access access;
    private final Resources resources;

    ClientCredentialsGrant(Access access, Resources resources) {
        this.access = access;
        this.resources = resources;
    }

    /// @throws OAuthException `unauthorized_client` when it was given no API, `invalid_target` for one that it was
    ///     not given, `invalid_scope` for more than it was given
    Map<String, Object> issue(Call call, Client client, Form form) {
        if (client.isPublic()) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT, "A public client cannot ask in its own name: anybody can say it.");
        }
        var given = access.known(call.host().id(), client.id());
        var identifier = identifier(form, given);
        var allowed = given.get(identifier);
        if (allowed == null) {
            throw new OAuthException(
                    OAuthError.INVALID_TARGET, "This client was not given access to the API that it asks for.");
        }
        var resource = resource(call, identifier);
        var most = resource.within(allowed);
        var scope = form.get("scope").map(Scope::parse).orElse(most);
        if (!most.covers(scope)) {
            throw new OAuthException(OAuthError.INVALID_SCOPE, "This client was given no more than: " + most);
        }
        return answer(call, client, resource, scope);
    }

    private static String identifier(Form form, Map<String, Scope> given) {
        if (given.isEmpty()) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT,
                    "This client was given access to no API; an operator gives it in the dashboard.");
        }
        var resource = form.get("resource");
        var audience = form.get("audience");
        if (resource.isPresent() && audience.isPresent() && !resource.equals(audience)) {
            throw new OAuthException(OAuthError.INVALID_TARGET, "resource and audience name two different APIs.");
        }
        return resource.or(() -> audience)
                .or(() -> given.size() == 1
                        ? Optional.of(given.keySet().iterator().next())
                        : Optional.empty())
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST, "This client has several APIs: say which one, in audience."));
    }

    private ProtectedResource resource(Call call, String identifier) {
        if (identifier.equals(call.host().issuer().managementApi())) {
            return new ProtectedResource(
                    call.host().id(), identifier, "", Lifetimes.DEFAULT.accessToken(), SigningAlgorithm.ES256);
        }
        return resources
                .known(call.host().id(), identifier)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_TARGET, "The API that the client asks for is not registered any more."));
    }

    // RFC 9068 §2.2: sub is the client itself where no person is there.
    private static Map<String, Object> answer(Call call, Client client, ProtectedResource api, Scope scope) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", call.host().issuer().value());
        claims.put("sub", client.id().value());
        claims.put("aud", api.identifier());
        claims.put("iat", call.now().getEpochSecond());
        claims.put("exp", call.now().plus(api.accessToken()).getEpochSecond());
        claims.put("jti", call.host().sealer().newId());
        claims.put("client_id", client.id().value());
        claims.put("scope", scope.toString());
        var answer = new LinkedHashMap<String, Object>();
        answer.put(
                "access_token",
                call.host().keys().signer(api.algorithm(), call.now()).sign("at+jwt", claims));
        answer.put("token_type", "Bearer");
        answer.put("expires_in", api.accessToken().toSeconds());
        answer.put("scope", scope.toString());
        return answer;
    }
}
