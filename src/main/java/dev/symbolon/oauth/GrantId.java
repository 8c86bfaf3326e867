package dev.symbolon.oauth;

/// The identifier of one grant: what one code was worth. Every token of the grant points to it.
public record GrantId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
