package dev.symbolon.oauth;

/// A refusal: the caller asked for something that a standard forbids. It carries no stack trace, since it is an
/// ordinary answer and anyone can cause it. Where it goes (page, redirect, JSON) is decided by the endpoint.
public final class OAuthException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final OAuthError error;

    /// @param description one sentence for the developer: printable ASCII without `"` and `\` (RFC 6749 §5.2)
    public OAuthException(OAuthError error, String description) {
        super(ascii(description), null, false, false);
        this.error = error;
    }

    /// Which of the standard's errors this is.
    public OAuthError error() {
        return error;
    }

    /// `error_description`: never empty.
    public String description() {
        return String.valueOf(getMessage());
    }

    private static String ascii(String text) {
        var out = new StringBuilder(text.length());
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            if (c == '…') {
                out.append("...");
            } else if (c == '§') {
                out.append("section ");
            } else if (c == '"') {
                out.append('\'');
            } else {
                out.append(c < 0x20 || c > 0x7E || c == '\\' ? '?' : c);
            }
        }
        return out.toString();
    }
}
