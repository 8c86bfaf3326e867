package dev.symbolon.crypto;

/// A hashed password in PHC form, for example `$argon2id$v=19$m=19456,t=2,p=1$…`, or one of another kind that
/// came with its person from elsewhere ([ForeignHash]). It prints as `***`.
public record PasswordHash(String phc) {
    /// Whether it is of the kind that is made here.
    public boolean isArgon2id() {
        return phc.startsWith("$argon2id$");
    }

    @Override
    public String toString() {
        return "***";
    }
}
