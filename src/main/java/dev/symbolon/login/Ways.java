package dev.symbolon.login;

import dev.symbolon.account.TicketPost;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.page.StepPage.Way;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Identities;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// How a person can sign in at a step: the connections that are switched on for the application, and, where the
/// step is about a certain account, only those that lead to it.
final class Ways {
    private final Connections connections;
    private final Identities identities;
    private final Accounts accounts;
    private final TicketPost tickets;

    Ways(Connections connections, Identities identities, Accounts accounts, TicketPost tickets) {
        this.connections = connections;
        this.identities = identities;
        this.accounts = accounts;
        this.tickets = tickets;
    }

    /// The ways that are open, the first one first.
    ///
    /// @param mails whether mails reach anybody
    record Open(List<Connection> connections, boolean mails) {
        private Optional<Connection> of(Kind kind) {
            return connections.stream().filter(one -> one.kind() == kind).findFirst();
        }

        /// Whether an address and a password sign in.
        boolean passwords() {
            return of(Kind.DATABASE).isPresent();
        }

        /// Where codes are sent by mail.
        Optional<Connection> codes() {
            return of(Kind.PASSWORDLESS_EMAIL);
        }

        /// Other servers.
        List<Connection> upstream() {
            return connections.stream().filter(one -> one.kind().isUpstream()).toList();
        }

        /// Their buttons.
        List<Way> buttons() {
            return upstream().stream().map(Way::of).toList();
        }

        /// Whether other servers are what a person meets first.
        boolean upstreamFirst() {
            return !connections.isEmpty() && connections.getFirst().kind().isUpstream();
        }

        /// The one of that id or name.
        Optional<Connection> named(String idOrName) {
            return Ways.named(connections, idOrName);
        }
    }

    private static Optional<Connection> named(List<Connection> connections, String idOrName) {
        return connections.stream()
                .filter(one -> one.id().value().equals(idOrName) || one.name().equals(idOrName))
                .findFirst();
    }

    /// The ways that are open at this step.
    Open of(Step step) {
        var tenant = step.call().host().id();
        var enabled = connections.known(tenant).stream()
                .filter(one ->
                        step.client().map(client -> one.isFor(client.id())).orElse(one.isEnabled()))
                .filter(one -> one.kind() != Kind.PASSWORDLESS_EMAIL
                        || tickets.canSend(step.call().host()))
                .toList();
        var about = step.interaction().about();
        var leading = enabled.stream()
                .filter(one -> about.isEmpty() || leadsTo(step, one, about.get()))
                .toList();
        // With prompt=login the application wants somebody from there, whoever is signed in. But whoever came from
        // there and has to sign in to the account that was found is not sent there again.
        var isAsked = step.interaction().pending().isEmpty() && step.asks(Prompt.LOGIN);
        var chosen = chosen(step).flatMap(name -> named(isAsked ? enabled : leading, name));
        return new Open(
                chosen.map(List::of).orElse(leading),
                tickets.canSend(step.call().host()));
    }

    // `connection_id`, or the older `connection`: the application has chosen already.
    private static Optional<String> chosen(Step step) {
        return step.request().get("connection_id").or(() -> step.request().get("connection"));
    }

    private boolean leadsTo(Step step, Connection connection, Subject subject) {
        var tenant = step.call().host().id();
        return switch (connection.kind()) {
            case DATABASE -> accounts.hasPassword(tenant, subject);
            case PASSWORDLESS_EMAIL ->
                accounts.find(tenant, subject)
                        .flatMap(account -> account.email())
                        .filter(email -> email.isKey())
                        .isPresent();
            case GOOGLE, GITHUB, MICROSOFT, OIDC, OAUTH2 ->
                identities.ofSubject(tenant, subject).stream()
                        .map(Identity::connection)
                        .collect(Collectors.toSet())
                        .contains(connection.id());
        };
    }

    /// Whether what a mail lets a person do can still be done at this step: its connection may have been closed
    /// since.
    boolean isOpen(Step step, Ticket.Kind kind) {
        return switch (kind) {
            case SIGN_IN -> has(step, Kind.PASSWORDLESS_EMAIL);
            case SIGN_UP, RECOVER -> has(step, Kind.DATABASE);
            case CHANGE_EMAIL_NEW, CHANGE_EMAIL_OLD, CHANGE_EMAIL_UNDO -> true;
        };
    }

    private boolean has(Step step, Kind kind) {
        return connections.list(step.call().host().id()).stream()
                .filter(one -> one.kind() == kind)
                .anyMatch(one ->
                        step.client().map(client -> one.isFor(client.id())).orElse(one.isEnabled()));
    }

    /// Whether somebody who was never here can make an account with a password.
    boolean canSignUp(Open open) {
        return open.mails()
                && open.of(Kind.DATABASE).filter(one -> one.rules().signUp()).isPresent();
    }

    /// Whether a forgotten password can be replaced.
    boolean canRecover(Open open) {
        return open.mails() && open.passwords();
    }
}
