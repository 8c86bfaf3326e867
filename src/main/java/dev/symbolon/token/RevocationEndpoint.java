package dev.symbolon.token;

import dev.symbolon.client.ClientCalls;
import dev.symbolon.crypto.Jwt;
import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.RefreshToken;
import dev.symbolon.store.Access;
import dev.symbolon.store.Grants;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.Map;
import java.util.Optional;

/// `POST /oauth/revoke` (RFC 7009 §2): a client gives back what it holds, and the whole grant ends. A token that
/// is unknown, expired or another client's is answered like one that was revoked, and nothing changes. Of a
/// public client only a refresh token counts: every API sees its access tokens, and anybody can say the name of
/// a public client.
public final class RevocationEndpoint {
    private final ClientCalls calls;
    private final Grants grants;
    private final Access access;

    /// Revokes in the store.
    public RevocationEndpoint(ClientCalls calls, Grants grants, Access access) {
        this.calls = calls;
        this.grants = grants;
        this.access = access;
    }

    /// 200, whatever became of the token; a refusal when the client did not show who it is.
    public Answer answer(Call call) {
        return calls.answer(call, (client, form) -> revoke(call, client, form));
    }

    private Map<String, Object> revoke(Call call, Client client, Form form) {
        var token = form.get("token")
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "token is missing."));
        var tenant = call.host().id();
        RefreshTokens.read(call.host().sealer(), token)
                .map(RefreshToken::grant)
                .or(() -> grantOfAccessToken(call, client, token))
                .flatMap(id -> grants.find(tenant, id))
                .filter(grant -> grant.client().equals(client.id()))
                .ifPresent(grant -> grants.revoke(tenant, grant.id(), call.now()));
        tokenOfItsOwn(call, client, token)
                .ifPresent(jwt -> access.revoke(
                        tenant,
                        client.id(),
                        jwt.text("jti").orElse(""),
                        jwt.instant("exp").orElse(call.now()),
                        call.now()));
        return Map.of();
    }

    // A token of client_credentials rests on no grant.
    private static Optional<Jwt> tokenOfItsOwn(Call call, Client client, String token) {
        return call.host()
                .keys()
                .verify(token)
                .filter(jwt -> jwt.typ().equals("at+jwt"))
                .filter(jwt ->
                        jwt.text("client_id").orElse("").equals(client.id().value()))
                .filter(jwt -> jwt.instant("exp").filter(call.now()::isBefore).isPresent())
                .filter(jwt ->
                        jwt.text("jti").filter(jti -> jti.indexOf('.') < 0).isPresent());
    }

    private static Optional<GrantId> grantOfAccessToken(Call call, Client client, String token) {
        var jwt = call.host().keys().verify(token).filter(one -> one.typ().equals("at+jwt"));
        if (jwt.isPresent() && client.isPublic()) {
            throw new OAuthException(
                    OAuthError.UNSUPPORTED_TOKEN_TYPE, "A public client gives its refresh token back.");
        }
        return jwt.filter(one -> one.instant("exp").filter(call.now()::isBefore).isPresent())
                .flatMap(one -> one.text("jti"))
                .filter(jti -> jti.indexOf('.') > 0)
                .map(jti -> new GrantId(jti.substring(0, jti.indexOf('.'))));
    }
}
