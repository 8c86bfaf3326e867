package dev.symbolon.authorize;

import dev.symbolon.crypto.AuthorizationCodes;
import dev.symbolon.oauth.AuthorizationCode;
import dev.symbolon.oauth.AuthorizationRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Consent;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.util.Optional;

/// Authorization requests whose client was proved: what they may ask for, and the codes that answer them.
///
/// @param codeLife how long a code can be redeemed
record Requests(Resources resources, Connections connections, Duration codeLife) {
    /// Reads a request.
    ///
    /// @throws OAuthException the standards' error with a sentence for the developer
    AuthorizationRequest read(Call call, Client client, Form form) {
        var request = RequestParser.parse(client, form, identifier -> api(call, client, identifier));
        checkPermissions(client, request);
        checkConnection(call, client, request);
        return request;
    }

    // RFC 8707 §2. What an API does not declare, the consent page cannot say, so nobody can have allowed it.
    private Optional<ProtectedResource> api(Call call, Client client, String identifier) {
        if (identifier.equals(call.host().issuer().value())) {
            return Optional.empty();
        }
        // Only programs use the management API, with what an operator gave them.
        var known = identifier.equals(call.host().issuer().managementApi())
                ? Optional.<ProtectedResource>empty()
                : resources.known(call.host().id(), identifier);
        if (known.filter(api ->
                        client.metadata().firstParty() || !api.permissions().isEmpty())
                .isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_TARGET,
                    "No API that this client may call has the identifier that audience or resource names.");
        }
        return known;
    }

    // An API that looks at aud alone would serve whoever has a token without any of its permissions.
    private static void checkPermissions(Client client, AuthorizationRequest request) {
        if (request.api().isPresent()
                && !client.metadata().firstParty()
                && request.allowance().permissions().values().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_SCOPE,
                    "scope names no permission of that API that this client is registered for.");
        }
    }

    private void checkConnection(Call call, Client client, AuthorizationRequest request) {
        var isGood = request.connection()
                .map(name -> connections
                        .named(call.host().id(), name)
                        .filter(one -> one.isFor(client.id()))
                        .isPresent())
                .orElse(true);
        if (!isGood) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "This connection does not exist or is not enabled for the client.");
        }
    }

    /// The one person that a request means, by `id_token_hint` or by `sub` in `claims`.
    ///
    /// @throws OAuthException `invalid_request` when the hint is not ours
    static Optional<Subject> wanted(Call call, AuthorizationRequest request) {
        if (request.idTokenHint().isEmpty()) {
            return request.claims().subject().map(Subject::new);
        }
        var hint = call.host()
                .keys()
                .verify(request.idTokenHint().get())
                .filter(token -> token.typ().equals("JWT"))
                .flatMap(token -> token.text("sub"));
        return Optional.of(hint.map(Subject::new)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST, "id_token_hint is not an ID token of this issuer.")));
    }

    /// A code for a request that this session answers.
    String code(Call call, Client client, AuthorizationRequest request, Session session, Optional<Consent> consent) {
        var grant = new Grant(
                call.host().id(),
                new GrantId(call.host().sealer().newId()),
                client.id(),
                session.subject(),
                session.id(),
                request.scope(),
                request.resource(),
                request.nonce(),
                session.authTime(),
                session.amr(),
                request.claims(),
                consent.map(Consent::grantedAt),
                call.now(),
                call.now().plus(client.metadata().lifetimes().refreshAbsolute()));
        var code = new AuthorizationCode(
                grant,
                request.redirectUri(),
                request.codeChallenge(),
                call.now().plus(codeLife));
        return AuthorizationCodes.write(call.host().sealer(), code).text();
    }
}
