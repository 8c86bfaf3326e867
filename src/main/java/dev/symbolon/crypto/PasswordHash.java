package dev.symbolon.crypto;

/// A hashed password in PHC form, for example `$argon2id$v=19$m=19456,t=2,p=1$…`. It prints as `***`.
public record PasswordHash(String phc) {
    @Override
    public String toString() {
        return "***";
    }
}
