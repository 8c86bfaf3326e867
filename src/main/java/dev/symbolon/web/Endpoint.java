package dev.symbolon.web;

/// What answers at one path.
@FunctionalInterface
public interface Endpoint {
    /// @throws dev.symbolon.oauth.OAuthException for a refusal; where it goes is decided by the route's kind
    Answer answer(Call call);
}
