package dev.symbolon.oauth;

import java.time.Instant;
import java.util.Optional;

/// Something that a mail lets a person do once: by the code that it holds, or by its link. The
/// browser that asked carries
/// it sealed, and so does the link; the server keeps nothing until it is used.
///
/// @param id names it for ever: code and link are used together
/// @param address where the mail went
/// @param code 6 digits
/// @param browser the identifier of the browser that asked
/// @param about the account, as it was known when the mail was asked for
/// @param client the application that the person came from, if there was one
/// @param newcomer who signs up
/// @param interaction the request in progress that the link goes on with, sealed; absent where a browser keeps it
/// @param other the address before, of a change of address
public record Ticket(
        String id,
        Kind kind,
        String address,
        String code,
        String browser,
        Instant expiresAt,
        Optional<Subject> about,
        Optional<ClientId> client,
        Optional<Newcomer> newcomer,
        Optional<String> other,
        Optional<String> interaction) {

    /// What it lets the person do.
    public enum Kind {
        /// Make an account.
        SIGN_UP,
        /// Sign in without a password.
        SIGN_IN,
        /// Set a new password.
        RECOVER,
        /// Show that a new address is theirs.
        CHANGE_EMAIL_NEW,
        /// Show that the address before still is.
        CHANGE_EMAIL_OLD,
        /// Put the address before back, and sign everybody out.
        CHANGE_EMAIL_UNDO
    }

    /// Who makes an account.
    ///
    /// @param passwordHash absent for one that signs in without a password
    public record Newcomer(Optional<String> name, Optional<String> passwordHash) {}

    /// The code is not printed.
    @Override
    public String toString() {
        return "Ticket[" + id + ", " + kind + "]";
    }
}
