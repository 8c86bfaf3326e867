package dev.symbolon.oauth;

import java.time.Duration;

/// An API that access tokens can be for: the value of `audience` or `resource` (RFC 8707), and of `aud`.
///
/// @param accessToken how long access tokens for it are good: 5 minutes to 30 days
public record ProtectedResource(
        TenantId tenant, String identifier, String name, Duration accessToken, SigningAlgorithm algorithm) {}
