package dev.symbolon.token;

import dev.symbolon.client.ClientCalls;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Access;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Tallies;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.Map;

/// `POST /oauth/token` (RFC 6749 §3.2): one pipeline for every grant, so that no check can be forgotten in one.
/// Form and JSON bodies get the same checks.
public final class TokenEndpoint {
    private final ClientCalls calls;
    private final AuthorizationCodeGrant codes;
    private final RefreshTokenGrant refreshTokens;
    private final ClientCredentialsGrant clientCredentials;

    /// What tokens are made from.
    public record Stores(Grants grants, Resources resources, Access access, Tallies tallies) {}

    /// Answers with what the store agrees to.
    public TokenEndpoint(ClientCalls calls, Stores stores) {
        this.calls = calls;
        this.codes = new AuthorizationCodeGrant(stores.grants(), stores.resources());
        this.refreshTokens = new RefreshTokenGrant(stores.grants(), stores.tallies());
        this.clientCredentials = new ClientCredentialsGrant(stores.access(), stores.resources());
    }

    /// Tokens, or a refusal that the page of the client may read too.
    public Answer answer(Call call) {
        return calls.answer(call, (client, form) -> grant(call, client, form));
    }

    private Map<String, Object> grant(Call call, Client client, Form form) {
        var name = form.get("grant_type")
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "grant_type is missing."));
        var type = GrantType.of(name)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.UNSUPPORTED_GRANT_TYPE,
                        "grant_type has to be authorization_code, refresh_token or client_credentials."));
        // What it may do in its own name an operator says API by API.
        if (type != GrantType.CLIENT_CREDENTIALS && !client.may(type)) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT, "This client is not registered for this grant_type.");
        }
        return switch (type) {
            case AUTHORIZATION_CODE -> codes.redeem(call, client, form);
            case REFRESH_TOKEN -> refreshTokens.refresh(call, client, form);
            case CLIENT_CREDENTIALS -> clientCredentials.issue(call, client, form);
        };
    }
}
