package dev.symbolon.crypto;

/// The stored form of a secret that we made ourselves: 43 base64url characters of a keyed digest. It cannot be
/// turned back, so it may be written to a database and to a log.
public record TokenHash(String value) {
    @Override
    public String toString() {
        return value;
    }
}
