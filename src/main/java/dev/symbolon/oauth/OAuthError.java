package dev.symbolon.oauth;

import java.util.Locale;

/// Every error of the wire, with its HTTP status where it is answered as JSON.
/// RFC 6749 §4.1.2.1 and §5.2, RFC 7009 §2.2.1, OpenID Connect Core §3.1.2.6, RFC 8707 §2, RFC 6750 §3.1, RFC 7591
/// §3.2.2.
public enum OAuthError {
    INVALID_REQUEST(400),
    UNAUTHORIZED_CLIENT(400),
    ACCESS_DENIED(403),
    UNSUPPORTED_RESPONSE_TYPE(400),
    INVALID_SCOPE(400),
    SERVER_ERROR(500),
    TEMPORARILY_UNAVAILABLE(503),
    INVALID_CLIENT(401),
    INVALID_GRANT(400),
    UNSUPPORTED_GRANT_TYPE(400),
    UNSUPPORTED_TOKEN_TYPE(400),
    INVALID_TARGET(400),
    INVALID_TOKEN(401),
    INSUFFICIENT_SCOPE(403),
    INTERACTION_REQUIRED(400),
    LOGIN_REQUIRED(400),
    ACCOUNT_SELECTION_REQUIRED(400),
    CONSENT_REQUIRED(400),
    REQUEST_NOT_SUPPORTED(400),
    REQUEST_URI_NOT_SUPPORTED(400),
    INVALID_REDIRECT_URI(400),
    INVALID_CLIENT_METADATA(400),
    /// Ours: a password that nobody should have.
    INVALID_PASSWORD(400),
    /// Ours, by the name of RFC 6585 §4.
    TOO_MANY_REQUESTS(429);

    private final int status;
    private final String wire;

    OAuthError(int status) {
        this.status = status;
        this.wire = name().toLowerCase(Locale.ROOT);
    }

    /// The value of `error`, for example `invalid_grant`.
    public String wire() {
        return wire;
    }

    /// The HTTP status when this is answered directly to the caller.
    public int status() {
        return status;
    }
}
