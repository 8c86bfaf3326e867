package dev.symbolon.login;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.TicketPost;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.page.Notice;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Accounts.PasswordAccount;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What follows when somebody has shown that a mail reached them, by its code or by its link.
public final class Proven {
    private final Accounts accounts;
    private final Corridor corridor;

    /// Does what tickets let people do.
    public Proven(Accounts accounts, Corridor corridor) {
        this.accounts = accounts;
        this.corridor = corridor;
    }

    /// Does it, once.
    Answer by(Step step, Ticket ticket) {
        // The way may have been closed since the mail went out.
        if (!corridor.ways().isOpen(step, ticket.kind())) {
            return over(step);
        }
        return switch (ticket.kind()) {
            case SIGN_UP -> signUp(step, ticket);
            case SIGN_IN -> signIn(step, ticket);
            case RECOVER -> newPassword(step, ticket);
            case CHANGE_EMAIL_NEW -> newAddress(step, ticket);
            case CHANGE_EMAIL_OLD -> oldAddress(step, ticket);
            case CHANGE_EMAIL_UNDO -> undo(step, ticket);
        };
    }

    // Whoever opens the link elsewhere may not be who typed the password: the owner of the address never gets an
    // account with a stranger's password (FE-05), but sets one.
    private Answer signUp(Step step, Ticket ticket) {
        if (!ticket.browser().equals(step.browser().id())) {
            return newPassword(step, ticket);
        }
        return corridor.mails().use(step.call(), ticket) ? signUp(step, ticket, hash(ticket)) : over(step);
    }

    /// Makes the account of a ticket that was used.
    Answer signUp(Step step, Ticket ticket, Optional<PasswordHash> hash) {
        return enrol(step, ticket, hash)
                .map(account -> corridor.signIn(step, account, List.of("pwd"), hash))
                .orElseGet(() -> step.again("/login", Notice.ACCOUNT_EXISTS, new Step.Typed(ticket.address(), "")));
    }

    private Optional<Account> enrol(Step step, Ticket ticket, Optional<PasswordHash> hash) {
        var name = ticket.newcomer().flatMap(Ticket.Newcomer::name);
        var person = new Enrolment.Person(
                ticket.address(), true, name.map(text -> Map.of("name", text)).orElse(Map.of()), hash);
        return new Enrolment(accounts).enrol(step.call().host(), person, step.moment());
    }

    private static Optional<PasswordHash> hash(Ticket ticket) {
        return ticket.newcomer().flatMap(Ticket.Newcomer::passwordHash).map(PasswordHash::new);
    }

    private Answer signIn(Step step, Ticket ticket) {
        var call = step.call();
        if (!corridor.mails().use(call, ticket)) {
            return over(step);
        }
        var known = accounts.byEmail(call.host().id(), ticket.address());
        if (known.isEmpty()) {
            return ticket.newcomer()
                    .flatMap(_ -> enrol(step, ticket, Optional.empty()))
                    .map(account -> corridor.signIn(step, account, List.of("otp"), Optional.empty()))
                    .orElseGet(() -> over(step));
        }
        var account = known.get().account();
        if (account.disabledAt().isPresent()) {
            return step.again("/login", Notice.ACCOUNT_DISABLED, new Step.Typed(ticket.address(), ""));
        }
        var proved = accounts.proveAddress(call.host().id(), account.subject(), ticket.address(), call.now());
        return corridor.signIn(step, proved.orElse(account), List.of("otp"), known.flatMap(PasswordAccount::hash));
    }

    // Nothing is used yet: the new password uses it.
    private static Answer newPassword(Step step, Ticket ticket) {
        var sealer = step.call().host().sealer();
        return Answer.seeOther(step.href("/recover") + "&proof="
                + Tickets.writeProof(sealer, here(step, ticket)).text());
    }

    // The same ticket in this browser, wherever it was asked for.
    private static Ticket here(Step step, Ticket ticket) {
        return new Ticket(
                ticket.id(),
                ticket.kind(),
                ticket.address(),
                ticket.code(),
                step.browser().id(),
                ticket.expiresAt(),
                ticket.about(),
                ticket.client(),
                ticket.newcomer(),
                ticket.other(),
                ticket.interaction());
    }

    private Answer newAddress(Step step, Ticket ticket) {
        var call = step.call();
        var mails = corridor.mails();
        var account = changing(call, ticket);
        if (account.isEmpty() || mails.isUsed(call, ticket)) {
            return over(step);
        }
        var old = account.get().email().filter(Email::isVerified).map(Email::address);
        if (old.isEmpty()) {
            return mails.use(call, ticket) ? change(step, account.get(), ticket.address()) : over(step);
        }
        // The code is used only when the mail about the other half is on its way: it can be typed again until then.
        var next = mails.changeEmailOld(step, ticket, old.get());
        if (next.isEmpty()) {
            var sealed = Tickets.write(call.host().sealer(), here(step, ticket)).text();
            return VerifyPage.again(step, sealed, Notice.TOO_MANY_MAILS);
        }
        return mails.use(call, ticket) ? next.get() : over(step);
    }

    private Answer oldAddress(Step step, Ticket ticket) {
        var call = step.call();
        if (!corridor.mails().use(call, ticket)) {
            return over(step);
        }
        // Another change was quicker when the account has another address meanwhile.
        return changing(call, ticket)
                .filter(account -> account.isFoundBy(ticket.address()))
                .map(account -> change(step, account, ticket.other().orElseThrow()))
                .orElseGet(() -> over(step));
    }

    // A change that somebody began in a stolen session ends with the password that the owner sets.
    private Optional<Account> changing(Call call, Ticket ticket) {
        return ticket.about()
                .flatMap(subject -> accounts.find(call.host().id(), subject))
                .filter(account -> account.disabledAt().isEmpty())
                .filter(account ->
                        !TicketPost.isOlder(ticket, accounts.passwordChangedAt(account.tenant(), account.subject())));
    }

    private Answer change(Step step, Account account, String address) {
        // Of two changes at the same moment one is too late.
        var verified = new Enrolment.Change(Optional.of(address), Optional.of(true), Map.of());
        if (new Enrolment(accounts)
                .changeOnly(account, verified, step.call().now())
                .isEmpty()) {
            return over(step);
        }
        corridor.mails().emailChanged(step, account, address);
        return step.done();
    }

    // EM-05: whoever still reads the mail of the address before can take the change back for some days, and with it
    // everything that was opened since.
    private Answer undo(Step step, Ticket ticket) {
        var call = step.call();
        if (!corridor.mails().use(call, ticket)) {
            return over(step);
        }
        var account = ticket.about()
                .flatMap(subject -> accounts.find(call.host().id(), subject))
                .filter(one -> one.isFoundBy(ticket.other().orElseThrow()));
        var isBack = account.filter(one -> accounts.putAddressBack(with(one, ticket.address()), call.now()))
                .isPresent();
        return isBack ? Answer.seeOther("/account") : over(step);
    }

    private static Account with(Account account, String address) {
        return new Account(
                account.tenant(),
                account.subject(),
                Optional.of(Email.of(address, true)),
                account.profile(),
                account.createdAt(),
                account.updatedAt(),
                account.disabledAt());
    }

    /// The code or link holds no more.
    static Answer over(Step step) {
        var page = step.interaction().page();
        return page.isPresent() && page.get().startsWith("/account")
                ? Answer.seeOther("/account/email?notice=" + Notice.CODE_OVER.name())
                : step.again("/login", Notice.CODE_OVER, step.typed());
    }
}
