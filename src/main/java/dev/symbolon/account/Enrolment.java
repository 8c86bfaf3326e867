package dev.symbolon.account;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Accounts;
import dev.symbolon.web.Host;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/// What making an account for a person means, whoever asks for it.
public final class Enrolment {
    /// NIST 800-63B §3.1.1.2 asks for at least 8 where it is not the only factor, and advises against any other rule.
    public static final int PASSWORD_MIN_CHARACTERS = 8;

    private static final int EMAIL_MAX_CHARACTERS = 254;
    private static final int NAME_MAX_CHARACTERS = 200;
    // Whether mail arrives there is the only real test; this keeps out what cannot be an address at all.
    private static final Pattern EMAIL = Pattern.compile("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}]+");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

    private final Accounts accounts;

    /// Enrols in this store.
    public Enrolment(Accounts accounts) {
        this.accounts = accounts;
    }

    /// Makes an account.
    ///
    /// @param verified whether control of the address was shown
    /// @return empty when the address is taken
    /// @throws OAuthException `invalid_request` when address or name cannot be
    public Optional<Account> enrol(
            Host host,
            String email,
            boolean verified,
            Optional<String> name,
            Optional<PasswordHash> password,
            Instant now) {
        var address = email.strip();
        if (address.length() > EMAIL_MAX_CHARACTERS || !EMAIL.matcher(address).matches()) {
            throw refused("This is not an e-mail address: " + address);
        }
        var called = name.map(String::strip).filter(text -> !text.isEmpty());
        if (called.filter(text -> text.length() > NAME_MAX_CHARACTERS
                        || CONTROL.matcher(text).find())
                .isPresent()) {
            throw refused("A person's name has at most " + NAME_MAX_CHARACTERS + " characters on one line.");
        }
        var account = new Account(
                host.id(),
                new Subject(host.sealer().newId()),
                address,
                verified,
                Profile.named(called),
                now,
                now,
                Optional.empty());
        return accounts.create(account, password, now) == Accounts.Creation.CREATED
                ? Optional.of(account)
                : Optional.empty();
    }

    /// @throws OAuthException `invalid_request` when nobody should have such a password
    public static String acceptable(String password) {
        var length = password.codePointCount(0, password.length());
        if (length < PASSWORD_MIN_CHARACTERS || password.length() > Passwords.MAX_CHARACTERS) {
            throw refused(
                    "A password has " + PASSWORD_MIN_CHARACTERS + " to " + Passwords.MAX_CHARACTERS + " characters.");
        }
        return password;
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
