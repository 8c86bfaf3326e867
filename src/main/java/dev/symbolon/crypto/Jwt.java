package dev.symbolon.crypto;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A token whose signature was found to be ours. Whether it is expired, for whom it is, and whether it was taken
/// back is for the caller to ask.
///
/// @param typ the `typ` header, for example `at+jwt`
public record Jwt(String typ, Map<String, Object> claims) {
    /// A claim that is text.
    public Optional<String> text(String name) {
        return claims.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /// A claim that is a NumericDate (RFC 7519 §2).
    public Optional<Instant> instant(String name) {
        return claims.get(name) instanceof Number number
                ? Optional.of(Instant.ofEpochSecond(number.longValue()))
                : Optional.empty();
    }

    /// `aud`, as a list in any case (RFC 7519 §4.1.3).
    public List<String> audience() {
        return switch (claims.get("aud")) {
            case String one -> List.of(one);
            case List<?> many -> many.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }
}
