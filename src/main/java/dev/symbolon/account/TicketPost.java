package dev.symbolon.account;

import dev.symbolon.crypto.Interactions;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.mail.Post;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.oauth.Ticket.Kind;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.store.OneTimeCodes;
import dev.symbolon.web.Call;
import dev.symbolon.web.Form;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Tickets that go by mail, whoever asks for them. Whether a mail goes out depends on who has which account;
/// what is answered, and how long that takes, does not. Asking writes no row but the mail itself, and only so
/// many mails go to one address and from one network in an hour.
public final class TicketPost {
    /// How long a code or a link can be used.
    public static final Duration LIFE = Duration.ofMinutes(30);

    /// A new account is not in a hurry.
    private static final Duration SIGN_UP_LIFE = Duration.ofHours(24);

    /// Nobody looks into every mailbox every day.
    private static final Duration UNDO_LIFE = Duration.ofDays(7);

    private static final int TRIES_MAX = 5;
    private static final int MAILS_PER_ADDRESS = 5;
    private static final int MAILS_PER_NETWORK = 60;
    private static final Duration MAIL_WINDOW = Duration.ofHours(1);
    private static final int BUCKET_BITS = 20;

    private final Accounts accounts;
    private final OneTimeCodes codes;
    private final Post post;

    /// Sends by that post.
    public TicketPost(Accounts accounts, OneTimeCodes codes, Post post) {
        this.accounts = accounts;
        this.codes = codes;
        this.post = post;
    }

    /// Who asks.
    ///
    /// @param browser the identifier of the browser; empty when a program asks
    /// @param client the application
    /// @param app the application's name, or the tenant's
    /// @param language one that we speak
    /// @param interaction the request in progress that a link goes on with, sealed; absent where a browser keeps
    ///     it
    public record Asker(
            String browser, Optional<ClientId> client, String app, String language, Optional<String> interaction) {}

    /// A ticket, and whether a mail goes out with it.
    public record Prepared(Ticket ticket, Optional<Mail.Kind> mail) {}

    /// What a typed code was worth.
    public enum Check {
        RIGHT,
        WRONG,
        /// Tried too often: it is worth nothing any more.
        SPENT,
        /// Used already.
        OVER
    }

    /// Whether mails of this tenant reach anybody.
    public boolean canSend(Host host) {
        return post.canSend(host);
    }

    /// Whether this can be an address.
    public static boolean isAddress(String text) {
        try {
            return !Enrolment.address(text).isEmpty();
        } catch (OAuthException _) {
            return false;
        }
    }

    /// A code to sign in with.
    ///
    /// @param signsUp whether somebody who was never here gets an account
    public Prepared signIn(Call call, Asker asker, String address, boolean signsUp) {
        var account = account(call, address);
        var isNew = account.isEmpty() && signsUp;
        var newcomer = isNew
                ? Optional.of(new Ticket.Newcomer(Optional.empty(), Optional.empty()))
                : Optional.<Ticket.Newcomer>empty();
        var ticket = ticket(call, asker, Kind.SIGN_IN, address, account.map(Account::subject), newcomer);
        var isLetIn = isNew || account.filter(one -> one.disabledAt().isEmpty()).isPresent();
        return new Prepared(ticket, isLetIn ? Optional.of(Mail.Kind.SIGN_IN) : Optional.empty());
    }

    /// A code to make an account with. Whoever has one already is told so, in the mail and nowhere else.
    public Prepared signUp(Call call, Asker asker, String address, Ticket.Newcomer newcomer) {
        var ticket = ticket(call, asker, Kind.SIGN_UP, address, Optional.empty(), Optional.of(newcomer));
        var isKnown = account(call, address).isPresent();
        return new Prepared(ticket, Optional.of(isKnown ? Mail.Kind.SIGN_UP_EXISTING : Mail.Kind.SIGN_UP));
    }

    /// A code to set a new password with.
    public Prepared recover(Call call, Asker asker, String address) {
        var account = account(call, address);
        var ticket = ticket(call, asker, Kind.RECOVER, address, account.map(Account::subject), Optional.empty());
        var isLetIn = account.filter(one -> one.disabledAt().isEmpty()).isPresent();
        return new Prepared(ticket, isLetIn ? Optional.of(Mail.Kind.RECOVER) : Optional.empty());
    }

    /// Sends somebody for whom an operator made an account a link to set a password with. It is good in any
    /// browser.
    ///
    /// @param address of the account
    /// @return false when so many mails went there lately that no more do for an hour
    public boolean invite(Call call, String address) {
        var host = call.host();
        var asker = new Asker("", Optional.empty(), host.name(), host.language(), Optional.empty());
        return send(call, asker, recover(call, asker, address));
    }

    /// The account that is found by an address.
    public Optional<Account> account(Call call, String address) {
        return accounts.byEmail(call.host().id(), address).map(PasswordAccount::account);
    }

    private static Ticket ticket(
            Call call,
            Asker asker,
            Kind kind,
            String address,
            Optional<Subject> about,
            Optional<Ticket.Newcomer> newcomer) {
        var sealer = call.host().sealer();
        return new Ticket(
                sealer.newId(),
                kind,
                address,
                Tickets.newCode(sealer),
                asker.browser(),
                call.now().plus(life(kind)),
                about,
                asker.client(),
                newcomer,
                Optional.empty(),
                asker.interaction());
    }

