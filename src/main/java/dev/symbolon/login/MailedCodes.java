package dev.symbolon.login;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.mail.Post;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.oauth.Ticket.Kind;
import dev.symbolon.page.Notice;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.OneTimeCodes;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Codes and links that are sent by mail. Whether a mail goes out depends on who has which account; what the person
/// sees,
/// and how long it takes, does not. Asking writes no row but the mail itself, and only so many mails go to one
/// address and
/// from one network in an hour.
final class MailedCodes {
    /// How long a code or a link can be used.
    static final Duration LIFE = Duration.ofMinutes(30);

    /// A new account is not in a hurry.
    static final Duration SIGN_UP_LIFE = Duration.ofHours(24);

    private static final int TRIES_MAX = 5;
    private static final int MAILS_PER_ADDRESS = 5;
    private static final int MAILS_PER_NETWORK = 60;
    private static final Duration MAIL_WINDOW = Duration.ofHours(1);
    private static final int BUCKET_BITS = 20;

    private final Accounts accounts;
    private final OneTimeCodes codes;
    private final Post post;

    MailedCodes(Accounts accounts, OneTimeCodes codes, Post post) {
        this.accounts = accounts;
        this.codes = codes;
        this.post = post;
    }

    /// What a typed code was worth.
    enum Check {
        RIGHT,
        WRONG,
        /// Tried too often: it is worth nothing any more.
        SPENT,
        /// Used already.
        OVER
    }

    /// Whether mails of this tenant reach anybody.
    boolean canSend(Host host) {
        return post.canSend(host);
    }

    /// A code to sign in with, or to sign up where the connection lets people in.
    Answer signIn(Step step, Step.Typed typed, Connection connection) {
        if (!isAddress(typed.address())) {
            return step.again("/login", Notice.NOT_AN_ADDRESS, typed);
        }
        var account = account(step.call(), typed.address());
        var isNew = account.isEmpty() && connection.rules().signUp();
        var newcomer = isNew
                ? Optional.of(new Ticket.Newcomer(Optional.empty(), Optional.empty()))
                : Optional.<Ticket.Newcomer>empty();
        var ticket = ticket(step, Kind.SIGN_IN, typed.address(), account.map(Account::subject), newcomer);
        var isLetIn = isNew || account.filter(one -> one.disabledAt().isEmpty()).isPresent();
        return send(step, "/login", ticket, isLetIn ? Optional.of(Mail.Kind.SIGN_IN) : Optional.empty());
    }

    /// A code to make an account with. Whoever has one already is told so, in the mail and nowhere else.
    Answer signUp(Step step, Step.Typed typed, Ticket.Newcomer newcomer) {
        var ticket = ticket(step, Kind.SIGN_UP, typed.address(), Optional.empty(), Optional.of(newcomer));
        var isKnown = account(step.call(), typed.address()).isPresent();
        return send(step, "/signup", ticket, Optional.of(isKnown ? Mail.Kind.SIGN_UP_EXISTING : Mail.Kind.SIGN_UP));
    }

    /// A code to set a new password with.
    Answer recover(Step step, Step.Typed typed) {
        if (!isAddress(typed.address())) {
            return step.again("/recover", Notice.NOT_AN_ADDRESS, typed);
        }
        var account = account(step.call(), typed.address());
        var ticket = ticket(step, Kind.RECOVER, typed.address(), account.map(Account::subject), Optional.empty());
        var isLetIn = account.filter(one -> one.disabledAt().isEmpty()).isPresent();
        return send(step, "/recover", ticket, isLetIn ? Optional.of(Mail.Kind.RECOVER) : Optional.empty());
    }

    /// A code to show that a new address is theirs.
    Answer changeEmail(Step step, Account account, String address) {
        var ticket = new Ticket(
                step.call().host().sealer().newId(),
                Kind.CHANGE_EMAIL_NEW,
                address,
                Tickets.newCode(step.call().host().sealer()),
                step.browser().id(),
                step.call().now().plus(LIFE),
                Optional.of(account.subject()),
                Optional.empty(),
                Optional.empty(),
                account.address());
        var isTaken = account(step.call(), address)
                .filter(other -> !other.subject().equals(account.subject()))
                .isPresent();
        // Whose address it is, the person does not learn: nothing arrives there.
        return send(
                step, "/account/email", ticket, isTaken ? Optional.empty() : Optional.of(Mail.Kind.CHANGE_EMAIL_NEW));
    }

