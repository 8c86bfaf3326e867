package dev.symbolon.oauth;

/// The person's identifier within a tenant (`sub`, OpenID Connect Core §2): opaque, never reused, never an e-mail
/// address.
public record Subject(String value) {
    @Override
    public String toString() {
        return value;
    }
}
