package dev.symbolon.crypto;

/// A secret of 256 random bits on its way to the one who keeps it; stored only as a {@link TokenHash}. It prints
/// as `***`.
public record OpaqueToken(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
