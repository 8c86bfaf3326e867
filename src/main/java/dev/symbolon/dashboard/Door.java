package dev.symbolon.dashboard;

import dev.symbolon.crypto.AuthorizationCodes;
import dev.symbolon.crypto.DashboardCookies;
import dev.symbolon.crypto.DashboardCookies.Arrival;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.oauth.AuthorizationCode;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Metadata;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.page.templates.desk.JtedoorGenerated;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Grants.LiveGrant;
import dev.symbolon.store.Operators;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cookies;
import dev.symbolon.web.Cookies.OfDashboard;
import dev.symbolon.web.Csrf;
import dev.symbolon.web.Form;
import dev.symbolon.web.Host;
import dev.symbolon.web.Multipart;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How an operator comes in: the dashboard is a client of its own issuer, first-party and public, and signs
/// people in with a code and PKCE like any other. It keeps the grant's id in a sealed cookie and asks the store
/// about it each time, so whoever is signed out, suspended or no operator any more is out with the next click.
final class Door {
    /// The dashboard among the clients of every tenant.
    static final ClientId CLIENT = new ClientId("symbolon-dashboard");

    /// ASVS 7.5.1: what is dangerous needs a sign-in that is not older.
    static final Duration FRESH_FOR = Duration.ofMinutes(5);

    private static final Duration STAY = Duration.ofHours(12);
    private static final Duration ARRIVAL_LIFE = Duration.ofMinutes(30);
    private static final String CALLBACK = "/dashboard/callback";

    private final Clients clients;
    private final Grants grants;
    private final Operators operators;

    Door(Clients clients, Grants grants, Operators operators) {
        this.clients = clients;
        this.grants = grants;
        this.operators = operators;
    }

    /// Either the operator is here, or this is the answer.
    sealed interface Opened {
        record Ready(Desk desk) implements Opened {}

        record Instead(Answer answer) implements Opened {}
    }

    /// What a page asks of whoever opens it.
    ///
    /// @param fresh whether the sign-in may not be older than [#FRESH_FOR]
    record Needs(Room room, dev.symbolon.oauth.Permission permission, boolean fresh) {}

    Opened open(Call call, Needs needs) {
        var live = live(call);
        var browser = Cookies.browser(call);
        if (live.isEmpty() || browser.isEmpty()) {
            return new Opened.Instead(signIn(call, ""));
        }
        var role = operators.role(call.host().id(), live.get().account().subject());
        if (role.isEmpty()) {
            return new Opened.Instead(stranger(live.get()));
        }
        var form = call.isPost() && Multipart.isOne(call) ? Multipart.form(call) : call.parameters();
        var desk = new Desk(call, live.get().account(), role.get(), browser.get(), needs.room(), form);
        if (call.isPost() && Csrf.prove(call, form).isEmpty()) {
            return new Opened.Instead(desk.trouble(
                    403,
                    "That form was not ours",
                    "It was not shown to this browser by this server, so nothing was done. Open the page again.",
                    Optional.of(needs.room().path())));
        }
        if (!role.get().may(needs.permission())) {
            return new Opened.Instead(desk.trouble(
                    403,
                    "Your role does not allow that",
                    "You are " + role.get().wire() + "; this needs "
                            + needs.permission().wire() + ". An owner can give you another role.",
                    Optional.of(Room.HOME.path())));
        }
        if (needs.fresh() && live.get().grant().authTime().plus(FRESH_FOR).isBefore(call.now())) {
            return new Opened.Instead(signIn(call, "&max_age=" + FRESH_FOR.toSeconds()));
        }
        return new Opened.Ready(desk);
    }

    private Optional<LiveGrant> live(Call call) {
        return Cookies.dashboard(call, OfDashboard.OPERATOR)
                .flatMap(text -> DashboardCookies.grant(call.host().sealer(), text, call.now()))
                .flatMap(id -> grants.live(call.host().id(), id, call.now()))
                .filter(live -> live.grant().client().equals(CLIENT));
    }

    /// `GET /dashboard/sign-in`: as somebody else.
    Answer asSomebodyElse(Call call) {
        return signIn(call, "&prompt=select_account", "/dashboard");
    }

    private Answer signIn(Call call, String more) {
        // What was typed is not carried through a sign-in; a form is opened again.
        var query = call.isPost() || call.rawQuery().isEmpty() ? "" : "?" + call.rawQuery();
        return signIn(call, more, call.path() + query);
    }

