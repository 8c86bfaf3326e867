package dev.symbolon.mail;

import java.util.Map;

/// One mail to one person, before it is written: what it is about and what it tells.
///
/// @param to the address, as the person typed it
/// @param language one of [dev.symbolon.page.Texts#LANGUAGES]
/// @param values what the words are about; plain text, written by strangers in part
public record Mail(Kind kind, String to, String language, Map<Value, String> values) {
    /// What a mail is about.
    public enum Kind {
        /// A code and a link to sign in with.
        SIGN_IN,
        /// A code and a link to make an account with.
        SIGN_UP,
        /// Somebody wants to make an account with the address of one: how to sign in, or to recover.
        SIGN_UP_EXISTING,
        /// A code and a link to set a new password with.
        RECOVER,
        /// A code and a link that show that a new address is the person's.
        CHANGE_EMAIL_NEW,
        /// A code and a link that show that the address before still is.
        CHANGE_EMAIL_OLD,
        /// A notice to the address before.
        EMAIL_CHANGED,
        /// A notice.
        PASSWORD_CHANGED,
        /// A notice: one can sign in with another server from now on.
        IDENTITY_LINKED,
        /// A notice: one cannot any more.
        IDENTITY_UNLINKED,
        /// The last notice.
        ACCOUNT_DELETED,
        /// Whether mails arrive at all.
        TEST
    }

    /// What words of a mail are about.
    public enum Value {
        /// The application, or the tenant where none asked.
        APP,
        /// The address that the request came from.
        NETWORK,
        /// Six digits.
        CODE,
        /// What does the same as the code, on a page that asks first.
        LINK,
        /// How long code and link can be used.
        MINUTES,
        /// The person's name.
        PERSON,
        NEW_EMAIL,
        /// The other server's name.
        PROVIDER,
        SIGN_IN_LINK,
        RECOVER_LINK
    }

    public Mail {
        values = Map.copyOf(values);
    }

    /// The parts have secrets in them.
    @Override
    public String toString() {
        return "Mail " + kind + " in " + language;
    }
}
