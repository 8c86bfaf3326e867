package dev.symbolon.login;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.Identities;
import dev.symbolon.store.Operators;
import dev.symbolon.web.Host;
import java.time.Instant;
import java.util.Optional;

/// Who somebody is here that another server has just vouched for. An identity that is known is its account. An
/// address alone is never enough to be somebody: where an account is found by it, the person signs in to that
/// account first, or, where both servers have verified it and the operator says so, confirms that the two are
/// one.
final class Arrivals {
    private static final int TRIES = 3;

    private final Accounts accounts;
    private final Identities identities;
    private final Operators operators;

    Arrivals(Accounts accounts, Identities identities, Operators operators) {
        this.accounts = accounts;
        this.identities = identities;
        this.operators = operators;
    }

    /// Who it is.
    sealed interface Arrival {
        /// This one; the account may have been made at this moment.
        record Is(Account account) implements Arrival {}

        /// An operator has suspended the account.
        record Suspended() implements Arrival {}

        /// Nobody of that name is here, and the connection lets nobody new in.
        record Closed() implements Arrival {}

        /// An account is found by the address.
        ///
        /// @param isSure saying so is enough
        record Perhaps(Account account, boolean isSure) implements Arrival {}
    }

    /// Decides, and makes the account of somebody new.
    ///
    /// @throws OAuthException `temporarily_unavailable` when others change the same account all the time
    Arrival of(Host host, Connection connection, UpstreamUser user, Instant now) {
        for (var tried = 0; tried < TRIES; tried++) {
            var found = tried(host, connection, user, now);
            if (found.isPresent()) {
                return found.get();
            }
        }
        throw new OAuthException(OAuthError.TEMPORARILY_UNAVAILABLE, "Too much changes at this moment; try again.");
    }

    // Empty when another tab was quicker, or somebody with this address: what holds now has to be read again.
    private Optional<Arrival> tried(Host host, Connection connection, UpstreamUser user, Instant now) {
        var known = identities.account(host.id(), connection.id(), user.subject());
        if (known.isPresent()) {
            return Optional.of(came(known.get(), connection, user, now));
        }
        var sameAddress = user.email()
                .filter(Email::isVerified)
                .flatMap(email -> accounts.byEmail(host.id(), email.address()))
                .map(PasswordAccount::account);
        if (sameAddress.isPresent()) {
            // Another tab may have made the account with this very identity since the first look.
            return identities
                    .account(host.id(), connection.id(), user.subject())
                    .map(account -> came(account, connection, user, now))
                    .or(() -> Optional.of(perhaps(
                            sameAddress.get(),
                            connection,
                            user.email().map(Email::address).orElse(""))));
        }
        if (!connection.rules().signUp()) {
            return Optional.of(new Arrival.Closed());
        }
        var account = new Account(
                host.id(),
                new Subject(host.sealer().newId()),
                user.email(),
                user.profile(),
                now,
                now,
                Optional.empty());
        return identities.arrive(account, user, now) == Identities.Arrival.CREATED
                ? Optional.of(new Arrival.Is(account))
                : Optional.empty();
    }

    private Arrival came(Account account, Connection connection, UpstreamUser user, Instant now) {
        if (account.disabledAt().isPresent()) {
            return new Arrival.Suspended();
        }
        var profile = connection.rules().syncsProfile()
                ? Optional.of(user.profile().over(account.profile()))
                : Optional.<Profile>empty();
        identities.came(account.tenant(), account.subject(), user, profile, now);
        return new Arrival.Is(account);
    }

    // Who may change a connection shall not become the owner by it: operators sign in to their account first.
    private Arrival perhaps(Account account, Connection connection, String address) {
        if (account.disabledAt().isPresent()) {
            return new Arrival.Suspended();
        }
        var isSure = connection.rules().connectsVerified()
                && account.email().filter(Email::isVerified).isPresent()
                && account.address().filter(own -> Email.isSame(own, address)).isPresent()
                && operators.role(account.tenant(), account.subject()).isEmpty();
        return new Arrival.Perhaps(account, isSure);
    }
}
