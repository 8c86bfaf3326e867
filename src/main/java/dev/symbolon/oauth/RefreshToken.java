package dev.symbolon.oauth;

/// What a refresh token says once its authentication code was checked: the grant, and how often it had been
/// rotated when this token was given. The first generation is 1. Nothing of it is stored but the grant's own
/// row.
public record RefreshToken(GrantId grant, long generation) {}
