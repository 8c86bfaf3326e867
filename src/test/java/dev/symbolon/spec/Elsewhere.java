package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.connection.Enlistment.Draft;
import dev.symbolon.connection.LyingProvider;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;

/// A site whose people come from other servers, and what a browser does on the way there and back.
public final class Elsewhere implements AutoCloseable {
    /// Calls to this machine, which is where the other servers of tests are.
    public static final Map<String, String> SETTINGS = Map.of("SYMBOLON_OUTBOUND_ALLOWED", "127.0.0.0/8");

    public static final Map<String, Object> LOVELACE =
            Map.of("sub", "u-1", "email", "lovelace@example.net", "email_verified", true, "name", "Ada L");

    public final Site site;
    public final LyingProvider provider;

    private Elsewhere() {
        this.site = Site.start(SETTINGS);
        this.provider = new LyingProvider(site.clock);
        connect("oidc", provider, draft());
    }

    /// A site with one connection, `oidc`, to a provider that lies when it is told to.
    public static Elsewhere start() {
        return new Elsewhere();
    }

    /// What an operator says, by the names of a file; the rest is the default.
    public static Map<String, String> draft(String... namesAndValues) {
        var draft = new LinkedHashMap<String, String>();
        for (var i = 0; i < namesAndValues.length; i += 2) {
            draft.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return draft;
    }

    /// Adds a connection to a provider.
    public Connection connect(String id, LyingProvider to, Map<String, String> said) {
        var all = new HashMap<>(said);
        all.put("issuer", to.issuer());
        return connect(id, Kind.OIDC, all);
    }

    /// Adds a connection.
    public Connection connect(String id, Kind kind, Map<String, String> said) {
        var all = new HashMap<>(said);
        all.putIfAbsent("client_id", LyingProvider.CLIENT);
        return enlistment()
                .enlist(
                        site.host(),
                        new ConnectionId(id),
                        kind,
                        drafted(all),
                        Optional.of(LyingProvider.SECRET),
                        site.clock.instant());
    }

    /// Changes a connection.
    public void change(String id, Map<String, String> said) {
        enlistment().change(site.host(), new ConnectionId(id), drafted(said), Optional.empty(), site.clock.instant());
    }

    public Enlistment enlistment() {
        return new Enlistment(site.app.house().connections(), site.app.house().clients());
    }

    private static Draft drafted(Map<String, String> said) {
        Assertions.assertTrue(
                Set.of(
                                "client_id",
                                "issuer",
                                "label",
                                "sign_up",
                                "trust_email",
                                "sync_profile",
                                "connect",
                                "clients",
                                "name")
                        .containsAll(said.keySet()),
                said.toString());
        return new Draft(
                Optional.ofNullable(said.get("name")),
                Optional.ofNullable(said.get("label")),
                Optional.empty(),
                Optional.ofNullable(said.get("client_id")),
                Optional.empty(),
                Optional.ofNullable(said.get("issuer")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.ofNullable(said.get("clients")).map(List::of),
                Optional.ofNullable(said.get("sign_up")).map(Boolean::valueOf),
                Optional.ofNullable(said.get("trust_email")).map(Boolean::valueOf),
                Optional.ofNullable(said.get("sync_profile")).map(Boolean::valueOf),
                Optional.ofNullable(said.get("connect")).map(Boolean::valueOf));
    }

    /// Sends a browser to the other server of a connection, by an application's request.
    ///
    /// @return the redirect to its authorization endpoint
    public Reply depart(Browser browser, String connection) {
        return depart(browser, connection, Map.of());
    }

    /// The same for a request with some parameters changed.
    public Reply depart(Browser browser, String connection, Map<String, String> changes) {
        var all = new HashMap<>(changes);
        all.put("connection", connection);
        return isDeparture(browser.follow(browser.get(Site.authorize(Site.request("spa", all)))));
    }

    /// Somebody is sent to another server.
    public Reply isDeparture(Reply reply) {
        assertEquals(303, reply.status(), reply.body());
        assertFalse(reply.location().startsWith("/") || reply.location().startsWith(site.issuer), reply.location());
        return reply;
    }

    /// Presses the button of a connection at a sign-in page.
    public Reply press(Browser browser, Reply page, String connection) {
        var form = new LinkedHashMap<String, String>();
        form.put("interaction", page.hidden("interaction"));
        form.put("csrf", page.hidden("csrf"));
        form.put("connection", connection);
        return browser.post("/login", form);
    }

    /// What the provider sends the browser back with.
    public static Map<String, String> answer(Reply departure) {
        var back = new LinkedHashMap<String, String>();
        back.put("code", "a-code");
        back.put("state", departure.redirect().text("state"));
        return back;
    }

    public static String callback(Map<String, String> parameters) {
        return "/callback?" + Browser.encode(parameters);
    }

    /// Comes back from the provider as somebody; what the callback says is not followed.
    public Reply comeBack(Browser browser, Reply departure, Map<String, Object> person) {
        provider.isAskedFor(departure.redirect().text("nonce"), person);
        return browser.get(callback(answer(departure)));
    }

    /// The whole way, to where it ends.
    public Reply signIn(Browser browser, Map<String, Object> person) {
        return browser.follow(comeBack(browser, depart(browser, "oidc"), person));
    }

    /// Who an application is told that somebody is, by the code that came back.
    public JsonNode idToken(Reply end) {
        var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, end)));
        assertEquals(200, tokens.status(), tokens.body());
        return Site.claims(tokens.json().get("id_token").textValue());
    }

    /// What userinfo says by the code that came back.
    public JsonNode userinfo(Reply end) {
        var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, end)));
        assertEquals(200, tokens.status(), tokens.body());
        return site.withBearer("/userinfo", tokens.json().get("access_token").textValue())
                .json();
    }

    /// A page of ours with a problem: nobody is sent anywhere, and nobody is signed in.
    ///
    /// @return whether it offers to try again
    public static boolean isProblem(int status, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
        assertTrue(reply.header("location").isEmpty(), "a page never redirects");
        assertTrue(reply.headers("set-cookie").isEmpty(), "nobody is signed in");
        AtAuthorize.errorId(reply);
        return reply.body().contains("id=\"retry\"");
    }

    /// The sign-in page with a sentence above the form, in English.
    public static Reply isNotice(Reply reply, String sentence) {
        AtAuthorize.isSignIn(reply);
        assertTrue(reply.body().contains(sentence), reply.body());
        return reply;
    }

    @Override
    public void close() {
        site.close();
        provider.close();
    }
}
