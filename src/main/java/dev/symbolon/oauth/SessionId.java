package dev.symbolon.oauth;

/// The identifier of one person's session in one browser (`sid`); it is no secret, the cookie is.
public record SessionId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
