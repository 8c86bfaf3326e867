package dev.symbolon.token;

import dev.symbolon.account.UserClaims;
import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.crypto.SigningKey;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.RefreshToken;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Session;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What tokens say: access tokens (RFC 9068) and ID tokens (OpenID Connect Core §2). Spoken only after the store
/// agreed.
final class TokenMint {
    private TokenMint() {}

    /// What the tokens of one answer are made of.
    ///
    /// @param scope of the access token: the grant's, or less
    /// @param resource the API that the access token is for, if it is for one
    record Order(
            Host host,
            Client client,
            Grant grant,
            Account account,
            Scope scope,
            Optional<ProtectedResource> resource,
            Instant now) {

        /// Of the access token: an API's own setting wins.
        private Duration life() {
            return resource.map(ProtectedResource::accessToken).orElse(idTokenLife());
        }

        private Duration idTokenLife() {
            return client.metadata().lifetimes().accessToken();
        }

        private SigningKey accessTokenKey() {
            var algorithm = resource.map(ProtectedResource::algorithm)
                    .orElse(client.metadata().idTokenSignedResponseAlg());
            return host.keys().signer(algorithm, now);
        }
    }

    /// Signed tokens that are not given to anybody yet.
    record Minted(Order order, String accessToken, Optional<String> idToken) {
        /// The answer (RFC 6749 §5.1) with the refresh token of that generation.
        Map<String, Object> response(long generation) {
            var answer = new LinkedHashMap<String, Object>();
            answer.put("access_token", accessToken);
            answer.put("token_type", "Bearer");
            answer.put("expires_in", order.life().toSeconds());
            if (order.client().may(GrantType.REFRESH_TOKEN)) {
                var token = new RefreshToken(order.grant().id(), generation);
                answer.put("refresh_token", RefreshTokens.write(order.host().sealer(), token));
            }
            idToken.ifPresent(token -> answer.put("id_token", token));
            answer.put("scope", order.scope().toString());
            return answer;
        }
    }

    /// Signs the tokens of an order.
    static Minted mint(Order order) {
        var accessToken = order.accessTokenKey().sign("at+jwt", accessTokenClaims(order));
        var idToken = order.scope().has("openid") ? Optional.of(idToken(order, accessToken)) : Optional.<String>empty();
        return new Minted(order, accessToken, idToken);
    }

    private static Map<String, Object> accessTokenClaims(Order order) {
        var grant = order.grant();
        var claims = common(order, order.life());
        claims.put("aud", audience(order));
        // The grant's id stands first, so that userinfo and introspection can ask whether it is still honoured.
        claims.put("jti", grant.id() + "." + order.host().sealer().newId());
        claims.put("client_id", order.client().id().value());
        claims.put("scope", order.scope().toString());
        claims.put("sid", grant.session().value());
        claims.put("auth_time", grant.authTime().getEpochSecond());
        return claims;
    }

    // A token for an API can be shown at userinfo too, when the person let the client know who they are.
    private static Object audience(Order order) {
        var issuer = order.host().issuer().value();
        if (order.grant().resource().isEmpty() || order.grant().resource().get().equals(issuer)) {
            return issuer;
        }
        var resource = order.grant().resource().get();
        return order.scope().has("openid") ? List.of(resource, issuer) : resource;
    }

    private static String idToken(Order order, String accessToken) {
        var grant = order.grant();
        var key = order.host().keys().signer(order.client().metadata().idTokenSignedResponseAlg(), order.now());
        var scope = order.client().metadata().claimsInIdToken() ? order.scope() : Scope.EMPTY;
        var claims = common(order, order.idTokenLife());
        claims.put("aud", order.client().id().value());
        claims.put("auth_time", grant.authTime().getEpochSecond());
        grant.nonce().ifPresent(nonce -> claims.put("nonce", nonce));
        claims.put("acr", Session.acr(grant.amr()));
        claims.put("amr", grant.amr());
        claims.put("sid", grant.session().value());
        claims.put("at_hash", key.leftHalfHash(accessToken));
        UserClaims.of(order.account(), scope, grant.claims().idToken()).forEach(claims::putIfAbsent);
        return key.sign("JWT", claims);
    }

    private static Map<String, Object> common(Order order, Duration life) {
        var claims = new LinkedHashMap<String, Object>();
        claims.put("iss", order.host().issuer().value());
        claims.put("sub", order.grant().subject().value());
        claims.put("iat", order.now().getEpochSecond());
        claims.put("exp", order.now().plus(life).getEpochSecond());
        return claims;
    }
}
