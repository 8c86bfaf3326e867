package dev.symbolon.token;

import dev.symbolon.crypto.AuthorizationCodes;
import dev.symbolon.oauth.AuthorizationCode;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.Map;
import java.util.Optional;

/// `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.5). A wrong proof spends nothing: who only saw a
/// code can neither use it nor take it from its owner.
final class AuthorizationCodeGrant {
    private final Grants grants;
    private final Resources resources;

    AuthorizationCodeGrant(Grants grants, Resources resources) {
        this.grants = grants;
        this.resources = resources;
    }

    /// @throws OAuthException `invalid_grant` when the code, its bindings or what it rests on is not good (any
    ///     more); `invalid_target` when its API is gone
    Map<String, Object> redeem(Call call, Client client, Form form) {
        var text =
                form.get("code").orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "code is missing."));
        var code = AuthorizationCodes.read(call.host().sealer(), call.host().id(), text, call.now())
                .orElseThrow(() -> refused("The code is not one of this issuer, or it has expired."));
        checkBindings(code, client, form);
        var grant = code.grant();
        var resource = GrantedResource.of(call.host(), resources, grant);
        return switch (grants.redeem(grant, call.now())) {
            case Grants.Redemption.Redeemed(var account) ->
                TokenMint.mint(new TokenMint.Order(
                                call.host(), client, grant, account, grant.scope(), resource, call.now()))
                        .response(1);
            case Grants.Redemption.AlreadyRedeemed _ ->
                throw refused("The code was used before; what it was worth has been revoked (RFC 6749 section 4.1.2).");
            case Grants.Redemption.NotAllowed _ ->
                throw refused("The session, the account or the consent behind the code has ended.");
        };
    }

    private static void checkBindings(AuthorizationCode code, Client client, Form form) {
        if (!code.grant().client().equals(client.id())) {
            throw refused("The code was given to another client.");
        }
        var redirectUri = form.get("redirect_uri");
        if (redirectUri.isPresent() && !redirectUri.get().equals(code.redirectUri())) {
            throw refused("redirect_uri is not the one of the authorization request.");
        }
        if (redirectUri.isEmpty() && code.codeChallenge().isEmpty()) {
            throw refused("redirect_uri is missing; without PKCE it has to be sent again.");
        }
        checkVerifier(code, form.get("code_verifier"));
    }

    private static void checkVerifier(AuthorizationCode code, Optional<String> verifier) {
        if (code.codeChallenge().isEmpty()) {
            if (verifier.isPresent()) {
                // RFC 9700 §4.8.2: a verifier for a code without a challenge means that somebody stripped it.
                throw refused("code_verifier came for a code that was asked for without code_challenge.");
            }
            return;
        }
        var shown = verifier.map(CodeVerifier::new).orElseThrow(() -> refused("code_verifier is missing."));
        if (!code.codeChallenge().get().isMetBy(shown)) {
            throw refused("code_verifier does not belong to the code_challenge of the authorization request.");
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_GRANT, sentence);
    }
}
