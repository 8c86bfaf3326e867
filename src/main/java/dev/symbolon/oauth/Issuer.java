package dev.symbolon.oauth;

import java.net.URI;
import java.util.Locale;

/// The issuer identifier: `https://host[:port]` without a trailing slash, the same bytes everywhere
/// (RFC 8414 §2, OpenID Connect Core §2). `http` is for local development.
public record Issuer(String value) {
    /// @throws IllegalArgumentException with a sentence for the operator
    public Issuer {
        var uri = URI.create(value);
        var schemeIsHttp = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        var hasOnlyAnAuthority =
                uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawFragment() == null;
        if (!schemeIsHttp || uri.getHost() == null || uri.getRawUserInfo() != null || !hasOnlyAnAuthority) {
            throw new IllegalArgumentException(
                    "An issuer is https://host or https://host:port with nothing behind it; this one is not: " + value);
        }
        if (!value.equals(value.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("An issuer is written in lower case: " + value);
        }
    }

    /// The value of the request's `Host` header that belongs to this issuer, for example `localhost:8080`.
    public String host() {
        return URI.create(value).getRawAuthority();
    }

    /// An absolute URL of this issuer; the path begins with a slash.
    public String at(String path) {
        return value + path;
    }

    /// The identifier of the management API: the audience of tokens for it.
    public String managementApi() {
        return at("/api/v1");
    }

    /// Whether pages are served over TLS, and cookies can rely on it.
    public boolean isHttps() {
        return value.startsWith("https:");
    }

    @Override
    public String toString() {
        return value;
    }
}
