package dev.symbolon.oauth;

import java.time.Instant;
import java.util.Optional;

/// What is sealed inside a code: the grant that it is worth and what its redemption is bound to (RFC 6749 §4.1.3,
/// RFC 7636 §4.4). No row of the store knows of it before it is redeemed.
///
/// @param expiresAt 60 seconds after it was given
public record AuthorizationCode(
        Grant grant, String redirectUri, Optional<CodeChallenge> codeChallenge, Instant expiresAt) {}
