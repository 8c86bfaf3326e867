package dev.symbolon.login;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.page.Page;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// `GET|POST /accounts`: the person says which of the accounts signed in in this browser the
/// application gets.
public final class AccountsPage {
    private final Clients clients;
    private final BrowserSessions sessions;
    private final RandomGenerator random;

    /// A page that lets choose.
    public AccountsPage(Clients clients, BrowserSessions sessions, RandomGenerator random) {
        this.clients = clients;
        this.sessions = sessions;
        this.random = random;
    }

    /// Shows the accounts, or takes the choice.
    public Answer answer(Call call) {
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            case Step.Opened.Ready(var step) -> call.isPost() ? take(step) : show(step);
        };
    }

    private Answer show(Step step) {
        var accounts = sessions.withExpired(step.call()).stream()
                .map(one -> Page.Who.of(one.session(), one.account(), sessions.isExpired(step.call(), one.session())))
                .toList();
        return accounts.isEmpty()
                ? step.logIn(Optional.empty())
                : step.show(new StepPage.Accounts(step.frame(), accounts));
    }

    private Answer take(Step step) {
        if (step.action().equals("cancel")) {
            return step.cancel();
        }
        var chosen = step.form().text("session");
        if (step.action().equals("another") || chosen.isEmpty()) {
            return step.logIn(Optional.empty());
        }
        var known = sessions.withExpired(step.call()).stream()
                .filter(one -> one.session().id().value().equals(chosen))
                .findFirst();
        if (known.filter(one -> sessions.isExpired(step.call(), one.session())).isPresent()) {
            return step.logIn(Optional.of(known.get().account().subject()));
        }
        // Ended meanwhile, in another tab: the page is shown again without it.
        return known.flatMap(one -> sessions.choose(
                        step.call(), one.session().id(), step.interaction().startedAt(), step.done()))
                .orElseGet(() -> show(step));
    }
}
