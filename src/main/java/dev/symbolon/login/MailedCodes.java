package dev.symbolon.login;

import dev.symbolon.account.TicketPost;
import dev.symbolon.account.TicketPost.Asker;
import dev.symbolon.account.TicketPost.Check;
import dev.symbolon.account.TicketPost.Prepared;
import dev.symbolon.crypto.Tickets;
import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.oauth.Ticket.Kind;
import dev.symbolon.page.Notice;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Host;
import java.util.Map;
import java.util.Optional;

/// Codes and links that the pages of a sign-in send by mail: the browser carries the ticket, and its step in a
/// cookie for the link.
final class MailedCodes {
    private final TicketPost tickets;

    MailedCodes(TicketPost tickets) {
        this.tickets = tickets;
    }

    /// Whether mails of this tenant reach anybody.
    boolean canSend(Host host) {
        return tickets.canSend(host);
    }

    private static Asker asker(Step step) {
        return new Asker(
                step.browser().id(),
                step.client().map(Client::id),
                step.app().name(),
                step.language(),
                Optional.empty());
    }

    /// A code to sign in with, or to sign up where the connection lets people in.
    Answer signIn(Step step, Step.Typed typed, Connection connection) {
        if (!TicketPost.isAddress(typed.address())) {
            return step.again("/login", Step.noAddress(typed.address()), typed);
        }
        var signsUp = connection.rules().signUp();
        return send(step, "/login", tickets.signIn(step.call(), asker(step), typed.address(), signsUp));
    }

    /// A code to make an account with. Whoever has one already is told so, in the mail and nowhere else.
    Answer signUp(Step step, Step.Typed typed, Ticket.Newcomer newcomer) {
        return send(step, "/signup", tickets.signUp(step.call(), asker(step), typed.address(), newcomer));
    }

    /// A code to set a new password with.
    Answer recover(Step step, Step.Typed typed) {
        if (!TicketPost.isAddress(typed.address())) {
            return step.again("/recover", Step.noAddress(typed.address()), typed);
        }
        return send(step, "/recover", tickets.recover(step.call(), asker(step), typed.address()));
    }

    /// A code to show that a new address is theirs.
    Answer changeEmail(Step step, Account account, String address) {
        var ticket = ofChange(step, Kind.CHANGE_EMAIL_NEW, address, Optional.of(account.subject()), account.address());
        // Whose address it is, the person does not learn: nothing arrives there.
        var isTaken = isAnothers(step, address, ticket.about());
        var mail = isTaken ? Optional.<Mail.Kind>empty() : Optional.of(Mail.Kind.CHANGE_EMAIL_NEW);
        return send(step, "/account/email", new Prepared(ticket, mail));
    }

    /// A code to show that the address before still is theirs: the other half of a change.
    ///
    /// @return empty when no more mails go now
    Optional<Answer> changeEmailOld(Step step, Ticket proven, String oldAddress) {
        var ticket = ofChange(step, Kind.CHANGE_EMAIL_OLD, oldAddress, proven.about(), Optional.of(proven.address()));
        var said = step.with(step.interaction().again(retry(Notice.NEW_ADDRESS_CONFIRMED)));
        return sent(said, new Prepared(ticket, Optional.of(Mail.Kind.CHANGE_EMAIL_OLD)));
    }

    private static Interaction.Retry retry(Notice notice) {
        return new Interaction.Retry("/verify", notice.name(), "", "");
    }

    private static Ticket ofChange(
            Step step, Kind kind, String address, Optional<Subject> about, Optional<String> other) {
        var sealer = step.call().host().sealer();
        return new Ticket(
                sealer.newId(),
                kind,
                address,
                Tickets.newCode(sealer),
                step.browser().id(),
                step.call().now().plus(TicketPost.life(kind)),
                about,
                Optional.empty(),
                Optional.empty(),
                other,
                Optional.empty());
    }

    private boolean isAnothers(Step step, String address, Optional<Subject> about) {
        return tickets.account(step.call(), address)
                .filter(one -> !about.equals(Optional.of(one.subject())))
                .isPresent();
    }

