package dev.symbolon.login;

import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.account.TicketPost;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.mail.Mail;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.page.Notice;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// `GET|POST /recover`: a forgotten password. First the address, then, with the proof that the mail was read,
/// the new password; setting it ends every session and is told by mail.
public final class RecoverPage {
    private final Clients clients;
    private final Accounts accounts;
    private final Passwords passwords;
    private final Corridor corridor;
    private final Proven proven;
    private final RandomGenerator random;

    /// A page that helps.
    public RecoverPage(
            Clients clients,
            Accounts accounts,
            Passwords passwords,
            Corridor corridor,
            Proven proven,
            RandomGenerator random) {
        this.clients = clients;
        this.accounts = accounts;
        this.passwords = passwords;
        this.corridor = corridor;
        this.proven = proven;
        this.random = random;
    }

    /// Shows one of its two forms, or takes it.
    public Answer answer(Call call) {
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            case Step.Opened.Ready(var step) -> answer(step);
        };
    }

    private Answer answer(Step step) {
        if (step.action().equals("cancel")) {
            return step.cancel();
        }
        var proof = step.form().get("proof");
        if (proof.isPresent()) {
            return proven(step, proof.get());
        }
        if (!corridor.ways().canRecover(corridor.ways().of(step))) {
            return Answer.seeOther(step.href("/login") + "&fresh=1");
        }
        if (!step.call().isPost()) {
            return step.show(new StepPage.Recover(step.frame(), step.typed().address(), step.notice()));
        }
        return corridor.mails()
                .recover(step, new Step.Typed(Step.cut(step.form().text("username")), ""));
    }

    private Answer proven(Step step, String proof) {
        var call = step.call();
        var ticket = Tickets.readProof(call.host().sealer(), proof, call.now())
                .filter(one -> one.browser().equals(step.browser().id()))
                .filter(one -> !corridor.mails().isUsed(call, one));
        // Not when another password was typed: it was not set.
        if (ticket.isEmpty() && !call.isPost() && corridor.isDone(step)) {
            return corridor.signedIn(step);
        }
        if (ticket.isEmpty()
                || !corridor.ways().isOpen(step, ticket.get().kind())
                || !(isNew(ticket.get()) || account(call, ticket.get()).isPresent())) {
            return step.again("/recover", Notice.CODE_OVER, step.typed());
        }
        return call.isPost()
                ? set(step, proof, ticket.get())
                : step.show(page(step, proof, ticket.get(), step.notice()));
    }

    private static boolean isNew(Ticket ticket) {
        return ticket.kind() == Ticket.Kind.SIGN_UP;
    }

    private Optional<Account> account(Call call, Ticket ticket) {
        return ticket.about()
                .flatMap(subject -> accounts.find(call.host().id(), subject))
                .filter(one -> one.disabledAt().isEmpty())
                // The account may have another address since: whoever reads the mail of the old one is nobody then.
                .filter(one -> accounts.byEmail(one.tenant(), ticket.address())
                        .filter(found -> found.account().subject().equals(one.subject()))
                        .isPresent())
                // Whoever has set a password since has seen to it: a mail that was asked for before sets no other one.
                .filter(one -> !TicketPost.isOlder(ticket, accounts.passwordChangedAt(one.tenant(), one.subject())));
    }

    private static StepPage page(Step step, String proof, Ticket ticket, Optional<Notice> notice) {
        return new StepPage.NewPassword(step.frame(), proof, isNew(ticket), ticket.address(), notice);
    }

    private Answer changed(Step step, Ticket ticket, PasswordHash hash) {
        var call = step.call();
        var account = account(call, ticket).orElseThrow();
        accounts.changePassword(call.host().id(), account.subject(), hash, call.now());
        var proved = accounts.proveAddress(call.host().id(), account.subject(), ticket.address(), call.now());
        corridor.mails().tell(step, account, Mail.Kind.PASSWORD_CHANGED, Map.of());
        return corridor.signIn(step, proved.orElse(account), List.of("pwd"), Optional.of(hash));
    }

    private Answer set(Step step, String proof, Ticket ticket) {
        var call = step.call();
        var password = step.form().text("password");
        var name = account(call, ticket)
                .flatMap(one -> one.profile().name())
                .or(() -> ticket.newcomer().flatMap(Ticket.Newcomer::name));
        var weakness = PasswordPolicy.weakness(password, List.of(ticket.address(), name.orElse("")));
        if (weakness.isPresent()) {
            var retry = new Interaction.Retry(
                    "/recover", Notice.weak(weakness.get().name()).name(), "", "");
            return Answer.seeOther(step.with(step.interaction().again(retry)).href("/recover") + "&proof=" + proof);
        }
        try {
            var hash = passwords.hash(password, SignInLimits.asker(call, ticket.address()));
            if (!corridor.mails().use(call, ticket)) {
                return step.again("/recover", Notice.CODE_OVER, step.typed());
            }
            return isNew(ticket) ? proven.signUp(step, ticket, Optional.of(hash)) : changed(step, ticket, hash);
        } catch (OAuthException busy) {
            if (busy.error() != OAuthError.TEMPORARILY_UNAVAILABLE) {
                throw busy;
            }
            return step.show(page(step, proof, ticket, Optional.of(Notice.BUSY)))
                    .as(503)
                    .with("Retry-After", "2");
        }
    }
}
