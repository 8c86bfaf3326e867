package dev.symbolon.login;

import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.connection.Described;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.connection.Journey.SignIn;
import dev.symbolon.connection.UpstreamException;
import dev.symbolon.connection.Upstreams;
import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Interactions;
import dev.symbolon.crypto.UpstreamStates;
import dev.symbolon.mail.Mail;
import dev.symbolon.mail.Mail.Value;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.UpstreamState;
import dev.symbolon.oauth.UpstreamState.Errand;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.page.Notice;
import dev.symbolon.page.Page;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Identities;
import dev.symbolon.store.OneTimeCodes;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /callback`: the tenant's one redirect URI at other servers. What comes back is believed only with the
/// state that this browser was sent away with, once, and only after the other server has vouched for it.
public final class CallbackPage {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackPage.class);
    private static final List<String> ONCE = List.of("state", "code", "iss", "error");
    /// What the clock of another server may differ by.
    private static final Duration LEEWAY = Duration.ofSeconds(60);

    private final Clients clients;
    private final Connections connections;
    private final Enlistment enlistment;
    private final Upstreams upstreams;
    private final Identities identities;
    private final OneTimeCodes codes;
    private final Arrivals arrivals;
    private final Corridor corridor;
    private final RefusedCallbacks refused;

    /// What the page needs of the rest of the house.
    public record Needs(
            Clients clients,
            Connections connections,
            Enlistment enlistment,
            Upstreams upstreams,
            Identities identities,
            OneTimeCodes codes,
            Arrivals arrivals,
            RefusedCallbacks refused) {}

    /// A page that takes people back.
    public CallbackPage(Needs needs, Corridor corridor) {
        this.clients = needs.clients();
        this.connections = needs.connections();
        this.enlistment = needs.enlistment();
        this.upstreams = needs.upstreams();
        this.identities = needs.identities();
        this.codes = needs.codes();
        this.arrivals = needs.arrivals();
        this.corridor = corridor;
        this.refused = needs.refused();
    }

    /// Takes somebody back.
    public Answer answer(Call call) {
        var form = call.query();
        var host = call.host();
        // RFC 6749 §3.1: each parameter comes once.
        if (ONCE.stream().anyMatch(form.repeated()::contains)) {
            return problem(call, Page.Problem.INCOMPLETE, "a parameter came more than once", Optional.empty());
        }
        var sealed = form.text("state");
        var state = UpstreamStates.read(host.sealer(), sealed, call.now());
        var known = state.or(() -> UpstreamStates.readExpired(host.sealer(), sealed));
        if (known.isEmpty()) {
            return problem(call, Page.Problem.INCOMPLETE, "state is missing or not ours", Optional.empty());
        }
        var browser = Cookies.browser(call);
        if (browser.filter(one -> one.id().equals(known.get().browser())).isEmpty()) {
            var why = browser.isEmpty() ? Page.Problem.COOKIES : Page.Problem.FORBIDDEN;
            return problem(call, why, "state is of another browser", restart(known.get()));
        }
        if (state.isEmpty()) {
            return problem(call, Page.Problem.EXPIRED, "state is too old", restart(known.get()));
        }
        return codes.isUsed(host.id(), state.get().id())
                ? used(call, state.get(), browser.orElseThrow())
                : answer(call, state.get(), browser.orElseThrow());
    }

    // The back button leads here once more: whoever is signed in since goes on, and nobody is signed in twice.
    private Answer used(Call call, UpstreamState state, BrowserCookie browser) {
        return Interactions.read(call.host().sealer(), state.interaction(), call.now())
                .filter(_ -> state.errand() == Errand.SIGN_IN)
                .map(interaction -> Step.returned(call, clients, interaction, browser))
                .filter(corridor::isDone)
                .map(corridor::signedIn)
                .orElseGet(() -> problem(call, Page.Problem.LINK_OVER, "state was used before", restart(state)));
    }

    private Answer answer(Call call, UpstreamState state, BrowserCookie browser) {
        var host = call.host();
        var interaction = Interactions.read(host.sealer(), state.interaction(), call.now());
        if (interaction.isEmpty()) {
            return problem(call, Page.Problem.EXPIRED, "the request is too old", restart(state));
        }
        var step = Step.returned(call, clients, interaction.get(), browser);
        var connection = connections.find(host.id(), state.connection()).filter(one -> isOpen(step, one, state));
        if (connection.isEmpty()) {
            var why = "connection " + state.connection() + " is switched off or gone";
            return problem(call, Page.Problem.CONNECTION, why, restart(state));
        }
        return call.query()
                .get("error")
                .map(error -> refused(step, state, connection.get(), error))
                .orElseGet(() -> exchange(step, state, connection.get()));
    }

    // It may have been closed while the person was there (FE-07). An operator tries a closed one out, too.
    private static boolean isOpen(Step step, Connection connection, UpstreamState state) {
        return state.errand() == Errand.TEST
                || step.client().map(client -> connection.isFor(client.id())).orElse(connection.isEnabled());
    }

    // A test begins with its link, and with nothing else.
    private static Optional<String> restart(UpstreamState state) {
        return state.errand() == Errand.TEST
                ? Optional.empty()
                : Optional.of("/authorize/restart?interaction=" + state.interaction());
    }

    private Answer problem(Call call, Page.Problem problem, String why, Optional<String> retry) {
        // The person sees an id and no more; the operator finds under it what was wrong at the other server.
        var id = refused.note(call, "", "callback", why, "an answer of the server that the person was sent to");
        var page = new Page.Error(problem, id, Optional.empty(), retry);
        return PageAnswers.page(call, List.of(), page);
    }

    // RFC 6749 §4.1.2.1, from the other side.
    private Answer refused(Step step, UpstreamState state, Connection connection, String error) {
        var said = shown(error, 64) + ": " + shown(step.call().query().text("error_description"), 300);
        LOG.info("Connection {} of tenant {} answered {}", connection.id(), connection.tenant(), said);
        if (state.errand() == Errand.TEST) {
            return result(step, connection, Optional.of(said), List.of());
        }
        if (error.equals("access_denied")) {
            return Corridor.back(step, Notice.CONNECTION_CANCELLED);
        }
        corridor.failed(step.call(), connection);
        return Corridor.back(step, Notice.CONNECTION_FAILED);
    }

    private static String shown(String text, int mostCharacters) {
        return OneLine.of(text.length() <= mostCharacters ? text : text.substring(0, mostCharacters) + "…");
    }

    private Answer exchange(Step step, UpstreamState state, Connection connection) {
        var call = step.call();
        var journey = Corridor.journey(step, state);
        Described came;
        try {
            var secret = enlistment.secret(call.host(), connection.id(), call.now());
            came = upstreams.describe(
                    connection,
                    secret,
                    journey,
                    call.query().text("code"),
                    call.query().get("iss"));
        } catch (UpstreamException trouble) {
            return failed(step, state, connection, trouble);
        }
        // Only now: somebody who never came through writes nothing.
        if (!codes.use(call.host().id(), state.id(), state.sentAt().plus(UpstreamStates.LIFE), call.now())) {
            return used(call, state, step.browser());
        }
        var user = came.user();
        if (state.errand() != Errand.TEST && journey.signIn() == SignIn.ANEW && isOld(user, state)) {
            LOG.info(
                    "Connection {} of tenant {} did not ask again who somebody is.",
                    connection.id(),
                    connection.tenant());
            return Corridor.back(step, Notice.AGAIN);
        }
        if (state.errand() == Errand.TEST) {
            return result(step, connection, Optional.empty(), fields(came));
        }
        return state.errand() == Errand.CONNECT ? connect(step, connection, user) : arrive(step, connection, user);
    }

    // OpenID Connect Core §3.1.2.1: with max_age it says when the person showed who they are. Where it does not, nobody
    // knows.
    private static boolean isOld(UpstreamUser user, UpstreamState state) {
        var oldest = state.sentAt().minus(LEEWAY).getEpochSecond();
        return user.authTime().filter(at -> at < oldest).isPresent();
    }

    private Answer failed(Step step, UpstreamState state, Connection connection, UpstreamException trouble) {
        if (state.errand() == Errand.TEST) {
            return result(step, connection, Optional.ofNullable(trouble.getMessage()), List.of());
        }
        corridor.failed(step.call(), connection);
        var why = "connection " + connection.id() + " of tenant " + connection.tenant() + ": " + trouble.getMessage();
        // Somebody may be playing a trick: nothing of it goes on.
        if (trouble.kind() == UpstreamException.Kind.UNTRUSTWORTHY) {
            return problem(step.call(), Page.Problem.CONNECTION, why, restart(state));
        }
        LOG.warn("Somebody came back and could not be signed in: {}", why);
        return Corridor.back(step, Corridor.notice(trouble));
    }

    private Answer arrive(Step step, Connection connection, UpstreamUser user) {
        var call = step.call();
        var about = step.interaction().about();
        return switch (arrivals.of(call.host(), connection, user, step.moment())) {
            // prompt=login and the like are about one account; another one signs in as itself.
            case Arrivals.Arrival.Is(var account) ->
                about.isEmpty() || about.get().equals(account.subject())
                        ? corridor.signIn(step, account, List.of("fed"), Optional.empty())
                        : corridor.signIn(
                                step.with(step.interaction().about(Optional.empty())),
                                account,
                                List.of("fed"),
                                Optional.empty());
            case Arrivals.Arrival.Suspended() -> Corridor.back(step, Notice.ACCOUNT_DISABLED);
            case Arrivals.Arrival.Closed() -> Corridor.back(step, Notice.SIGN_UP_CLOSED);
            case Arrivals.Arrival.Perhaps(var account, var isSure) -> {
                var pending =
                        new Interaction.Pending(connection.id(), user.subject(), user.title(), isSure, call.now());
                var next = step.with(
                        step.interaction().about(Optional.of(account.subject())).with(Optional.of(pending)));
                yield Answer.seeOther(next.href(isSure ? "/connect" : "/login") + (isSure ? "" : "&fresh=1"));
            }
        };
    }

    // Asked for by the account's own page, which has seen to it that the person signed in just now.
    private Answer connect(Step step, Connection connection, UpstreamUser user) {
        var call = step.call();
        var about = step.interaction().about().orElseThrow();
        var signedIn = corridor.sessions().of(call).stream()
                .filter(one -> one.account().subject().equals(about))
                .findFirst();
        if (signedIn.isEmpty()) {
            return Answer.seeOther("/account");
        }
        var link = identities.link(call.host().id(), about, user, call.now());
        if (link == Identities.Link.LINKED) {
            corridor.mails()
                    .tell(
                            step,
                            signedIn.get().account(),
                            Mail.Kind.IDENTITY_LINKED,
                            Map.of(Value.PROVIDER, connection.label()));
        }
        return Corridor.back(
                step,
                switch (link) {
                    case LINKED, ALREADY -> Notice.CONNECTED;
                    case ANOTHERS, NO_ACCOUNT -> Notice.CONNECTED_ELSEWHERE;
                });
    }

    private static List<Page.Field> fields(Described came) {
        return came.fields().stream()
                .map(field -> new Page.Field(field.name() + " (" + field.from().wire() + ")", field.value()))
                .toList();
    }

    private static Answer result(Step step, Connection connection, Optional<String> problem, List<Page.Field> fields) {
        return step.show(new Page.TestResult(connection.name(), problem, fields));
    }

    /// `GET /connections/test?token=…`: an operator signs in once at another server to see what comes back.
    public Answer test(Call call) {
        var connection = enlistment.tested(call.host(), call.query().text("token"), call.now());
        if (connection.isEmpty()) {
            return problem(call, Page.Problem.LINK_OVER, "the test's link is not ours or too old", Optional.empty());
        }
        var known = Cookies.browser(call);
        var browser = known.orElseGet(() -> BrowserCookie.fresh(call.host().sealer()));
        var interaction = Interaction.forPage("/signed-in", call.now(), browser.id());
        var step = Step.returned(call, clients, interaction, browser);
        Answer answer;
        try {
            answer = corridor.departure(step, connection.get(), Errand.TEST);
        } catch (UpstreamException trouble) {
            return result(step, connection.get(), Optional.ofNullable(trouble.getMessage()), List.of());
        }
        return known.isPresent()
                ? answer
                : answer.cookie(Cookies.setBrowser(
                        call.host().issuer(), browser, call.host().sealer(), call.now()));
    }
}
