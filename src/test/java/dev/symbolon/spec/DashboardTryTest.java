package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Role;
import dev.symbolon.store.Events;
import dev.symbolon.web.Form;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// "Try it" over HTTP: the real flow of a client, run by an operator, and everything that can go wrong on the way.
final class DashboardTryTest {
    private static final String ADA = "ada@example.com";
    private static final String BOB = "bob@example.com";
    private static final String CALLBACK = "/dashboard/try/callback";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
        site.operator(ADA, Role.ADMIN);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static String path(String client) {
        return "/dashboard/clients/" + client + "/try";
    }

    /// Begins a run at a client that people may come back from.
    ///
    /// @return the first step
    private Reply begin(Browser browser, String client, Map<String, String> choices) {
        if (!callbacks(client).contains(site.issuer + CALLBACK)) {
            assertEquals(
                    303,
                    Site.send(browser, path(client), Map.of("action", "allow")).status());
        }
        var fields = new LinkedHashMap<>(choices);
        fields.put("action", "begin");
        fields.putIfAbsent("scope", "openid profile email offline_access");
        var page = Site.send(browser, path(client), fields);
        assertEquals(200, page.status(), page.body());
        return page;
    }

    /// The callback of a run that needs nobody to type anything.
    private Reply back(Browser browser, String client, Map<String, String> choices) {
        return browser.follow(browser.get(begin(browser, client, choices).href("go")));
    }

    private static Map<String, String> exchange(Reply page) {
        var form = new LinkedHashMap<String, String>();
        for (var name : List.of("csrf", "code", "state", "iss")) {
            form.put(name, page.hidden(name));
        }
        return form;
    }

    private List<String> callbacks(String client) {
        return site
                .app
                .house()
                .clients()
                .find(site.host().id(), new ClientId(client))
                .orElseThrow()
                .metadata()
                .redirectUris()
                .stream()
                .map(Object::toString)
                .toList();
    }

    private List<Events.Event> events(String kind) {
        return site.app.house().events().list(site.host().id(), Optional.empty(), kind, 10);
    }

    private static void isOver(Reply page) {
        assertEquals(400, page.status(), page.body());
        assertTrue(page.body().contains("This run is over"), page.body());
        assertFalse(page.body().contains("id=\"exchange\""), page.body());
    }

    private static void has(Reply page, String... texts) {
        for (var text : texts) {
            assertTrue(page.body().contains(text), text + " is missing on:\n" + page.body());
        }
    }

    private static void lacks(Reply page, String text) {
        assertFalse(page.body().contains(text), text + " stands on:\n" + page.body());
    }

    @Test
    void the_own_callback_is_added_and_taken_off_by_one_button_each() {
        var browser = site.atDashboard(ADA);
        var before = callbacks("spa");
        has(browser.get("/dashboard/clients/spa"), "href=\"/dashboard/clients/spa/try\"");
        var page = browser.get(path("spa"));
        has(page, "That is not one of the Allowed Callback URLs", "id=\"do-allow\"");
        lacks(page, "id=\"begin\"");
        assertEquals(
                400,
                Site.send(browser, path("spa"), Map.of("action", "begin", "scope", "openid"))
                        .status());

        assertEquals(
                303, Site.send(browser, path("spa"), Map.of("action", "allow")).status());
        var after = callbacks("spa");
        assertEquals(before, after.subList(0, before.size()), "what was there stays as it was");
        assertEquals(List.of(site.issuer + CALLBACK), after.subList(before.size(), after.size()));
        Site.send(browser, path("spa"), Map.of("action", "allow"));
        assertEquals(after, callbacks("spa"), "twice is once");
        has(browser.get(path("spa")), "id=\"do-disallow\"", "id=\"begin\"");
        assertEquals(2, events("client.updated").size());
        assertTrue(events("client.updated").getFirst().actor().isPresent(), "the trail says who it was");

        Site.send(browser, path("spa"), Map.of("action", "disallow"));
        assertEquals(before, callbacks("spa"));
        assertEquals(
                400, Site.send(browser, path("spa"), Map.of("action", "else")).status());
    }

    @Test
    void a_client_that_only_the_page_comes_back_from_is_still_not_ready() {
        site.client("bare", Site.draft().callbacks());
        var browser = site.atDashboard(ADA);
        Site.send(browser, path("bare"), Map.of("action", "allow"));
        has(browser.get("/dashboard/clients/bare"), "Nobody can sign in yet", "http://localhost:5173/callback");
    }

