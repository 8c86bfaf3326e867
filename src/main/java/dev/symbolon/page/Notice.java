package dev.symbolon.page;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// What stands above a form: why it is shown (again).
public enum Notice {
    /// Also when there is no such account: nobody learns which.
    WRONG_PASSWORD(true),
    /// A field came empty.
    MISSING(true),
    /// The address came empty.
    NO_ADDRESS(true),
    /// The password came empty.
    NO_PASSWORD(true),
    /// What was typed cannot be an address.
    NOT_AN_ADDRESS(true),
    /// A password that nobody should have; see `PasswordPolicy`.
    WEAK_SHORT(true),
    WEAK_LONG(true),
    WEAK_COMMON(true),
    WEAK_PERSONAL(true),
    WEAK_GUESSABLE(true),
    /// Not the code of the mail.
    WRONG_CODE(true),
    /// The code was guessed at too often: it is worth nothing now.
    CODE_SPENT(true),
    /// The code was used, or its time is over.
    CODE_OVER(true),
    /// So many mails went to this address, or were asked for from this network, that no more go now.
    TOO_MANY_MAILS(true),
    /// Another mail is on its way.
    CODE_SENT(false),
    /// Guessing is slowed down.
    TOO_MANY_TRIES(true),
    /// The queue of password checks is full.
    BUSY(true),
    /// Disabled by an operator; said only after the right password.
    ACCOUNT_DISABLED(true),
    /// Our cookie did not come back.
    COOKIES(true),
    /// The other server did not sign the person in.
    CONNECTION_FAILED(true),
    /// The other server did not answer in time.
    CONNECTION_UNREACHABLE(true),
    /// The person went back from the other server.
    CONNECTION_CANCELLED(false),
    /// Nobody of that name is here, and nobody new is let in that way.
    SIGN_UP_CLOSED(true),
    /// There is an account with that address: who signs in to it is asked whether to connect the two.
    CONNECT_FIRST(false),
    /// There is an account with that address, and the person has just shown that it is theirs.
    ACCOUNT_EXISTS(false),
    /// The identity is connected with the account now.
    CONNECTED(false),
    /// The identity is another account's.
    CONNECTED_ELSEWHERE(true),
    /// The profile is as it was written.
    SAVED(false),
    /// A value of the profile cannot be so.
    BAD_VALUE(true),
    /// The new address is the person's; the address before is asked next.
    NEW_ADDRESS_CONFIRMED(false),
    /// The new address holds.
    EMAIL_CHANGED(false),
    /// A new address that is no new one.
    SAME_ADDRESS(true),
    /// The identity is the account's no more.
    REMOVED(false),
    /// It is the last way in.
    LAST_WAY(true),
    /// A session has ended.
    ENDED(false),
    /// An application has no access any more.
    REVOKED(false),
    /// The new password holds.
    PASSWORD_CHANGED(false),
    /// The page was open for too long; what was asked still stands.
    EXPIRED(false),
    /// Begun in another browser, or the browser was changed meanwhile.
    OTHER_BROWSER(false),
    /// `prompt=login` or `max_age`: signed in, but asked again.
    AGAIN(false),
    /// The chosen account's session has ended.
    SESSION_ENDED(false);

    private final boolean error;

    Notice(boolean error) {
        this.error = error;
    }

    /// The notice about a weakness of a password, by its name.
    public static Notice weak(String weakness) {
        return valueOf("WEAK_" + weakness);
    }

    /// The notice of that name; none for a name that another version of the server made up.
    public static Optional<Notice> of(String name) {
        return Stream.of(values()).filter(one -> one.name().equals(name)).findFirst();
    }

    /// Whether something has to be put right; otherwise it only informs.
    public boolean isError() {
        return error;
    }

    /// Whether it is about the password alone.
    public boolean isAboutPassword() {
        return this == NO_PASSWORD || name().startsWith("WEAK_");
    }

    /// Whether it is about the address alone.
    public boolean isAboutAddress() {
        return switch (this) {
            case NO_ADDRESS, NOT_AN_ADDRESS, SAME_ADDRESS -> true;
            default -> false;
        };
    }

    /// Whether it is about what stands in the fields.
    public boolean marksFields() {
        return switch (this) {
            case WRONG_PASSWORD, MISSING, WRONG_CODE, CODE_SPENT, CODE_OVER -> true;
            default -> isAboutPassword() || isAboutAddress();
        };
    }

    /// Its message.
    public String key() {
        return "notice." + name().toLowerCase(Locale.ROOT);
    }
}
