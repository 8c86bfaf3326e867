package dev.symbolon.login;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Prompt;
import dev.symbolon.oauth.Subject;
import dev.symbolon.page.Notice;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.page.StepPage;
import dev.symbolon.page.Texts;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.ErrorId;
import dev.symbolon.web.Form;
import java.time.Instant;
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
/// @param client the application that asks, for its name and its connections; absent where a page of ours does
record Step(
        Call call,
        Interaction interaction,
        String sealed,
        Form request,
        Optional<Client> client,
        BrowserCookie browser,
        Form form) {
    private static final Logger LOG = LoggerFactory.getLogger(Step.class);
    private static final int ADDRESS_MAX_CHARACTERS = 320;

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
            return new Opened.Instead(problem(call, new Page.Error(why, ErrorId.of(random), app, Optional.empty())));
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
        } else if (interaction.get().browser().isEmpty()) {
            return new Opened.Instead(adopted(call, interaction.get(), browser));
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
        if (client.isEmpty() && interaction.get().page().isEmpty()) {
            return new Opened.Instead(problem(call, random, Page.Problem.REQUEST, Optional.empty()));
        }
        return new Opened.Ready(
                new Step(call, interaction.get(), sealed, request, client, browser.orElseThrow(), form));
    }

    /// The step of somebody who comes back from another server to this browser.
    static Step returned(Call call, Clients clients, Interaction interaction, BrowserCookie browser) {
        var request = Form.parse(interaction.request());
        var sealed = Interactions.write(call.host().sealer(), interaction).text();
        return new Step(call, interaction, sealed, request, client(call, clients, request), browser, call.query());
    }

    // From a mail: whoever opens the link is the browser that it is about from now on.
    private static Answer adopted(Call call, Interaction interaction, Optional<BrowserCookie> known) {
        var browser = known.orElseGet(() -> BrowserCookie.fresh(call.host().sealer()));
        var sealed = Interactions.write(call.host().sealer(), interaction.in(browser.id(), 0));
        var answer = Answer.seeOther(call.path() + "?interaction=" + sealed.text());
        return known.isPresent()
                ? answer
                : answer.cookie(Cookies.setBrowser(
                        call.host().issuer(), browser, call.host().sealer(), call.now()));
    }

    private static Optional<Client> client(Call call, Clients clients, Form request) {
        return request.get("client_id")
                .filter(ClientId::hasShape)
                .flatMap(id -> clients.known(call.host().id(), new ClientId(id), call.now()))
                .map(Clients.Known::client);
    }

    private static Answer problem(Call call, RandomGenerator random, Page.Problem why, Optional<String> retry) {
        return problem(call, new Page.Error(why, ErrorId.of(random), Optional.empty(), retry));
    }

    private static Answer problem(Call call, Page.Error page) {
        LOG.info("{} {} refused: {} [{}]", call.method(), call.path(), page.problem(), page.errorId());
        return PageAnswers.page(call, List.of(), page);
    }

    /// What the person wants to go on to, as the page names it: the application, or the tenant's own pages.
    Page.App app() {
        return client.map(Step::app).orElseGet(() -> new Page.App(call.host().name(), Optional.empty()));
    }

    private static Page.App app(Client client) {
        return new Page.App(client.metadata().clientName(), client.home());
    }

    /// Whether the page behind it says that the address has changed.
    boolean isChangeOfAddress() {
        return interaction
                .page()
                .filter(page -> page.contains("notice=" + Notice.EMAIL_CHANGED.name()))
                .isPresent();
    }

    /// What stands around the page.
    StepPage.Frame frame() {
        // A page of ours that needs somebody has nothing to show to nobody.
        var cancellable = client.isPresent() || interaction.about().isPresent();
        return new StepPage.Frame(app(), sealed, Csrf.token(call.host(), browser), cancellable);
    }

    /// The same step with another request in progress.
    Step with(Interaction other) {
        var text = Interactions.write(call.host().sealer(), other).text();
        return new Step(call, other, text, request, client, browser, form);
    }

    /// The address of another step of this request.
    String href(String path) {
        return frame().href(path);
    }

    /// A page of this step, in the language that the application or the browser prefers.
    Answer show(Page page) {
        return PageAnswers.page(call, Arrays.asList(request.text("ui_locales").split(" ")), page);
    }

    /// When what happens in this step happens: never before the request, whatever the clocks of nodes say, so that
    /// what is new for the request can be told from what was there.
    Instant moment() {
        var begun = interaction.startedAt().plusMillis(1);
        return call.now().isBefore(begun) ? begun : call.now();
    }

    /// The language of the page, for what is sent by mail.
    String language() {
        return Texts.pick(
                        Arrays.asList(request.text("ui_locales").split(" ")),
                        call.header("accept-language").orElse(""),
                        call.host().language())
                .language();
    }

    /// Whether the application asks for this.
    boolean asks(Prompt prompt) {
        return Prompt.parse(request.text("prompt")).contains(prompt);
    }

    /// What the person pressed, beside the main button.
    String action() {
        return form.text("action");
    }

    /// Back to the corridor, or to the page of ours that asked: this step is done.
    Answer done() {
        return Answer.seeOther(interaction.page().orElseGet(() -> href("/authorize/resume")));
    }

    /// Back to the application without a code: the person does not want to.
    Answer cancel() {
        return Answer.seeOther(interaction.page().isPresent() ? "/account" : href("/authorize/cancel"));
    }

    /// Back to the application without a code: the person does not allow what it asks for.
    Answer deny() {
        return Answer.seeOther(href("/authorize/deny"));
    }

    /// On to the account chooser.
    Answer chooseAccount() {
        return Answer.seeOther(with(interaction.about(Optional.empty())).href("/accounts"));
    }

    /// A form again with a notice, by a redirect: the browser's history holds pages and no forms that were sent.
    ///
    /// @param typed what the person typed and shall not type again
    Answer again(String path, Notice why, Typed typed) {
        var retry = new Interaction.Retry(path, why.name(), typed.address(), typed.name());
        return Answer.seeOther(with(interaction.again(retry)).href(path));
    }

    /// What was typed before: nothing, or what the form is shown again with.
    Typed typed() {
        return interaction
                .retry()
                .map(retry -> new Typed(retry.typed(), retry.name()))
                .orElse(new Typed(cut(request.text("login_hint")), ""));
    }

    /// Why the form is shown again.
    Optional<Notice> notice() {
        return interaction
                .retry()
                .filter(retry -> retry.on().equals(call.path()))
                .flatMap(retry -> Notice.of(retry.notice()));
    }

    /// What a person typed.
    record Typed(String address, String name) {}

    /// An address as it was typed, bounded.
    static String cut(String text) {
        var stripped = text.strip();
        return stripped.length() <= ADDRESS_MAX_CHARACTERS ? stripped : stripped.substring(0, ADDRESS_MAX_CHARACTERS);
    }

    /// What is said of something that is no address.
    static Notice noAddress(String typed) {
        return typed.isEmpty() ? Notice.NO_ADDRESS : Notice.NOT_AN_ADDRESS;
    }

    /// On to the sign-in page, about that account or about none.
    Answer logIn(Optional<Subject> account) {
        return Answer.seeOther(with(interaction.about(account)).href("/login") + "&fresh=1");
    }
}
