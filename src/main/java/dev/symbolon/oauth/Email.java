package dev.symbolon.oauth;

/// An e-mail address and what it is worth.
public record Email(String address, Standing standing) {
    /// What is known about an address.
    public enum Standing {
        /// The person showed control of it, here or at a provider that we believe.
        VERIFIED,
        /// An operator gave it to the account. It is the person's name here, and nobody has shown
        /// control of it.
        GIVEN,
        /// Another server said so. Several accounts may carry it: nobody is found by it, and
        /// nothing is sent to it.
        REPORTED
    }

    /// `email_verified` (OpenID Connect Core §5.1).
    public boolean isVerified() {
        return standing == Standing.VERIFIED;
    }

    /// Whether the account is found by it: then no other account in the tenant is.
    public boolean isKey() {
        return standing != Standing.REPORTED;
    }

    /// Whether two addresses are one mailbox: letter for letter, but for the case of `A` to `Z`. What only looks
    /// alike can be somebody else's.
    public static boolean isSame(String one, String other) {
        return ascii(one.strip()).equals(ascii(other.strip()));
    }

    private static String ascii(String text) {
        return text.chars()
                .map(c -> c >= 'A' && c <= 'Z' ? c + 32 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// An address that was verified, or else one that an operator gave.
    public static Email of(String address, boolean verified) {
        return new Email(address, verified ? Standing.VERIFIED : Standing.GIVEN);
    }
}
