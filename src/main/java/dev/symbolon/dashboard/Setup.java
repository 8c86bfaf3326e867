package dev.symbolon.dashboard;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.account.Visit;
import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.DashboardCookies;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.page.templates.desk.JtedoorGenerated;
import dev.symbolon.page.templates.desk.JtesetupGenerated;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Operators;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.Form;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How a tenant gets its first operator: by a link that only whoever starts the server sees. There is no default
/// password to forget; the link is worth nothing once there is an owner.
public final class Setup {
    /// How long a link is good; each start prints a new one.
    public static final Duration LINK_LIFE = Duration.ofHours(24);

    private static final String PATH = "/dashboard/setup";
    private static final String CLAIM = "/dashboard/setup/claim";

    private final Clients clients;
    private final Accounts accounts;
    private final Operators operators;
    private final BrowserSessions sessions;
    private final Passwords passwords;
    private final RandomGenerator random;

    Setup(Dashboard.Stores stores, Dashboard.Means means, RandomGenerator random) {
        this.clients = stores.clients();
        this.accounts = stores.accounts();
        this.operators = stores.operators();
        this.sessions = means.sessions();
        this.passwords = means.passwords();
        this.random = random;
    }

    /// The page.
    ///
    /// @param known who is signed in and may take the tenant
    public record View(
            String tenant,
            String csrf,
            String ticket,
            String name,
            String email,
            Optional<String> known,
            Optional<String> error) {}

    /// The link for a tenant that has no operator.
    public static String link(Host host, Instant now) {
        return host.issuer() + PATH + "?ticket="
                + DashboardCookies.setup(host.sealer(), now.plus(LINK_LIFE)).text();
    }

    /// `GET|POST /dashboard/setup`: an account for the owner.
    Answer answer(Call call) {
        var form = call.parameters();
        if (!isOpen(call, form)) {
            return over(call);
        }
        var browser = Cookies.browser(call);
        if (!call.isPost()) {
            var fresh = browser.orElseGet(() -> BrowserCookie.fresh(call.host().sealer()));
            var page = show(call, fresh, form, Optional.empty());
            return browser.isPresent()
                    ? page
                    : page.cookie(Cookies.setBrowser(
                            call.host().issuer(), fresh, call.host().sealer(), call.now()));
        }
        var proven = Csrf.prove(call, form);
        if (proven.isEmpty()) {
            return Answer.seeOther(PATH + "?ticket=" + Form.encode(form.text("ticket")));
        }
        try {
            return create(call, form);
        } catch (OAuthException refusal) {
            return show(call, proven.get(), form, Optional.of(refusal.description()))
                    .as(refusal.error() == OAuthError.TEMPORARILY_UNAVAILABLE ? 503 : 400);
        }
    }

    private Answer create(Call call, Form form) {
        var email = Enrolment.address(form.text("email"));
        var name = form.text("name").strip();
        PasswordPolicy.acceptable(form.text("password"), List.of(email, name));
        Enrolment.profile(Map.of("name", name));
        var hash = passwords.hash(form.text("password"), SignInLimits.asker(call, email));
        var person = new Enrolment.Person(email, true, Map.of("name", name), Optional.of(hash));
        var account = new Enrolment(accounts)
                .enrol(call.host(), person, call.now())
                .orElseThrow(() -> new OAuthException(
                        OAuthError.INVALID_REQUEST,
                        "There is an account with this e-mail here. Choose \"I have an account here already\"."));
        if (!operators.first(call.host().id(), account.subject(), call.now())) {
            return over(call);
        }
        return sessions.start(
                call, account, List.of("pwd"), call.now(), Answer.seeOther("/dashboard?said=" + Said.WELCOME));
    }

    /// `GET|POST /dashboard/setup/claim`: somebody who has an account here becomes the owner.
    Answer claim(Call call) {
        var form = call.parameters();
        if (!isOpen(call, form)) {
            return over(call);
        }
        var page = CLAIM + "?ticket=" + Form.encode(form.text("ticket"));
        return switch (Visit.open(call, page, Visit.Needs.FRESH_SIGN_IN, sessions, clients, random)) {
            case Visit.Opened.Instead(var instead) -> instead;
            case Visit.Opened.Ready(var visit) -> {
                if (!call.isPost()) {
                    yield render(new View(
                            call.host().tenant().name(),
                            visit.frame().csrf(),
                            form.text("ticket"),
                            "",
                            "",
                            Optional.of(visit.account().title()),
                            Optional.empty()));
                }
                yield operators.first(call.host().id(), visit.account().subject(), call.now())
                        ? Answer.seeOther("/dashboard?said=" + Said.WELCOME)
                        : over(call);
            }
        };
    }

    private boolean isOpen(Call call, Form form) {
        return DashboardCookies.isSetup(call.host().sealer(), form.text("ticket"), call.now())
                && !operators.any(call.host().id());
    }

    private static Answer over(Call call) {
        return Desk.page(
                404,
                out -> JtedoorGenerated.render(
                        out,
                        null,
                        call.host().tenant().name(),
                        "This link is over",
                        "The tenant has an owner, or the link is too old. Sign in, or start the server for a new link.",
                        Optional.empty()));
    }

    private static Answer show(Call call, BrowserCookie browser, Form typed, Optional<String> error) {
        return render(new View(
                call.host().tenant().name(),
                Csrf.token(call.host(), browser),
                typed.text("ticket"),
                typed.text("name"),
                typed.text("email"),
                Optional.empty(),
                error));
    }

    private static Answer render(View page) {
        return Desk.page(200, out -> JtesetupGenerated.render(out, null, page));
    }
}
