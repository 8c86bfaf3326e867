package dev.symbolon.oauth;

import java.util.regex.Pattern;

/// The name of one tenant: 1 to 63 lower-case letters, digits and hyphens. Every table's key begins with it.
public record TenantId(String value) {
    private static final Pattern SHAPE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /// @throws IllegalArgumentException with a sentence for the operator when the shape is not kept
    public TenantId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "A tenant id has 1 to 63 lower-case letters, digits and hyphens; this one has not: " + value);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
