package dev.symbolon.token;

import dev.symbolon.client.ClientAuthentication;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cors;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import java.util.Map;
import java.util.Optional;

/// `POST /oauth/token` (RFC 6749 §3.2): one pipeline for every grant, so that no check can be forgotten in one. Form
/// and
/// JSON bodies get the same checks.
public final class TokenEndpoint {
    private final ClientAuthentication authentication;
    private final AuthorizationCodeGrant codes;
    private final RefreshTokenGrant refreshTokens;
    private final Cors cors;

    /// Answers with what the store agrees to.
    public TokenEndpoint(
            ClientAuthentication authentication, Accounts accounts, Grants grants, Resources resources, Cors cors) {
        this.authentication = authentication;
        this.codes = new AuthorizationCodeGrant(accounts, grants, resources);
        this.refreshTokens = new RefreshTokenGrant(grants, resources);
        this.cors = cors;
    }

    /// Tokens, or a refusal that the page of the client may read too.
    public Answer answer(Call call) {
        Optional<Form> form = Optional.empty();
        Optional<Client> client = Optional.empty();
        Answer answer;
        try {
            form = Optional.of(read(call));
            client = Optional.of(authentication.authenticate(call, form.get()));
            answer = Answer.json(200, grant(call, client.get(), form.get())).with("Pragma", "no-cache");
        } catch (OAuthException refusal) {
            answer = Answer.refusal(refusal);
            if (refusal.error() == OAuthError.INVALID_CLIENT && ClientAuthentication.triedBasic(call)) {
                answer = answer.with(
                        "WWW-Authenticate", "Basic realm=\"" + call.host().issuer() + "\"");
            }
        }
        var whose = client.isPresent() ? client : form.flatMap(read -> authentication.claimed(call, read));
        return cors.share(call, whose, answer);
    }

    private static Form read(Call call) {
        var form = switch (call.mediaType()) {
            case "application/x-www-form-urlencoded" -> call.form();
            case "application/json" -> Json.readForm(call.body().get());
            default ->
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST,
                        "Content-Type has to be application/x-www-form-urlencoded or application/json.");
        };
        if (!form.repeated().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "A parameter was sent more than once (RFC 6749 section 3.2).");
        }
        return form;
    }

    private Map<String, Object> grant(Call call, Client client, Form form) {
        var name = form.get("grant_type")
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "grant_type is missing."));
        var type = GrantType.of(name)
                .orElseThrow(() -> new OAuthException(
                        OAuthError.UNSUPPORTED_GRANT_TYPE,
                        "grant_type has to be authorization_code or refresh_token."));
        if (!client.may(type)) {
            throw new OAuthException(
                    OAuthError.UNAUTHORIZED_CLIENT, "This client is not registered for this grant_type.");
        }
        return switch (type) {
            case AUTHORIZATION_CODE -> codes.redeem(call, client, form);
            case REFRESH_TOKEN -> refreshTokens.refresh(call, client, form);
        };
    }
}