    @Test
    @Spec({"RFC 6749 §4.1", "RFC 7636 §4", "RFC 9207 §2"})
    void a_public_client_is_tried_from_the_request_to_userinfo_and_keeps_nothing() {
        var browser = site.atDashboard(ADA);
        var begun = begin(browser, "spa", Map.of("resource", Site.API));
        has(begun, "code_challenge_method", site.issuer + "/authorize\n    ?response_type=code");
        assertEquals("no-store", begun.header("cache-control").orElse(""));
        assertTrue(begun.href("go").startsWith("/authorize?response_type=code&client_id=spa"), begun.href("go"));
        var came = browser.follow(browser.get(begun.href("go")));
        has(came, "A code came back", "grant_type=authorization_code", "code_verifier=");
        lacks(came, "client_secret");
        assertEquals("no-store", came.header("cache-control").orElse(""));

        var done = browser.post(CALLBACK, exchange(came));
        assertEquals(200, done.status(), done.body());
        has(done, "It works", "\"token_type\": \"Bearer\"", ADA, "Ada Lovelace", Site.API);
        has(
                done,
                site.account(ADA).subject().value(),
                "nonce is the one of the request",
                "answered 200",
                "offline_access");
        lacks(done, "✗");
        assertFalse(done.body().matches("(?s).*eyJ[A-Za-z0-9_-]{20}.*"), "no token stands there whole");
        assertEquals("no-store", done.header("cache-control").orElse(""));
        assertTrue(live("spa").isEmpty(), "the grant is over before the page is shown");
        var tried = events("client.tried");
        assertEquals(1, tried.size());
        assertEquals(Optional.of(new ClientId("spa")), tried.getFirst().client());
        assertEquals(Optional.of(site.account(ADA).subject()), tried.getFirst().subject());
        assertTrue(tried.getFirst()
                .actor()
                .orElse("")
                .contains(site.account(ADA).subject().value()));
        assertEquals(200, browser.get("/dashboard/clients").status(), "the operator is still there");
    }

    private List<String> live(String client) {
        return site.dump()
                .ask("SELECT grant_id FROM client_grant WHERE client_id = '" + client + "' AND revoked_at IS NULL");
    }

    @Test
    void a_reload_or_a_copy_exchanges_nothing_a_second_time() {
        var browser = site.atDashboard(ADA);
        var came = back(browser, "spa", Map.of());
        var thief = browser.copy();
        var form = exchange(came);
        has(browser.post(CALLBACK, form), "It works");
        isOver(browser.post(CALLBACK, form));
        isOver(browser.get(CALLBACK + "?code=" + form.get("code") + "&state=" + form.get("state")));
        var copied = thief.post(CALLBACK, form);
        assertEquals(200, copied.status());
        has(copied, "It ended here", "invalid_grant", "id=\"explain\"", "Begin again");
        lacks(copied, "id=\"exchange\"");
        isOver(thief.post(CALLBACK, form));
        assertTrue(live("spa").isEmpty());
    }

    @Test
    void of_many_who_press_at_once_one_at_most_gets_tokens_and_nobody_a_fault() throws Exception {
        var browser = site.atDashboard(ADA);
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (var round = 0; round < 25; round++) {
                var form = exchange(back(browser, "spa", Map.of()));
                var barrier = new CyclicBarrier(4);
                Callable<Reply> press = () -> {
                    var copy = browser.copy();
                    barrier.await();
                    return copy.post(CALLBACK, form);
                };
                var works = 0;
                for (var one : threads.invokeAll(List.of(press, press, press, press))) {
                    assertEquals(200, one.get().status());
                    works += one.get().body().contains("It works") ? 1 : 0;
                }
                assertEquals(1, works, "round " + round);
                assertTrue(live("spa").isEmpty());
            }
        }
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void a_confidential_client_shows_its_secret_once_and_a_wrong_one_spends_nothing() {
        var browser = site.atDashboard(ADA);
        for (var client : List.of("web", "post")) {
            var came = back(browser, client, Map.of());
            has(came, "type=\"password\"", "autocomplete=\"off\"", "$CLIENT_SECRET");
            var form = exchange(came);
            var none = browser.post(CALLBACK, form);
            assertEquals(400, none.status());
            has(none, "id=\"exchange\"");

            form.put("client_secret", "a-wrong-secret-that-nobody-has-ever-made");
            var wrong = browser.post(CALLBACK, form);
            assertEquals(200, wrong.status());
            has(wrong, "invalid_client", "id=\"exchange\"", "id=\"explain\"");
            lacks(wrong, "a-wrong-secret");

            var secret = site.secrets.get(client);
            form.put("client_secret", secret);
            var done = browser.post(CALLBACK, form);
            has(done, "It works", "answered 200");
            lacks(done, secret);
            assertTrue(live(client).isEmpty());
            assertTrue(site.dump().values().stream().noneMatch(value -> value.contains(secret)));
        }
        assertEquals(2, events("client.tried").size());
    }

