package dev.symbolon.login;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.oauth.Allowance;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.page.Page;
import dev.symbolon.page.ScopeLine;
import dev.symbolon.page.StepPage;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Sessions.SignedIn;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import java.net.URI;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// `GET|POST /consent`: the person says whether the application may. What is allowed is
/// remembered; what is denied
/// changes nothing.
public final class ConsentPage {
    private final Clients clients;
    private final Consents consents;
    private final Resources resources;
    private final BrowserSessions sessions;
    private final RandomGenerator random;

    /// A page that asks.
    public ConsentPage(
            Clients clients, Consents consents, Resources resources, BrowserSessions sessions, RandomGenerator random) {
        this.clients = clients;
        this.consents = consents;
        this.resources = resources;
        this.sessions = sessions;
        this.random = random;
    }

    /// Shows the question, or takes the answer.
    public Answer answer(Call call) {
        return switch (Step.open(call, clients, random)) {
            case Step.Opened.Instead(var answer) -> answer;
            // Signed out meanwhile, in another tab: the corridor knows what comes next.
            case Step.Opened.Ready(var step) ->
                who(step)
                        .filter(_ -> step.client().isPresent())
                        .map(who -> answer(step, who))
                        .orElseGet(step::done);
        };
    }

    private Answer answer(Step step, SignedIn who) {
        if (!step.call().isPost()) {
            return step.show(page(step, who));
        }
        if (step.action().equals("another")) {
            return step.chooseAccount();
        }
        if (!step.action().equals("allow")) {
            return step.deny();
        }
        var now = step.call().now();
        var startedAt = step.interaction().startedAt();
        consents.allow(
                step.call().host().id(),
                who.session().subject(),
                step.client().orElseThrow().id(),
                allowance(step),
                now.isBefore(startedAt) ? startedAt : now);
        return step.done();
    }

    // The account that the page was about, even if another tab has chosen another one meanwhile.
    private Optional<SignedIn> who(Step step) {
        var about = step.interaction().about();
        return sessions.of(step.call()).stream()
                .filter(one -> about.filter(one.account().subject()::equals).isPresent())
                .findFirst();
    }

    private Allowance allowance(Step step) {
        var request = step.request();
        var api = request.get("resource")
                .or(() -> request.get("audience"))
                .flatMap(identifier -> resources.find(step.call().host().id(), identifier));
        var asked = request.get("scope").map(Scope::parse).orElse(Scope.DEFAULT);
        return Allowance.of(step.client().orElseThrow(), api, asked);
    }

    private Page page(Step step, SignedIn who) {
        var allowance = allowance(step);
        var permissions = ScopeLine.of(allowance.permissions(), allowance.api());
        return new StepPage.Consent(
                step.frame(),
                Page.Who.of(who.session(), who.account(), false),
                ScopeLine.of(allowance.personal()),
                allowance.api().map(ProtectedResource::name).filter(_ -> !permissions.isEmpty()),
                permissions,
                Optional.of(destination(step.request().text("redirect_uri"))));
    }

    private static String destination(String redirectUri) {
        var uri = URI.create(redirectUri);
        return uri.getRawAuthority() == null ? uri.getScheme() + ":" : uri.getRawAuthority();
    }
}