    private Answer signIn(Call call, String more, String page) {
        var host = call.host();
        ensureClient(call);
        var arrival = new Arrival(
                host.sealer().newId(), new CodeVerifier(host.sealer().newToken().value()), page);
        var until = call.now().plus(ARRIVAL_LIFE);
        var cookie = DashboardCookies.write(host.sealer(), arrival, until).text();
        return Answer.seeOther("/authorize?response_type=code&client_id=" + CLIENT + "&scope=openid%20profile%20email"
                        + "&redirect_uri=" + Form.encode(host.issuer() + CALLBACK)
                        + "&state=" + arrival.state()
                        + "&code_challenge="
                        + CodeChallenge.of(arrival.verifier()).value()
                        + "&code_challenge_method=S256" + more)
                .cookie(Cookies.setDashboard(host.issuer(), OfDashboard.ARRIVAL, cookie, ARRIVAL_LIFE));
    }

    // A tenant that moves to another host takes its dashboard along.
    private void ensureClient(Call call) {
        var wanted = client(call.host());
        var known = clients.find(call.host().id(), CLIENT);
        if (known.isEmpty()) {
            clients.add(wanted, call.now());
        } else if (!known.get()
                .metadata()
                .redirectUris()
                .equals(wanted.metadata().redirectUris())) {
            clients.update(wanted, call.now());
        }
    }

    private static Client client(Host host) {
        var metadata = new Metadata(
                "Symbolon dashboard",
                Optional.empty(),
                ClientAuthMethod.NONE,
                Set.of(GrantType.AUTHORIZATION_CODE),
                List.of(RedirectUri.register(host.issuer() + CALLBACK)),
                List.of(RedirectUri.register(host.issuer() + "/dashboard")),
                List.of(),
                Scope.parse("openid profile email"),
                true,
                true,
                SigningAlgorithm.RS256,
                true,
                Lifetimes.DEFAULT);
        return new Client(host.id(), CLIENT, metadata, Optional.empty());
    }

    /// `GET /dashboard/callback`: the code becomes a grant, and the grant's id a cookie.
    Answer callback(Call call) {
        var query = call.query();
        var arrival = Cookies.dashboard(call, OfDashboard.ARRIVAL)
                .flatMap(text -> DashboardCookies.arrival(call.host().sealer(), text, call.now()))
                .filter(one -> Sealer.equal(one.state(), query.text("state")));
        if (arrival.isEmpty()) {
            return closed(call, "This sign-in was begun in another browser or too long ago.");
        }
        if (query.get("error").isPresent()) {
            return closed(call, "You came back without signing in.");
        }
        var code = AuthorizationCodes.read(call.host().sealer(), call.host().id(), query.text("code"), call.now())
                .filter(one -> isFor(call, one, arrival.get()));
        if (code.isEmpty() || !isRedeemed(code.get(), call)) {
            return closed(call, "This sign-in is over.");
        }
        var grant = DashboardCookies.write(
                call.host().sealer(), code.get().grant().id(), call.now().plus(STAY));
        var issuer = call.host().issuer();
        return Answer.seeOther(arrival.get().page())
                .cookie(Cookies.setDashboard(issuer, OfDashboard.ARRIVAL, "", Duration.ZERO))
                .cookie(Cookies.setDashboard(issuer, OfDashboard.OPERATOR, grant.text(), STAY));
    }

    private static boolean isFor(Call call, AuthorizationCode code, Arrival arrival) {
        return code.grant().client().equals(CLIENT)
                && code.redirectUri().equals(call.host().issuer() + CALLBACK)
                && code.codeChallenge()
                        .filter(challenge -> challenge.isMetBy(arrival.verifier()))
                        .isPresent();
    }

    private boolean isRedeemed(AuthorizationCode code, Call call) {
        return grants.redeem(code.grant(), call.now()) instanceof Grants.Redemption.Redeemed;
    }

    private static Answer closed(Call call, String sentence) {
        return Desk.page(
                400,
                out -> JtedoorGenerated.render(
                        out, null, call.host().tenant().name(), "Not signed in", sentence, Optional.empty()));
    }

    private static Answer stranger(LiveGrant live) {
        return Desk.page(
                403,
                out -> JtedoorGenerated.render(
                        out,
                        null,
                        live.grant().tenant().value(),
                        "You are no operator of this tenant",
                        "An owner can make you one under Operators.",
                        Optional.of(live.account().title())));
    }

    /// `POST /dashboard/sign-out`: out of the dashboard; the person stays signed in at the issuer.
    Answer signOut(Desk desk) {
        var call = desk.call();
        live(call)
                .ifPresent(live -> grants.revoke(call.host().id(), live.grant().id(), call.now()));
        return Answer.seeOther("/logged-out")
                .cookie(Cookies.setDashboard(call.host().issuer(), OfDashboard.OPERATOR, "", Duration.ZERO));
    }

    /// What an account may do at the dashboard of its tenant.
    Optional<Role> role(Call call, dev.symbolon.oauth.Subject subject) {
        return operators.role(call.host().id(), subject);
    }
}
