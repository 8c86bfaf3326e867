package dev.symbolon.crypto;

/// A sealed value in its text form (base64url): authenticated and encrypted, of one purpose.
public record Sealed(String text) {
    @Override
    public String toString() {
        return "sealed";
    }
}
