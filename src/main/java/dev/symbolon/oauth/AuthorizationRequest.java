package dev.symbolon.oauth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A valid authorization request (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1) whose client and redirect URI
/// were proved to belong together.
///
/// @param redirectUri as received; on loopback its port may differ from the registered one
/// @param state echoed byte for byte if and only if it was sent
/// @param codeChallenge absent only for a confidential client registered without PKCE
/// @param essentialAcr one of these `acr` has to be reached (OpenID Connect Core §5.5.1.1); any
///     will do when empty
/// @param resource the API that the access token is for, from `resource` or `audience`
/// @param api that API, where it is one that is registered and not the issuer itself
/// @param connection where the person is to come from, by id or name
/// @param signUp whether the application would rather show the sign-up form (`screen_hint=signup`)
public record AuthorizationRequest(
        ClientId client,
        String redirectUri,
        ResponseMode responseMode,
        Scope scope,
        Optional<String> state,
        Optional<String> nonce,
        Optional<CodeChallenge> codeChallenge,
        Set<Prompt> prompt,
        Optional<Duration> maxAge,
        Optional<String> loginHint,
        Optional<String> idTokenHint,
        List<String> uiLocales,
        List<String> acrValues,
        List<String> essentialAcr,
        ClaimsRequest claims,
        Optional<String> resource,
        Optional<ProtectedResource> api,
        Optional<String> connection,
        boolean signUp) {

    /// What a person is asked to allow.
    public Allowance allowance() {
        return new Allowance(scope, api);
    }

    /// Whether this is the probe for a session that shows nothing to anyone.
    public boolean isSilent() {
        return prompt.contains(Prompt.NONE);
    }
}
