package dev.symbolon.token;

import dev.symbolon.client.ClientCalls;
import dev.symbolon.crypto.Jwt;
import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Access;
import dev.symbolon.store.Grants;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `POST /oauth/introspect` (RFC 7662): whether a token is honoured at this moment. The client that it was given
/// to may ask, and clients that were given access to its API; everybody else learns nothing, not even that it
/// exists (§4).
public final class IntrospectionEndpoint {
    private static final Map<String, Object> INACTIVE = Map.of("active", false);
    private static final Set<String> TOLD =
            Set.of("iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "sid", "auth_time");

    private final ClientCalls calls;
    private final Grants grants;
    private final Access access;

    /// Asks the store at each call.
    public IntrospectionEndpoint(ClientCalls calls, Grants grants, Access access) {
        this.calls = calls;
        this.grants = grants;
        this.access = access;
    }

    /// What is known of the token, or `{"active":false}`.
    public Answer answer(Call call) {
        return calls.answer(call, (client, form) -> introspect(call, client, form));
    }

    private Map<String, Object> introspect(Call call, Client client, Form form) {
        // RFC 7662 §2.1: otherwise anybody could try tokens out.
        if (client.isPublic()) {
            throw new OAuthException(OAuthError.INVALID_CLIENT, "A public client cannot introspect: it has no secret.");
        }
        var token = form.get("token")
                .orElseThrow(() -> new OAuthException(OAuthError.INVALID_REQUEST, "token is missing."));
        return refreshToken(call, client, token)
                .or(() -> accessToken(call, client, token))
                .orElse(INACTIVE);
    }

    private Optional<Map<String, Object>> refreshToken(Call call, Client client, String token) {
        return RefreshTokens.read(call.host().sealer(), token)
                .flatMap(read -> grants.live(call.host().id(), read.grant(), call.now())
                        .filter(live -> live.generation() == read.generation())
                        .filter(live -> live.grant().client().equals(client.id())))
                .map(live -> {
                    var grant = live.grant();
                    var told = new LinkedHashMap<String, Object>();
                    told.put("active", true);
                    told.put("token_type", "refresh_token");
                    told.put("iss", call.host().issuer().value());
                    told.put("sub", grant.subject().value());
                    told.put("client_id", grant.client().value());
                    told.put("scope", grant.scope().toString());
                    told.put("exp", grant.expiresAt().getEpochSecond());
                    return told;
                });
    }

    private Optional<Map<String, Object>> accessToken(Call call, Client client, String token) {
        return call.host()
                .keys()
                .verify(token)
                .filter(jwt -> jwt.typ().equals("at+jwt"))
                .filter(jwt ->
                        jwt.text("iss").orElse("").equals(call.host().issuer().value()))
                .filter(jwt -> jwt.instant("exp").filter(call.now()::isBefore).isPresent())
                .filter(jwt -> mayAsk(call, client, jwt))
                .filter(jwt -> isHonoured(call, jwt))
                .map(IntrospectionEndpoint::told);
    }

    private boolean mayAsk(Call call, Client client, Jwt jwt) {
        return jwt.text("client_id").orElse("").equals(client.id().value())
                || jwt.audience().stream()
                        .anyMatch(api ->
                                access.of(call.host().id(), client.id(), api).isPresent());
    }

    private boolean isHonoured(Call call, Jwt jwt) {
        var jti = jwt.text("jti").orElse("");
        var dot = jti.indexOf('.');
        var tenant = call.host().id();
        if (dot > 0) {
            return grants.live(tenant, new GrantId(jti.substring(0, dot)), call.now())
                    .isPresent();
        }
        // In its own name: what the client was given is asked for anew.
        var id = jwt.text("client_id").filter(ClientId::hasShape).map(ClientId::new);
        return id.isPresent()
                && !access.isRevoked(tenant, jti)
                && jwt.audience().stream()
                        .anyMatch(api -> access.of(tenant, id.get(), api).isPresent());
    }

    private static Map<String, Object> told(Jwt jwt) {
        var told = new LinkedHashMap<String, Object>();
        told.put("active", true);
        told.put("token_type", "Bearer");
        jwt.claims().forEach((name, value) -> {
            if (TOLD.contains(name)) {
                told.put(name, value);
            }
        });
        return told;
    }
}
