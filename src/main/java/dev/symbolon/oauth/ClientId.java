package dev.symbolon.oauth;

import java.util.regex.Pattern;

/// The client identifier (RFC 6749 §2.2): 1 to 200 visible ASCII characters without spaces (appendix A.1).
public record ClientId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[\\x21-\\x7E]{1,200}");

    /// @throws IllegalArgumentException when the shape is not kept
    public ClientId {
        if (!hasShape(value)) {
            throw new IllegalArgumentException("A client_id has 1 to 200 visible ASCII characters without spaces.");
        }
    }

    /// Whether the text can be a client identifier at all.
    public static boolean hasShape(String value) {
        return SHAPE.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
