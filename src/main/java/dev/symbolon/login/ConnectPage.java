package dev.symbolon.login;

import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.page.Page;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Identities;
import dev.symbolon.store.Identities.Link;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// `GET|POST /connect`: somebody came from another server with an address that an account here is found by. They
/// have signed in to that account by now, or both servers know the address for theirs; either way they say that
/// the two are one.
public final class ConnectPage {
    private final Clients clients;
    private final Accounts accounts;
    private final Connections connections;
    private final Identities identities;
    private final Corridor corridor;
    private final RandomGenerator random;

    /// A page that asks.
    public ConnectPage(
            Clients clients,
            Accounts accounts,
            Connections connections,
            Identities identities,
            Corridor corridor,
            RandomGenerator random) {
        this.clients = clients;
        this.accounts = accounts;
        this.connections = connections;
        this.identities = identities;
        this.corridor = corridor;
        this.random = random;
    }

    /// Shows the question, or takes the answer.
    public Answer answer(Call call) {
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            case Step.Opened.Ready(var step) -> answer(step);
        };
    }

    private Answer answer(Step step) {
        var pending = step.interaction().pending();
        if (pending.isEmpty()) {
            return step.done();
        }
        if (!pending.get().isGoodAt(step.call().now())) {
            return without(step).done();
        }
        var connection = connections
                .find(step.call().host().id(), pending.get().connection())
                .filter(Connection::isEnabled);
        var signedIn = signedIn(step);
        var account = signedIn.or(() -> sure(step, pending.get()));
        if (connection.isEmpty() || account.isEmpty() && isSomebodyElseHere(step)) {
            return without(step).done();
        }
        if (account.isEmpty()) {
            return step.logIn(step.interaction().about());
        }
        if (!step.call().isPost()) {
            var who = new Page.Who("", account.get().title(), account.get().subtitle(), false);
            return step.show(new StepPage.Connect(
                    step.frame(), who, connection.get().label(), pending.get().shownAs()));
        }
        if (!step.action().equals("connect")) {
            return signedIn.isPresent()
                    ? without(step).done()
                    : without(step).logIn(step.interaction().about());
        }
        return connect(step, account.get(), connection.get(), signedIn.isPresent());
    }

    private Answer connect(Step step, Account account, Connection connection, boolean isSignedIn) {
        var pending = step.interaction().pending().orElseThrow();
        var call = step.call();
        var user = new UpstreamUser(
                connection.id(),
                pending.upstreamSubject(),
                Optional.empty(),
                Profile.named(Optional.of(pending.shownAs())),
                Optional.empty());
        var link = identities.link(call.host().id(), account.subject(), user, call.now());
        if (link == Link.LINKED) {
            corridor.mails().tell(step, account, Mail.Kind.IDENTITY_LINKED, Map.of(Value.PROVIDER, connection.label()));
        }
        var next = without(step);
        // Whoever did not have to sign in first is signed in by the other server, and only at the moment when the two
        // become one: the page stands in the browser's history, for whoever presses the button again.
        return isSignedIn || link != Link.LINKED
                ? next.done()
                : corridor.signIn(next, account, List.of("fed"), Optional.empty());
    }

    private static Step without(Step step) {
        return step.with(step.interaction().with(Optional.empty()));
    }

    // Who has signed in since this request began; if the step is about a certain account, that one.
    private Optional<Account> signedIn(Step step) {
        var about = step.interaction().about();
        return since(step)
                .filter(one -> about.isEmpty() || about.get().equals(one.subject()))
                .findFirst();
    }

    // Whoever signed in to another account than the one that was found goes on with that, and nothing is connected.
    private boolean isSomebodyElseHere(Step step) {
        return since(step).findAny().isPresent();
    }

    private Stream<Account> since(Step step) {
        return corridor.sessions().of(step.call()).stream()
                .filter(one ->
                        !one.session().authTime().isBefore(step.interaction().startedAt()))
                .map(one -> one.account());
    }

    private Optional<Account> sure(Step step, Interaction.Pending pending) {
        return pending.isSure()
                ? step.interaction()
                        .about()
                        .flatMap(subject -> accounts.find(step.call().host().id(), subject))
                        .filter(one -> one.disabledAt().isEmpty())
                : Optional.empty();
    }
}