    /// The same once more, with another code.
    ///
    /// @return empty when no more mails go now: the old code still holds
    Optional<Answer> again(Step step, Ticket old) {
        var call = step.call();
        var prepared = switch (old.kind()) {
            case SIGN_UP ->
                tickets.signUp(call, asker(step), old.address(), old.newcomer().orElseThrow());
            case SIGN_IN ->
                tickets.signIn(call, asker(step), old.address(), old.newcomer().isPresent());
            case RECOVER -> tickets.recover(call, asker(step), old.address());
            case CHANGE_EMAIL_NEW ->
                new Prepared(
                        ofChange(step, old.kind(), old.address(), old.about(), old.other()),
                        isAnothers(step, old.address(), old.about())
                                ? Optional.empty()
                                : Optional.of(Mail.Kind.CHANGE_EMAIL_NEW));
            case CHANGE_EMAIL_OLD ->
                new Prepared(
                        ofChange(step, old.kind(), old.address(), old.about(), old.other()),
                        Optional.of(Mail.Kind.CHANGE_EMAIL_OLD));
            // It came in a mail of its own, with no code to type.
            case CHANGE_EMAIL_UNDO -> new Prepared(old, Optional.empty());
        };
        return sent(step.with(step.interaction().again(retry(Notice.CODE_SENT))), prepared);
    }

    private Answer send(Step step, String from, Prepared prepared) {
        var typed = new Step.Typed(
                prepared.ticket().address(),
                prepared.ticket().newcomer().flatMap(Ticket.Newcomer::name).orElse(""));
        return sent(step, prepared).orElseGet(() -> step.again(from, Notice.TOO_MANY_MAILS, typed));
    }

    private Optional<Answer> sent(Step step, Prepared prepared) {
        var call = step.call();
        var ticket = prepared.ticket();
        if (!tickets.send(call, asker(step), prepared)) {
            return Optional.empty();
        }
        var sealed = Tickets.write(call.host().sealer(), ticket).text();
        return Optional.of(Answer.seeOther(step.href("/verify") + "&ticket=" + sealed)
                .cookie(Cookies.setStep(call.host(), ticket.id(), step.sealed(), call.now())));
    }

    /// Tells the address before that the account has another one, with a link that takes that back.
    void emailChanged(Step step, Account before, String address) {
        var host = step.call().host();
        var kind = Kind.CHANGE_EMAIL_UNDO;
        var old = before.address().orElse("");
        var ticket = new Ticket(
                host.sealer().newId(),
                kind,
                old,
                Tickets.newCode(host.sealer()),
                "",
                step.call().now().plus(TicketPost.life(kind)),
                Optional.of(before.subject()),
                Optional.empty(),
                Optional.empty(),
                Optional.of(address),
                Optional.empty());
        var link = host.issuer()
                .at("/verify?link=" + Tickets.writeLink(host.sealer(), ticket).text());
        var minutes = Long.toString(TicketPost.life(kind).toMinutes());
        tell(
                step,
                before,
                Mail.Kind.EMAIL_CHANGED,
                Map.of(Value.NEW_EMAIL, address, Value.LINK, link, Value.MINUTES, minutes));
    }

    /// Tells the person by mail that something about the account has changed; nothing where no address is theirs.
    void tell(Step step, Account account, Mail.Kind kind, Map<Value, String> more) {
        account.email()
                .filter(Email::isKey)
                .ifPresent(email -> tickets.tell(step.call(), asker(step), email.address(), kind, more));
    }

    /// Checks a code that was typed; every try counts before anything is compared.
    Check check(Call call, Ticket ticket, String typed) {
        return tickets.check(call, ticket, typed);
    }

    /// Uses a ticket: true for exactly one caller, by its code or by its link.
    boolean use(Call call, Ticket ticket) {
        return tickets.use(call, ticket);
    }

    /// Whether it was used; for the words on a page.
    boolean isUsed(Call call, Ticket ticket) {
        return tickets.isUsed(call, ticket);
    }
}