    /// How long a ticket can be used.
    public static Duration life(Kind kind) {
        return switch (kind) {
            case SIGN_UP -> SIGN_UP_LIFE;
            case CHANGE_EMAIL_UNDO -> UNDO_LIFE;
            case SIGN_IN, RECOVER, CHANGE_EMAIL_NEW, CHANGE_EMAIL_OLD -> LIFE;
        };
    }

    /// The page where somebody goes on who came by a mail, outside of the request that it was asked for in.
    public static String afterwards(Optional<ClientId> client) {
        return client.map(id -> "/signed-in?client_id=" + Form.encode(id.value()))
                .orElse("/account");
    }

    /// Sends the mail, if one goes out; counted either way, so that nobody learns from it which.
    ///
    /// @return false when so many were asked for that no more go now
    public boolean send(Call call, Asker asker, Prepared prepared) {
        if (isOverMailed(call, prepared.ticket().address())) {
            return false;
        }
        prepared.mail()
                .ifPresent(kind -> post.send(call.host(), mail(call, asker, prepared.ticket(), kind), call.now()));
        return true;
    }

    // An account is found whatever the case and the form of the letters; the mail goes to the address that is its own,
    // and never to one that only looks like it (CVE-2019-19844).
    private String recipient(Call call, Ticket ticket, Mail.Kind kind) {
        return switch (kind) {
            case SIGN_IN, RECOVER, SIGN_UP_EXISTING ->
                account(call, ticket.address()).flatMap(Account::address).orElse(ticket.address());
            default -> ticket.address();
        };
    }

    /// Whether a password was set since the mail was asked for: then it does nothing any more.
    public static boolean isOlder(Ticket ticket, Optional<Instant> passwordChanged) {
        return passwordChanged
                .filter(ticket.expiresAt().minus(life(ticket.kind()))::isBefore)
                .isPresent();
    }

    private Mail mail(Call call, Asker asker, Ticket ticket, Mail.Kind kind) {
        var host = call.host();
        var values = new EnumMap<Value, String>(Value.class);
        values.put(Value.APP, asker.app());
        values.put(Value.NETWORK, call.remoteAddress());
        if (kind == Mail.Kind.SIGN_UP_EXISTING) {
            var own = Interaction.forPage(afterwards(asker.client()), call.now(), "");
            var sealed = Interactions.write(host.sealer(), own).text();
            values.put(Value.SIGN_IN_LINK, host.issuer().at("/login?interaction=" + sealed));
            values.put(Value.RECOVER_LINK, host.issuer().at("/recover?interaction=" + sealed));
        } else {
            // Where nobody has a page to type it into, the link is all.
            if (!ticket.browser().isEmpty() || ticket.interaction().isPresent()) {
                values.put(Value.CODE, ticket.code());
            }
            values.put(Value.MINUTES, Long.toString(life(ticket.kind()).toMinutes()));
            var link = Tickets.writeLink(host.sealer(), ticket).text();
            values.put(Value.LINK, host.issuer().at("/verify?link=" + link));
        }
        if (ticket.kind() == Kind.CHANGE_EMAIL_OLD) {
            ticket.other().ifPresent(address -> values.put(Value.NEW_EMAIL, address));
        }
        return new Mail(kind, recipient(call, ticket, kind), asker.language(), values);
    }

    /// Tells a person by mail that something about the account has changed.
    public void tell(Call call, Asker asker, String address, Mail.Kind kind, Map<Value, String> more) {
        var values = new EnumMap<Value, String>(Value.class);
        values.put(Value.APP, asker.app());
        values.put(Value.NETWORK, call.remoteAddress());
        values.putAll(more);
        post.send(call.host(), new Mail(kind, address, asker.language(), values), call.now());
    }

    private boolean isOverMailed(Call call, String address) {
        var byNetwork = count(call, "mn" + bucket(call, SignInLimits.network(call.remoteAddress())), MAIL_WINDOW);
        // Who is over the limit of their network uses nobody's address up.
        return byNetwork > MAILS_PER_NETWORK
                || count(call, "ma" + bucket(call, SignInLimits.fold(address)), MAIL_WINDOW) > MAILS_PER_ADDRESS;
    }

    /// Checks a code that was typed; every try counts before anything is compared.
    public Check check(Call call, Ticket ticket, String typed) {
        if (count(call, "t" + bucket(call, ticket.id()), life(ticket.kind())) > TRIES_MAX) {
            return Check.SPENT;
        }
        if (!Sealer.equal(typed.replaceAll("[^0-9]", ""), ticket.code())) {
            return Check.WRONG;
        }
        return codes.isUsed(call.host().id(), ticket.id()) ? Check.OVER : Check.RIGHT;
    }

    /// Uses a ticket: true for exactly one caller, by its code or by its link.
    public boolean use(Call call, Ticket ticket) {
        return codes.use(call.host().id(), ticket.id(), ticket.expiresAt(), call.now());
    }

    /// Whether it was used; for the words on a page.
    public boolean isUsed(Call call, Ticket ticket) {
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
