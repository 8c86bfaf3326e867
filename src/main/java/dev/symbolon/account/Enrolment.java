package dev.symbolon.account;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.Accounts;
import dev.symbolon.web.Host;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What making an account for a person means, and changing it, whoever asks for it.
public final class Enrolment {
    private static final int EMAIL_MAX_CHARACTERS = 254;
    private static final int TRIES_MAX = 5;
    // Whether mail arrives there is the only real test; this keeps out what cannot be an address at all.
    private static final Pattern EMAIL = Pattern.compile("[^\\s@\\p{Cntrl}]+@[^\\s@\\p{Cntrl}]+");

    // AD-03: what nobody sees makes two addresses look like one.
    private static final Pattern INVISIBLE = Pattern.compile("\\p{Cf}");

    private final Accounts accounts;

    /// Enrols in this store.
    public Enrolment(Accounts accounts) {
        this.accounts = accounts;
    }

    /// Who is to be enrolled.
    ///
    /// @param verified whether control of the address was shown
    /// @param claims by the names of [ProfileClaims], `name` among them
    public record Person(String email, boolean verified, Map<String, String> claims, Optional<PasswordHash> password) {}

    /// What is to be changed about a person; what is absent stays.
    public record Change(Optional<String> email, Optional<Boolean> verified, Map<String, String> claims) {}

    /// Makes an account.
    ///
    /// @return empty when the address is taken
    /// @throws OAuthException `invalid_request` when address or claims cannot be
    public Optional<Account> enrol(Host host, Person person, Instant now) {
        var account = new Account(
                host.id(),
                new Subject(host.sealer().newId()),
                Optional.of(Email.of(address(person.email()), person.verified())),
                profile(person.claims()),
                now,
                now,
                Optional.empty());
        return accounts.create(account, person.password(), now) == Accounts.Creation.CREATED
                ? Optional.of(account)
                : Optional.empty();
    }

    /// Changes an account, whatever else is changed at the same moment. Another address is not verified, unless
    /// that is said with it.
    ///
    /// @return the account as it is now; empty when the address is taken or the account is gone
    /// @throws OAuthException `invalid_request` when address or claims cannot be
    public Optional<Account> change(Account before, Change change, Instant now) {
        var current = Optional.of(before);
        for (var i = 0; i < TRIES_MAX && current.isPresent(); i++) {
            var seen = current.get();
            var changed = changeOnly(seen, change, now);
            if (changed.isPresent()) {
                return changed;
            }
            current = accounts.find(seen.tenant(), seen.subject()).filter(one -> isOther(one, seen));
        }
        return Optional.empty();
    }

    /// Whether the two are different versions of an account.
    public static boolean isOther(Account one, Account two) {
        return !one.updatedAt().equals(two.updatedAt());
    }

    /// The same, but only if the account still is what was read.
    ///
    /// @return the account as it is now; empty when it is not what was read, the address is taken or it is gone
    /// @throws OAuthException `invalid_request` when address or claims cannot be
    public Optional<Account> changeOnly(Account before, Change change, Instant now) {
        var changed = change.email().map(Enrolment::address);
        var isSame = changed.isEmpty() || before.isFoundBy(changed.get());
        var isVerified = change.verified()
                .orElse(isSame && before.email().filter(Email::isVerified).isPresent());
        var email = changed.or(before::address).map(address -> Email.of(address, isVerified));
        var after = new Account(
                before.tenant(),
                before.subject(),
                changed.isEmpty() && change.verified().isEmpty() ? before.email() : email,
                ProfileClaims.with(before.profile(), change.claims()),
                before.createdAt(),
                next(before, now),
                before.disabledAt());
        return accounts.update(before, after) ? Optional.of(after) : Optional.empty();
    }

    // Every change has a time of its own: it is what versions are told apart by.
    private static Instant next(Account before, Instant now) {
        return now.isAfter(before.updatedAt()) ? now : before.updatedAt().plusMillis(1);
    }

    /// The address as it is kept.
    ///
    /// @throws OAuthException `invalid_request` when it is none
    public static String address(String email) {
        var address = email.strip();
        if (address.length() > EMAIL_MAX_CHARACTERS
                || !EMAIL.matcher(address).matches()
                || OneLine.isBrokenBy(address)
                || INVISIBLE.matcher(address).find()) {
            throw refused("This is not an e-mail address: " + address);
        }
        return address;
    }

    /// The profile that these claims make.
    ///
    /// @throws OAuthException `invalid_request` when they cannot be
    public static Profile profile(Map<String, String> claims) {
        return ProfileClaims.with(Profile.named(Optional.empty()), claims);
    }

    /// @throws OAuthException `invalid_request` when nobody should have such a password
    public static String acceptable(String password) {
        return PasswordPolicy.acceptable(password, List.of());
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
