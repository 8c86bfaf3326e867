package dev.symbolon.oauth;

import java.util.regex.Pattern;

/// The identifier of a connection: 1 to 64 lower-case letters, digits, `_` and `-`.
public record ConnectionId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    /// @throws IllegalArgumentException when the shape is not kept
    public ConnectionId {
        if (!hasShape(value)) {
            throw new IllegalArgumentException(
                    "A connection's id has 1 to 64 lower-case letters, digits, underscores and hyphens.");
        }
    }

    /// Whether the text can be one at all.
    public static boolean hasShape(String value) {
        return SHAPE.matcher(value).matches();
    }

    @Override
    public String toString() {
        return value;
    }
}
