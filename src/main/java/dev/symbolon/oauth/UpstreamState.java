package dev.symbolon.oauth;

import java.time.Instant;

/// What `state` carries to another server and back, sealed: the server keeps nothing while a person is there.
///
/// @param id names it for ever, so that it is used once
/// @param nonce for the ID token of the other server
/// @param codeVerifier the secret half of PKCE towards it
/// @param interaction the request in progress, sealed as it goes from page to page
/// @param browser the identifier of the browser that was sent there
public record UpstreamState(
        String id,
        Errand errand,
        ConnectionId connection,
        String nonce,
        CodeVerifier codeVerifier,
        String interaction,
        String browser,
        Instant sentAt) {

    /// Why the person went there.
    public enum Errand {
        /// To sign in, or up.
        SIGN_IN,
        /// To connect the identity with the account that is signed in.
        CONNECT,
        /// To show an operator what comes back.
        TEST
    }
}
