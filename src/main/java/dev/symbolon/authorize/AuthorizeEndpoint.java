package dev.symbolon.authorize;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Subject;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Resources;
import dev.symbolon.trace.Span;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Form;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET|POST /authorize` and the corridor behind it. Every step comes back here with the request
/// sealed; it is proved
/// and parsed again from the beginning, and {@link NextStep} says where the browser goes. Nothing is written.
public final class AuthorizeEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(AuthorizeEndpoint.class);

    /// What fits, sealed and encoded, into the addresses of the steps behind.
    private static final int REQUEST_MAX_BYTES = 24_000;

    private final Clients clients;
    private final Consents consents;
    private final BrowserSessions sessions;
    private final RefusedCallbacks refusals;
    private final Requests requests;

    /// What the endpoint tells others.
    ///
    /// @param refusals for the developer
    /// @param codeLife for the application: 60 seconds by default (RFC 6749 §4.1.2 allows ten minutes at most)
    public record Told(RefusedCallbacks refusals, Duration codeLife) {}

    /// An endpoint that writes nothing.
    public AuthorizeEndpoint(
            Clients clients,
            Consents consents,
            Resources resources,
            Connections connections,
            BrowserSessions sessions,
            Told told) {
        this.clients = clients;
        this.consents = consents;
        this.sessions = sessions;
        this.refusals = told.refusals();
        this.requests = new Requests(resources, connections, told.codeLife());
    }

    /// `GET|POST /authorize` (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
    public Answer begin(Call call) {
        return go(call, call.parameters(), call.now(), 0);
    }

    /// `GET /authorize/resume?interaction=…`: a step is done.
    public Answer resume(Call call) {
        return resume(call, Optional.empty());
    }

    /// `GET /authorize/cancel?interaction=…`: the person does not want to.
    public Answer cancel(Call call) {
        return resume(call, Optional.of("The person pressed cancel."));
    }

    /// `GET /authorize/deny?interaction=…`: the person does not allow what the application asks for.
    public Answer deny(Call call) {
        return resume(call, Optional.of("The person did not allow it."));
    }

    private Answer resume(Call call, Optional<String> refused) {
        var interaction = interaction(call);
        if (interaction.isEmpty()) {
            return expired(call);
        }
        var request = interaction.get();
        if (!isThisBrowsers(call, request)) {
            return restart(call, request);
        }
        if (request.page().isPresent()) {
            return Answer.seeOther(request.page().get());
        }
        var form = Form.parse(request.request());
        if (refused.isEmpty()) {
            return go(call, form, request.startedAt(), request.restarts());
        }
        return switch (prove(call, form)) {
            case RedirectionEndpoint.Verdict.Proven(var endpoint) ->
                endpoint.error(call, OAuthError.ACCESS_DENIED, refused.get());
            case RedirectionEndpoint.Verdict.Refused(var why) -> neutralPage(call, form, why);
        };
    }

    /// `GET /authorize/restart?interaction=…`: the page was begun in another browser, or this one
    /// lost its cookie. The
    /// request begins anew, bound to this browser.
    public Answer restart(Call call) {
        return interaction(call).map(request -> restart(call, request)).orElseGet(() -> expired(call));
    }

    private Answer restart(Call call, Interaction request) {
        if (request.page().isPresent()) {
            return Answer.seeOther(request.page().get());
        }
        return go(call, Form.parse(request.request()), call.now(), request.restarts() + 1);
    }

    private static Optional<Interaction> interaction(Call call) {
        return Interactions.read(call.host().sealer(), call.query().text("interaction"), call.now());
    }

    private static boolean isThisBrowsers(Call call, Interaction request) {
        return Cookies.browser(call)
                .map(browser -> browser.id().equals(request.browser()))
                .orElse(false);
    }

    private Answer expired(Call call) {
        var expired =
                Interactions.readExpired(call.host().sealer(), call.query().text("interaction"));
        var app = expired.flatMap(request -> client(call, Form.parse(request.request())))
                .map(client -> new Page.App(client.metadata().clientName(), client.home()));
        var problem = expired.isPresent() ? Page.Problem.EXPIRED : Page.Problem.INCOMPLETE;
        var page = new Page.Error(problem, refusals.newErrorId(), app, Optional.empty());
        LOG.info(
                "{} refused: the interaction {} [{}]",
                call.path(),
                expired.isPresent() ? "has expired" : "is missing or not ours",
                page.errorId());
        return PageAnswers.page(call, List.of(), page);
    }

    private RedirectionEndpoint.Verdict prove(Call call, Form form) {
        return RedirectionEndpoint.prove(client(call, form), form);
    }

    private Optional<Client> client(Call call, Form form) {
        var client = form.get("client_id")
                .filter(ClientId::hasShape)
                .flatMap(id -> clients.known(call.host().id(), new ClientId(id), call.now()))
                .map(Clients.Known::client);
        client.ifPresent(known -> Span.tell("symbolon.client_id", known.id().value()));
        return client;
    }

    private Answer neutralPage(Call call, Form form, RedirectionEndpoint.Unproven why) {
        var id = refusals.note(call, why.clientId(), why.rule(), why.received(), why.registered());
        var page = new Page.Error(Page.Problem.REQUEST, id, Optional.empty(), Optional.empty());
        return PageAnswers.page(call, List.of(form.text("ui_locales").split(" ")), page);
    }

    private Answer go(Call call, Form form, Instant startedAt, int restarts) {
        return switch (prove(call, form)) {
            case RedirectionEndpoint.Verdict.Refused(var why) -> neutralPage(call, form, why);
            case RedirectionEndpoint.Verdict.Proven(var endpoint) -> {
                try {
                    yield step(call, endpoint, form, startedAt, restarts);
                } catch (OAuthException refusal) {
                    yield endpoint.error(call, refusal);
                }
            }
        };
    }

    private Answer step(Call call, RedirectionEndpoint endpoint, Form form, Instant startedAt, int restarts) {
        if (form.raw().getBytes(StandardCharsets.UTF_8).length > REQUEST_MAX_BYTES) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "The request has more than " + REQUEST_MAX_BYTES + " bytes.");
        }
        var client = endpoint.client();
        var request = requests.read(call, client, form);
        if (call.isPost() && Cookies.session(call).isEmpty()) {
            return asGet(call, form);
        }
        var situation = new NextStep.Situation(
                request,
                client,
                sessions.of(call),
                Requests.wanted(call, request),
                subject -> consents.find(call.host().id(), subject, client.id()),
                startedAt,
                call.now());
        return switch (NextStep.of(situation)) {
            case NextStep.Refuse(var error, var description) -> endpoint.error(call, error, description);
            case NextStep.Issue(var who, var consent) ->
                endpoint.code(
                        call,
                        requests.code(call, client, request, who.session(), consent),
                        who.account().createdAt().isAfter(startedAt));
            case NextStep.LogIn(var again) ->
                toStep(
                        call,
                        "/login",
                        form,
                        startedAt,
                        restarts,
                        again.map(one -> one.account().subject()));
            case NextStep.ChooseAccount _ -> toStep(call, "/accounts", form, startedAt, restarts, Optional.empty());
            case NextStep.AskConsent(var who) ->
                toStep(
                        call,
                        "/consent",
                        form,
                        startedAt,
                        restarts,
                        Optional.of(who.account().subject()));
        };
    }

    // Our cookies are SameSite=Lax: a form that another site posts comes without them, the GET behind it brings them.
    private static Answer asGet(Call call, Form form) {
        var interaction = Interaction.begun(form.raw(), call.now());
        var sealed = Interactions.write(call.host().sealer(), interaction);
        return Answer.seeOther("/authorize/restart?interaction=" + sealed.text());
    }

    private static Answer toStep(
            Call call, String path, Form form, Instant startedAt, int restarts, Optional<Subject> about) {
        var known = Cookies.browser(call);
        var browser = known.orElseGet(() -> BrowserCookie.fresh(call.host().sealer()));
        var interaction = Interaction.begun(form.raw(), startedAt)
                .in(browser.id(), restarts)
                .about(about);
        var sealed = Interactions.write(call.host().sealer(), interaction);
        var answer = Answer.seeOther(path + "?interaction=" + sealed.text());
        return known.isPresent()
                ? answer
                : answer.cookie(Cookies.setBrowser(
                        call.host().issuer(), browser, call.host().sealer(), call.now()));
    }
}
