package dev.symbolon.oidc;

import dev.symbolon.account.UserClaims;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.ResponseMode;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.page.Texts;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the issuer says about itself: metadata in both places (OpenID Connect Discovery §3, RFC 8414 §3) and its
/// public keys (RFC 7517). Derived from the same values that the endpoints use, so it cannot disagree with them.
public final class Discovery {
    /// Short enough for a change to be seen soon, far shorter than a key is published ahead.
    private static final int METADATA_MAX_AGE_SECONDS = 3_600;

    private static final int KEYS_MAX_AGE_SECONDS = 3_600;

    private Discovery() {}

    /// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
    public static Answer metadata(Call call) {
        return Answer.cacheable(
                "application/json", Json.write(metadata(call.host().issuer())), METADATA_MAX_AGE_SECONDS);
    }

    /// `GET /.well-known/jwks.json`: the keys that sign, the next ones, and those whose tokens are
    /// still alive.
    public static Answer keys(Call call) {
        return Answer.cacheable("application/jwk-set+json", call.host().keys().jwks(), KEYS_MAX_AGE_SECONDS);
    }

    private static Map<String, Object> metadata(Issuer issuer) {
        var methods = Arrays.stream(ClientAuthMethod.values())
                .map(ClientAuthMethod::wire)
                .toList();
        var all = new LinkedHashMap<String, Object>();
        all.put("issuer", issuer.value());
        all.put("authorization_endpoint", issuer.at("/authorize"));
        all.put("token_endpoint", issuer.at("/oauth/token"));
        all.put("userinfo_endpoint", issuer.at("/userinfo"));
        all.put("revocation_endpoint", issuer.at("/oauth/revoke"));
        all.put("introspection_endpoint", issuer.at("/oauth/introspect"));
        all.put("end_session_endpoint", issuer.at("/logout"));
        all.put("jwks_uri", issuer.at("/.well-known/jwks.json"));
        all.put("response_types_supported", List.of("code"));
        all.put(
                "response_modes_supported",
                words(Arrays.stream(ResponseMode.values()).map(ResponseMode::wire)));
        all.put("grant_types_supported", words(Arrays.stream(GrantType.values()).map(GrantType::wire)));
        all.put("code_challenge_methods_supported", List.of(CodeChallenge.METHOD));
        all.put("token_endpoint_auth_methods_supported", methods);
        all.put("revocation_endpoint_auth_methods_supported", methods);
        // Without a secret anybody could try tokens out (RFC 7662 section 2.1).
        all.put(
                "introspection_endpoint_auth_methods_supported",
                methods.stream().filter(method -> !method.equals("none")).toList());
        all.put(
                "id_token_signing_alg_values_supported",
                words(Arrays.stream(SigningAlgorithm.values()).map(SigningAlgorithm::wire)));
        all.put("subject_types_supported", List.of("public"));
        all.put("scopes_supported", List.of("openid", "profile", "email", "address", "phone", "offline_access"));
        all.put("claims_supported", claims());
        all.put("claims_parameter_supported", true);
        all.put("request_parameter_supported", false);
        all.put("request_uri_parameter_supported", false);
        all.put("prompt_values_supported", words(Arrays.stream(Prompt.values()).map(Prompt::wire)));
        all.put("acr_values_supported", Session.ACR_SUPPORTED);
        all.put("display_values_supported", List.of("page"));
        all.put("ui_locales_supported", Texts.LANGUAGES);
        all.put("authorization_response_iss_parameter_supported", true);
        return all;
    }

    private static List<String> claims() {
        var ofTokens =
                Stream.of("iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid", "at_hash");
        return Stream.concat(ofTokens, UserClaims.SUPPORTED.stream()).toList();
    }

    private static List<String> words(Stream<String> words) {
        return words.toList();
    }
}