    @Test
    void a_wrong_secret_is_explained_where_every_error_is() {
        var browser = site.atDashboard(ADA);
        var form = exchange(back(browser, "web", Map.of()));
        form.put("client_secret", "wrong");
        var explained = browser.post(CALLBACK, form).href("explain");
        RefusedCallbacksTest.await(
                () -> site.app.house().refusals().list(site.host().id(), 10));
        var page = browser.follow(browser.get(explained));
        has(page, "The application was answered invalid_client");
    }

    @Test
    @Spec("OIDC Core §3.1.2.6")
    void prompt_none_with_nobody_signed_in_is_a_result() {
        var browser = site.atDashboard(ADA);
        browser.cookies.remove("symbolon-session");
        var came = back(browser, "spa", Map.of("prompt", "none"));
        assertEquals(200, came.status());
        has(came, "login_required", "Nobody is signed in in this browser", "without prompt=none", "id=\"again\"");
        lacks(came, "id=\"exchange\"");
        assertTrue(live("spa").isEmpty());
    }

    @Test
    void whoever_does_not_allow_it_is_a_result_and_whoever_does_is_another() {
        var browser = site.atDashboard(ADA);
        var denied = press(browser, back(browser, "third", Map.of()), "deny");
        assertEquals(200, denied.status());
        has(denied, "access_denied", "Somebody said no", "id=\"again\"");
        has(press(browser, back(browser, "third", Map.of()), "allow"), "A code came back");
    }

    private static Reply press(Browser browser, Reply consent, String action) {
        return browser.follow(browser.post(
                "/consent",
                Map.of(
                        "interaction", consent.hidden("interaction"),
                        "csrf", consent.hidden("csrf"),
                        "action", action)));
    }

    @Test
    void somebody_else_signs_in_and_the_operator_stays_who_they_are() {
        var browser = site.atDashboard(ADA);
        site.clock.advance(Duration.ofSeconds(10));
        var login = back(browser, "spa", Map.of("prompt", "login"));
        var came = browser.follow(browser.post("/login", Site.login(login, BOB, Site.PASSWORD)));
        var done = browser.post(CALLBACK, exchange(came));
        has(done, site.account(BOB).subject().value());
        assertEquals(
                Optional.of(site.account(BOB).subject()),
                events("client.tried").getFirst().subject());
        var home = browser.get("/dashboard");
        assertEquals(200, home.status());
        has(home, "Ada Lovelace");
    }

    @Test
    @Spec({"RFC 6749 §10.12", "RFC 9207 §2.4"})
    void a_foreign_state_or_issuer_or_nothing_at_all_exchanges_nothing() {
        var browser = site.atDashboard(ADA);
        var form = exchange(back(browser, "spa", Map.of()));
        var before = Rows.of(site);
        var good = Map.copyOf(form);
        for (var change : List.of(
                Map.of("state", "somebody-elses"),
                Map.of("state", ""),
                Map.of("iss", "https://evil.example"),
                Map.of("iss", ""),
                Map.of("code", ""))) {
            var bad = new LinkedHashMap<>(good);
            bad.putAll(change);
            var posted = browser.post(CALLBACK, bad);
            assertEquals(400, posted.status(), change.toString());
            bad.remove("csrf");
            var got = browser.get(CALLBACK + "?" + Browser.encode(bad));
            assertEquals(400, got.status(), change.toString());
            lacks(got, "id=\"exchange\"");
            lacks(got, good.get("code"));
        }
        assertEquals(before, Rows.of(site), "nothing was written");
        has(browser.post(CALLBACK, form), "It works");
    }

    @Test
    void a_code_of_another_client_is_worth_nothing_here() {
        var browser = site.atDashboard(ADA);
        var other = exchange(back(browser, "strict", Map.of())).get("code");
        var form = exchange(back(browser, "spa", Map.of()));
        form.put("code", other);
        var page = browser.post(CALLBACK, form);
        assertEquals(200, page.status());
        has(page, "invalid_grant", "another client");
        form.put("code", "nonsense'; echo");
        isOver(browser.post(CALLBACK, form));
    }

    @Test
    void without_the_cookie_with_another_operators_or_after_ten_minutes_the_run_is_over() {
        site.operator(BOB, Role.ADMIN);
        var browser = site.atDashboard(ADA);
        var came = back(browser, "spa", Map.of());
        var form = exchange(came);
        var query = CALLBACK + "?" + Browser.encode(form);

        var bob = site.atDashboard(BOB);
        isOver(bob.get(query));
        bob.cookies.put("symbolon-dashboard-trial", browser.cookies.get("symbolon-dashboard-trial"));
        isOver(bob.get(query));
        isOver(Site.send(bob, CALLBACK, form));
        bob.cookies.put("symbolon-browser", browser.cookies.get("symbolon-browser"));
        isOver(bob.get(query));

        var elsewhere = site.atDashboard(ADA);
        elsewhere.cookies.put("symbolon-dashboard-trial", browser.cookies.get("symbolon-dashboard-trial"));
        isOver(elsewhere.get(query));

        var cookieless = browser.copy();
        cookieless.cookies.remove("symbolon-dashboard-trial");
        isOver(cookieless.get(query));
        isOver(cookieless.post(CALLBACK, form));
        for (var broken : List.of("x", "", browser.cookies.get("symbolon-dashboard-operator"))) {
            cookieless.cookies.put("symbolon-dashboard-trial", broken);
            isOver(cookieless.get(query));
        }
        var stranger = site.browser().get(query);
        assertEquals(303, stranger.status());
        assertTrue(stranger.location().contains("client_id=symbolon-dashboard"), stranger.location());

        site.clock.advance(Duration.ofMinutes(10));
        isOver(browser.get(query));
        isOver(browser.post(CALLBACK, form));
        assertTrue(live("spa").isEmpty());
        assertTrue(events("client.tried").isEmpty());
    }

