package dev.symbolon.oidc;

import dev.symbolon.account.UserClaims;
import dev.symbolon.crypto.Jwt;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Scope;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Grants.LiveGrant;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `GET|POST /userinfo` (OpenID Connect Core §5.3) and `GET /me`. An access token is honoured only while its grant
/// is: after a revocation or a suspended account the answer is `invalid_token` at once.
public final class UserinfoEndpoint {
    private final Grants grants;
    private final Clients clients;
    private final Cors cors;

    /// Asks the store at each call; nothing about a grant is remembered.
    public UserinfoEndpoint(Grants grants, Clients clients, Cors cors) {
        this.grants = grants;
        this.clients = clients;
        this.cors = cors;
    }

    private record Shown(Jwt token, LiveGrant live, Client client) {}

    /// The claims that the token's scopes and the `claims` parameter asked for.
    public Answer userinfo(Call call) {
        return answer(call, shown -> {
            if (!shown.token().audience().contains(call.host().issuer().value())) {
                throw invalid("The access token is not for this issuer.");
            }
            var scope = Scope.parse(shown.token().text("scope").orElse(""));
            if (!scope.has("openid")) {
                throw new OAuthException(OAuthError.INSUFFICIENT_SCOPE, "The access token has no openid scope.");
            }
            var live = shown.live();
            var claims = new LinkedHashMap<String, Object>();
            claims.put("sub", live.account().subject().value());
            claims.putAll(
                    UserClaims.of(live.account(), scope, live.grant().claims().userinfo()));
            return claims;
        });
    }

    /// For a token of any audience: the whole profile for the operator's own applications, and for any other one
    /// what the person allowed it.
    public Answer me(Call call) {
        return answer(call, shown -> {
            var live = shown.live();
            var claims = new LinkedHashMap<String, Object>();
            claims.put("id", live.account().subject().value());
            claims.put("sub", live.account().subject().value());
            var scope = Scope.parse(shown.token().text("scope").orElse(""));
            claims.putAll(
                    shown.client().metadata().firstParty()
                            ? UserClaims.all(live.account())
                            : UserClaims.of(
                                    live.account(), scope, live.grant().claims().userinfo()));
            return claims;
        });
    }

    @FunctionalInterface
    private interface Body {
        Map<String, Object> of(Shown shown);
    }

    private Answer answer(Call call, Body body) {
        Optional<Client> client = Optional.empty();
        Answer answer;
        try {
            var shown = shown(call);
            client = Optional.of(shown.client());
            answer = Answer.json(200, body.of(shown));
        } catch (OAuthException refusal) {
            answer = refused(call, refusal);
        }
        return cors.share(call, client, answer);
    }

    private Shown shown(Call call) {
        var token = call.host()
                .keys()
                .verify(bearer(call).orElse(""))
                .filter(jwt -> jwt.typ().equals("at+jwt"))
                .filter(jwt ->
                        jwt.text("iss").orElse("").equals(call.host().issuer().value()))
                .filter(jwt -> jwt.instant("exp").map(call.now()::isBefore).orElse(false))
                .orElseThrow(() -> invalid("The access token is not one of this issuer, or it has expired."));
        var jti = token.text("jti").orElse("");
        var grant = new GrantId(jti.substring(0, Math.max(0, jti.indexOf('.'))));
        var live = grants.live(call.host().id(), grant, call.now())
                .orElseThrow(() -> invalid("What the access token rests on has been revoked or has ended."));
        var client = clients.known(call.host().id(), live.grant().client(), call.now())
                .map(Clients.Known::client)
                .orElseThrow(() -> invalid("The client that the access token was given to is gone."));
        return new Shown(token, live, client);
    }

    // RFC 6750 §2: in the header or in a form body, once, never in both and never in the query.
    private static Optional<String> bearer(Call call) {
        var header = call.header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip());
        var isForm = call.isPost() && call.mediaType().equals("application/x-www-form-urlencoded");
        var body = isForm ? call.form().get("access_token") : Optional.<String>empty();
        if (header.isPresent() && body.isPresent()
                || isForm && call.form().repeated().contains("access_token")) {
            throw new OAuthException(OAuthError.INVALID_REQUEST, "The access token was sent more than once.");
        }
        return header.or(() -> body);
    }

    // RFC 6750 §3.1: who showed no token learns no error code, only how to come.
    private static Answer refused(Call call, OAuthException refusal) {
        var answer = Answer.refusal(refusal);
        if (refusal.error().status() == 503) {
            return answer;
        }
        var showedNone =
                refusal.error() == OAuthError.INVALID_TOKEN && bearer(call).isEmpty();
        var challenge = showedNone
                ? "Bearer realm=\"" + call.host().issuer() + "\""
                : "Bearer error=\"" + refusal.error().wire() + "\", error_description=\"" + refusal.description()
                        + "\"";
        return answer.with("WWW-Authenticate", challenge);
    }

    private static OAuthException invalid(String sentence) {
        return new OAuthException(OAuthError.INVALID_TOKEN, sentence);
    }
}
