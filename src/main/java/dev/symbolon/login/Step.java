package dev.symbolon.login;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Subject;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.Edge;
import dev.symbolon.web.Form;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What every page on the way begins with: the request in progress is ours and this browser's, and
/// a form that comes
/// back was shown to this browser. Otherwise the person is led on, and never to a dead end.
///
/// @param sealed the interaction as it is handed from page to page
/// @param request the authorization request inside it; proved again before anybody is sent back
/// @param client for its name only
record Step(
        Call call,
        Interaction interaction,
        String sealed,
        Form request,
        Client client,
        BrowserCookie browser,
        Form form) {
    private static final Logger LOG = LoggerFactory.getLogger(Step.class);

    /// Either the step can be taken, or this is the answer.
    sealed interface Opened {
        /// It can be taken.
        record Ready(Step step) implements Opened {}

        /// It cannot; the person is told or led on.
        record Instead(Answer answer) implements Opened {}
    }

    /// Opens the interaction that a page was asked for with, or that its form brings back.
    static Opened open(Call call, Clients clients, RandomGenerator random) {
        var form = call.parameters();
        var sealed = form.text("interaction");
        var interaction = Interactions.read(call.host().sealer(), sealed, call.now());
        if (interaction.isEmpty()) {
            var expired = Interactions.readExpired(call.host().sealer(), sealed);
            var app = expired.flatMap(old -> client(call, clients, Form.parse(old.request())))
                    .map(Step::app);
            var why = expired.isPresent() ? Page.Problem.EXPIRED : Page.Problem.INCOMPLETE;
            return new Opened.Instead(problem(call, new Page.Error(why, Edge.errorId(random), app, Optional.empty())));
        }
        var restart = "/authorize/restart?interaction=" + sealed;
        var browser = Cookies.browser(call);
        var isThisBrowsers =
                browser.map(one -> one.id().equals(interaction.get().browser())).orElse(false);
        if (call.isPost()) {
            if (Csrf.prove(call, form).isEmpty() || !isThisBrowsers) {
                var why = browser.isEmpty() ? Page.Problem.COOKIES : Page.Problem.FORBIDDEN;
                return new Opened.Instead(problem(call, random, why, Optional.of(restart)));
            }
        } else if (!isThisBrowsers) {
            // Begun elsewhere: begin anew here. Where no cookie comes back even then, say so.
            var cookiesAreOff = browser.isEmpty() && interaction.get().restarts() > 0;
            return new Opened.Instead(
                    cookiesAreOff
                            ? problem(call, random, Page.Problem.COOKIES, Optional.of(restart))
                            : Answer.seeOther(restart));
        }
        var request = Form.parse(interaction.get().request());
        var client = client(call, clients, request);
        if (client.isEmpty()) {
            return new Opened.Instead(problem(call, random, Page.Problem.REQUEST, Optional.empty()));
        }
        return new Opened.Ready(
                new Step(call, interaction.get(), sealed, request, client.get(), browser.orElseThrow(), form));
    }

    private static Optional<Client> client(Call call, Clients clients, Form request) {
        return request.get("client_id")
                .filter(ClientId::hasShape)
                .flatMap(id -> clients.find(call.host().id(), new ClientId(id)));
    }

    private static Answer problem(Call call, RandomGenerator random, Page.Problem why, Optional<String> retry) {
        return problem(call, new Page.Error(why, Edge.errorId(random), Optional.empty(), retry));
    }

    private static Answer problem(Call call, Page.Error page) {
        LOG.info("{} {} refused: {} [{}]", call.method(), call.path(), page.problem(), page.errorId());
        return PageAnswers.page(call, List.of(), page);
    }

    /// The application that asks, as the page names it.
    Page.App app() {
        return app(client);
    }

    private static Page.App app(Client client) {
        return new Page.App(client.metadata().clientName(), client.home());
    }

    /// The token for the page's form.
    String csrf() {
        return Csrf.token(call.host(), browser);
    }

    /// A page of this step, in the language that the application or the browser prefers.
    Answer show(Page page) {
        return PageAnswers.page(call, Arrays.asList(request.text("ui_locales").split(" ")), page);
    }

    /// What the person pressed, beside the main button.
    String action() {
        return form.text("action");
    }

    /// Back to the corridor: this step is done.
    Answer done() {
        return Answer.seeOther("/authorize/resume?interaction=" + sealed);
    }

    /// Back to the application without a code: the person does not want to.
    Answer cancel() {
        return Answer.seeOther("/authorize/cancel?interaction=" + sealed);
    }

    /// Back to the application without a code: the person does not allow what it asks for.
    Answer deny() {
        return Answer.seeOther("/authorize/deny?interaction=" + sealed);
    }

    /// On to the account chooser.
    Answer chooseAccount() {
        var next = Interactions.write(call.host().sealer(), interaction.about(Optional.empty()));
        return Answer.seeOther("/accounts?interaction=" + next.text());
    }

    /// The same form again with a notice, by a redirect: the browser's history holds pages and no
    /// forms that were sent.
    Answer again(String path, Page.Notice why, String typed) {
        var next = interaction.again(new Interaction.Retry(why.name(), typed));
        return Answer.seeOther(path + "?interaction="
                + Interactions.write(call.host().sealer(), next).text());
    }

    /// On to the sign-in page, about that account or about none.
    Answer logIn(Optional<Subject> account) {
        var next = Interactions.write(call.host().sealer(), interaction.about(account));
        return Answer.seeOther("/login?fresh=1&interaction=" + next.text());
    }
}