    /// A code to show that the address before still is theirs: the other half of a change.
    Answer changeEmailOld(Step step, Ticket proven, String oldAddress) {
        var ticket = new Ticket(
                step.call().host().sealer().newId(),
                Kind.CHANGE_EMAIL_OLD,
                oldAddress,
                Tickets.newCode(step.call().host().sealer()),
                step.browser().id(),
                step.call().now().plus(LIFE),
                proven.about(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(proven.address()));
        return send(step, "/account/email", ticket, Optional.of(Mail.Kind.CHANGE_EMAIL_OLD));
    }

    /// The same once more, with another code.
    Answer again(Step step, Ticket old) {
        var fresh = new Ticket(
                step.call().host().sealer().newId(),
                old.kind(),
                old.address(),
                Tickets.newCode(step.call().host().sealer()),
                step.browser().id(),
                step.call().now().plus(life(old.kind())),
                old.about(),
                old.client(),
                old.newcomer(),
                old.other());
        var account = account(step.call(), old.address());
        var isActive = account.filter(one -> one.disabledAt().isEmpty()).isPresent();
        var kind = switch (old.kind()) {
            case SIGN_UP -> Optional.of(account.isPresent() ? Mail.Kind.SIGN_UP_EXISTING : Mail.Kind.SIGN_UP);
            case SIGN_IN ->
                isActive || (account.isEmpty() && old.newcomer().isPresent())
                        ? Optional.of(Mail.Kind.SIGN_IN)
                        : Optional.<Mail.Kind>empty();
            case RECOVER -> isActive ? Optional.of(Mail.Kind.RECOVER) : Optional.<Mail.Kind>empty();
            case CHANGE_EMAIL_NEW ->
                account.filter(one -> !old.about().equals(Optional.of(one.subject())))
                                .isPresent()
                        ? Optional.<Mail.Kind>empty()
                        : Optional.of(Mail.Kind.CHANGE_EMAIL_NEW);
            case CHANGE_EMAIL_OLD -> Optional.of(Mail.Kind.CHANGE_EMAIL_OLD);
        };
        return send(
                step.with(step.interaction().again(new Interaction.Retry(Notice.CODE_SENT.name(), "", ""))),
                "/verify",
                fresh,
                kind);
    }

    private static Duration life(Kind kind) {
        return kind == Kind.SIGN_UP ? SIGN_UP_LIFE : LIFE;
    }

    private static boolean isAddress(String text) {
        try {
            return !Enrolment.address(text).isEmpty();
        } catch (OAuthException _) {
            return false;
        }
    }

    private Optional<Account> account(Call call, String address) {
        return accounts.byEmail(call.host().id(), address).map(PasswordAccount::account);
    }

    private static Ticket ticket(
            Step step, Kind kind, String address, Optional<Subject> about, Optional<Ticket.Newcomer> newcomer) {
        var sealer = step.call().host().sealer();
        return new Ticket(
                sealer.newId(),
                kind,
                address,
                Tickets.newCode(sealer),
                step.browser().id(),
                step.call().now().plus(life(kind)),
                about,
                step.client().map(Client::id),
                newcomer,
                Optional.empty());
    }

    // Counted whether or not a mail goes out, so that nobody learns from it which.
    private Answer send(Step step, String from, Ticket ticket, Optional<Mail.Kind> kind) {
        var call = step.call();
        if (isOverMailed(call, ticket.address())) {
            return step.again(from, Notice.TOO_MANY_MAILS, new Step.Typed(ticket.address(), ""));
        }
        kind.ifPresent(one -> post.send(call.host(), mail(step, ticket, one), call.now()));
        var sealed = Tickets.write(call.host().sealer(), ticket).text();
        return Answer.seeOther(step.href("/verify") + "&ticket=" + sealed)
                .cookie(Cookies.setStep(call.host(), ticket.id(), step.sealed(), call.now()));
    }

    private Mail mail(Step step, Ticket ticket, Mail.Kind kind) {
        var host = step.call().host();
        var values = new EnumMap<Value, String>(Value.class);
        values.put(Value.APP, step.app().name());
        values.put(Value.NETWORK, step.call().remoteAddress());
        if (kind == Mail.Kind.SIGN_UP_EXISTING) {
            var own = Interaction.forPage("/account", step.call().now(), "");
            var sealed = Interactions.write(host.sealer(), own).text();
            values.put(Value.SIGN_IN_LINK, host.issuer().at("/login?interaction=" + sealed));
            values.put(Value.RECOVER_LINK, host.issuer().at("/recover?interaction=" + sealed));
        } else {
            values.put(Value.CODE, ticket.code());
            values.put(Value.MINUTES, Long.toString(life(ticket.kind()).toMinutes()));
            values.put(
                    Value.LINK,
                    host.issuer()
                            .at("/verify?link="
                                    + Tickets.writeLink(host.sealer(), ticket).text()));
        }
        ticket.newcomer().flatMap(Ticket.Newcomer::name).ifPresent(name -> values.put(Value.PERSON, name));
        if (ticket.kind() == Kind.CHANGE_EMAIL_OLD) {
            ticket.other().ifPresent(address -> values.put(Value.NEW_EMAIL, address));
        }
        return new Mail(kind, ticket.address(), step.language(), Map.copyOf(values));
    }

    /// Tells the person by mail that something about the account has changed; nothing where no address is theirs.
    void tell(Step step, Account account, Mail.Kind kind, Map<Value, String> more) {
        account.email().filter(Email::isKey).ifPresent(email -> tell(step, email.address(), kind, more));
    }

    /// The same to a certain address, for example the one before.
    void tell(Step step, String address, Mail.Kind kind, Map<Value, String> more) {
        if (!post.canSend(step.call().host())) {
            return;
        }
        var values = new EnumMap<Value, String>(Value.class);
        values.put(Value.APP, step.app().name());
        values.put(Value.NETWORK, step.call().remoteAddress());
        values.putAll(more);
        post.send(
                step.call().host(),
                new Mail(kind, address, step.language(), Map.copyOf(values)),
                step.call().now());
    }

    private boolean isOverMailed(Call call, String address) {
        var byNetwork = count(call, "mn" + bucket(call, SignInLimits.network(call.remoteAddress())), MAIL_WINDOW);
        var byAddress = count(call, "ma" + bucket(call, SignInLimits.fold(address)), MAIL_WINDOW);
        return byNetwork > MAILS_PER_NETWORK || byAddress > MAILS_PER_ADDRESS;
    }

    /// Checks a code that was typed; every try counts before anything is compared.
    Check check(Call call, Ticket ticket, String typed) {
        if (count(call, "t" + bucket(call, ticket.id()), life(ticket.kind())) > TRIES_MAX) {
            return Check.SPENT;
        }
        if (!Sealer.equal(typed.replaceAll("[^0-9]", ""), ticket.code())) {
            return Check.WRONG;
        }
        return codes.isUsed(call.host().id(), ticket.id()) ? Check.OVER : Check.RIGHT;
    }

    /// Uses a ticket: true for exactly one caller, by its code or by its link.
    boolean use(Call call, Ticket ticket) {
        return codes.use(call.host().id(), ticket.id(), ticket.expiresAt(), call.now());
    }

    /// Whether it was used; for the words on a page.
    boolean isUsed(Call call, Ticket ticket) {
        return codes.isUsed(call.host().id(), ticket.id());
    }

    private long count(Call call, String bucket, Duration window) {
        return accounts.countAttempt(call.host().id(), bucket, window, call.now())
                .count();
    }

    private static String bucket(Call call, String what) {
        var digest = call.host().sealer().hash(Purpose.TICKET_CODE, what).value();
        return Integer.toHexString(Math.floorMod(digest.hashCode(), 1 << BUCKET_BITS));
    }
}