    @Test
    void a_code_that_waited_too_long_is_a_result() {
        var browser = site.atDashboard(ADA);
        var form = exchange(back(browser, "spa", Map.of()));
        site.clock.advance(Duration.ofMinutes(2));
        var late = browser.post(CALLBACK, form);
        assertEquals(200, late.status());
        has(late, "invalid_grant", "expired", "Begin again");
    }

    @Test
    void an_operator_who_is_demoted_or_a_client_that_is_gone_ends_the_run() {
        var browser = site.atDashboard(ADA);
        var form = exchange(back(browser, "spa", Map.of()));
        site.operator(ADA, Role.SUPPORT);
        assertEquals(403, browser.post(CALLBACK, form).status());
        assertEquals(403, browser.get(path("spa")).status());
        lacks(browser.get("/dashboard/clients/spa"), "/dashboard/clients/spa/try");
        site.operator(ADA, Role.OWNER);
        var house = site.app.house();
        house.clients().disable(site.host().id(), new ClientId("spa"), site.clock.instant());
        has(browser.post(CALLBACK, form), "invalid_client");
        has(browser.get(path("spa")), "switched off");
        house.clients().remove(site.host().id(), new ClientId("spa"), site.clock.instant());
        isOver(browser.post(CALLBACK, form));
    }

    @Test
    void what_cannot_be_chosen_is_told_and_begins_nothing() {
        var browser = site.atDashboard(ADA);
        Site.send(browser, path("spa"), Map.of("action", "allow"));
        for (var choice : List.of(
                Map.of("prompt", "nothing"),
                Map.of("connection", "nowhere"),
                Map.of("resource", "https://nowhere.example"),
                Map.of("scope", "ä\"<svg onload=alert(1)>"),
                Map.of("scope", "x".repeat(3_000)),
                Map.of("scope", "!".repeat(1_000)))) {
            var fields = new LinkedHashMap<>(choice);
            fields.put("action", "begin");
            var page = Site.send(browser, path("spa"), fields);
            assertEquals(400, page.status(), choice.toString());
            has(page, "role=\"alert\"");
            lacks(page, "<svg onload");
            assertFalse(browser.cookies.containsKey("symbolon-dashboard-trial"));
        }
        var fields = Map.of("prompt", "consent", "connection", "database", "scope", "");
        var begun = begin(browser, "spa", fields);
        assertTrue(begun.href("go").contains("&prompt=consent&connection=database"), begun.href("go"));
        assertFalse(begun.href("go").contains("scope="), begun.href("go"));
    }

    @Test
    void XS_01_what_comes_back_stays_text() {
        var browser = site.atDashboard(ADA);
        var state = exchange(back(browser, "spa", Map.of())).get("state");
        var payload = Form.encode("\"><svg onload=alert(1)>${7777*7777}';`id`");
        for (var name : List.of("code", "error", "error_description")) {
            var page = browser.get(CALLBACK + "?error=x&code=x&state=" + state + "&iss=" + Form.encode(site.issuer)
                    + "&" + name + "=" + payload);
            lacks(page, "<svg onload");
            lacks(page, "60481729");
        }
        var page = browser.get(CALLBACK + "?state=" + state + "&iss=" + Form.encode(site.issuer) + "&code="
                + Form.encode("a'; id; '"));
        assertEquals(200, page.status());
        has(page, "code=a'\\''; id; '\\'''");
    }

    @Test
    void the_client_of_another_tenant_and_that_of_the_dashboard_are_not_there() {
        site.client(site.otherHost(), "theirs", Site.draft().callbacks(Site.CALLBACK));
        var browser = site.atDashboard(ADA);
        for (var id : List.of("theirs", "symbolon-dashboard", "nowhere", "%00")) {
            assertEquals(404, browser.get(path(id)).status(), id);
            assertEquals(
                    404, Site.send(browser, path(id), Map.of("action", "allow")).status(), id);
        }
    }
}
