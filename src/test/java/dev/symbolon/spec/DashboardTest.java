package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.dashboard.Setup;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Role;
import dev.symbolon.store.Tallies;
import dev.symbolon.web.Form;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The operator's rooms over HTTP: who comes in, who may do what, and what nobody gets.
final class DashboardTest {
    private static final String ADA = "ada@example.com";
    private static final String BOB = "bob@example.com";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private String sub(String email) {
        return site.account(email).subject().value();
    }

    private static String csrf(Reply page) {
        return page.hidden("csrf");
    }

    /// Every page of the dashboard that is looked at, with the permission that it asks for.
    private Map<String, Permission> rooms() {
        var rooms = new LinkedHashMap<String, Permission>();
        rooms.put("/dashboard", Permission.READ_EVENTS);
        rooms.put("/dashboard/clients", Permission.READ_CLIENTS);
        rooms.put("/dashboard/clients/spa", Permission.READ_CLIENTS);
        rooms.put("/dashboard/clients/spa/try", Permission.WRITE_CLIENTS);
        rooms.put("/dashboard/connections", Permission.READ_CONNECTIONS);
        rooms.put("/dashboard/connections/database", Permission.READ_CONNECTIONS);
        rooms.put("/dashboard/people", Permission.READ_PEOPLE);
        rooms.put("/dashboard/people/" + sub(BOB), Permission.READ_PEOPLE);
        rooms.put("/dashboard/apis", Permission.READ_APIS);
        rooms.put("/dashboard/errors", Permission.READ_REFUSALS);
        rooms.put("/dashboard/events", Permission.READ_EVENTS);
        rooms.put("/dashboard/events.csv", Permission.READ_EVENTS);
        rooms.put("/dashboard/events.jsonl", Permission.READ_EVENTS);
        rooms.put("/dashboard/sessions", Permission.READ_SESSIONS);
        rooms.put("/dashboard/keys", Permission.READ_KEYS);
        rooms.put("/dashboard/branding", Permission.READ_BRANDING);
        rooms.put("/dashboard/branding/preview", Permission.READ_BRANDING);
        rooms.put("/dashboard/settings", Permission.READ_SETTINGS);
        rooms.put("/dashboard/operators", Permission.READ_OPERATORS);
        rooms.put("/dashboard/tenants", Permission.READ_TENANTS);
        rooms.put("/dashboard/transfer", Permission.WRITE_TRANSFERS);
        rooms.put("/dashboard/transfer/progress", Permission.WRITE_TRANSFERS);
        rooms.put("/dashboard/api", Permission.READ_EVENTS);
        return rooms;
    }

    /// Everything that can be sent, with the permission that it asks for.
    private Map<String, Permission> acts() {
        var bob = "/dashboard/people/" + sub(BOB);
        var acts = new LinkedHashMap<String, Permission>();
        acts.put("/dashboard/clients/new", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/third", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/third/switch", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/third/method", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/third/secrets", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/web/access", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/third/try", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/try/callback", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/clients/third/remove", Permission.WRITE_CLIENTS);
        acts.put("/dashboard/connections/new", Permission.WRITE_CONNECTIONS);
        acts.put("/dashboard/connections/database", Permission.WRITE_CONNECTIONS);
        acts.put("/dashboard/connections/database/test", Permission.WRITE_CONNECTIONS);
        acts.put("/dashboard/connections/database/remove", Permission.WRITE_CONNECTIONS);
        acts.put("/dashboard/people/new", Permission.WRITE_PEOPLE);
        acts.put(bob, Permission.WRITE_PEOPLE);
        acts.put(bob + "/remove", Permission.WRITE_PEOPLE);
        acts.put("/dashboard/branding", Permission.WRITE_BRANDING);
        acts.put("/dashboard/branding/preview", Permission.READ_BRANDING);
        acts.put("/dashboard/settings/change", Permission.WRITE_SETTINGS);
        acts.put("/dashboard/apis/new", Permission.WRITE_APIS);
        acts.put("/dashboard/apis/https%3A%2F%2Fapi.example%2Forders", Permission.WRITE_APIS);
        acts.put("/dashboard/sessions", Permission.WRITE_SESSIONS);
        acts.put("/dashboard/keys/change", Permission.WRITE_KEYS);
        acts.put("/dashboard/operators/change", Permission.WRITE_OPERATORS);
        acts.put("/dashboard/tenants/change", Permission.WRITE_TENANTS);
        acts.put("/dashboard/transfer/open", Permission.WRITE_TRANSFERS);
        acts.put("/dashboard/transfer/export", Permission.WRITE_TRANSFERS);
        acts.put("/dashboard/transfer/begin", Permission.WRITE_TRANSFERS);
        acts.put("/dashboard/transfer/send", Permission.WRITE_TRANSFERS);
        return acts;
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void AD_01_each_role_sees_and_does_what_it_may_and_nothing_else(Role role) {
        site.operator(ADA, role);
        var browser = site.atDashboard(ADA);
        rooms().forEach((path, permission) ->
                assertEquals(role.may(permission) ? 200 : 403, browser.get(path).status(), role + " " + path));
        acts().forEach((path, permission) -> {
            var before = site.app.house().operators().list(site.host().id());
            var answer = Site.send(browser, path, Map.of("action", "nothing", "role", "owner", "email", ADA));
            if (!role.may(permission)) {
                assertEquals(403, answer.status(), role + " " + path);
                assertEquals(
                        before, site.app.house().operators().list(site.host().id()));
            } else {
                assertNotEquals(403, answer.status(), role + " " + path + answer.body());
                assertTrue(answer.status() < 500, path + answer.body());
            }
        });
    }

    @Test
    void AD_01_whoever_is_no_operator_gets_nothing_and_nobody_raises_themselves() {
        site.operator(ADA, Role.OWNER);
        site.operator(BOB, Role.ADMIN);
        var bob = site.atDashboard(BOB);
        var change = Site.send(bob, "/dashboard/operators/change", Map.of("sub", sub(BOB), "role", "owner"));
        assertEquals(403, change.status());
        assertEquals(Optional.of(Role.ADMIN), role(BOB));
        for (var action : List.of("suspend", "reset", "profile", "sign-out")) {
            var attack =
                    Site.send(bob, "/dashboard/people/" + sub(ADA), Map.of("action", action, "email", "b@example.com"));
            assertEquals(403, attack.status(), "an admin does not lay hands on an owner: " + action);
        }
        assertEquals(
                403,
                Site.send(bob, "/dashboard/people/" + sub(ADA) + "/remove", Map.of())
                        .status());
        assertEquals(Optional.of(ADA), site.account(ADA).address());
        site.app.house().operators().remove(site.host().id(), site.account(BOB).subject(), site.clock.instant());
        rooms().keySet().forEach(path -> assertEquals(403, bob.get(path).status(), path));
    }

    private Optional<Role> role(String email) {
        return site.app
                .house()
                .operators()
                .role(site.host().id(), site.account(email).subject());
    }

    @Test
    void without_a_sign_in_every_room_leads_to_the_sign_in_page_and_nothing_is_kept() {
        site.operator(ADA, Role.OWNER);
        site.browser().get("/dashboard");
        var before = Rows.of(site);
        for (var path : rooms().keySet()) {
            var reply = site.browser().get(path);
            assertEquals(303, reply.status(), path);
            assertTrue(reply.location().startsWith("/authorize?response_type=code&client_id=symbolon-dashboard"), path);
            assertTrue(reply.location().contains("code_challenge_method=S256"), path);
        }
        assertEquals(before, Rows.of(site));
    }

    @Test
    void whoever_is_signed_out_suspended_or_elsewhere_is_out_with_the_next_click() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        assertEquals(200, browser.get("/dashboard/clients").status());
        var thief = browser.copy();
        Site.send(browser, "/dashboard/sign-out", Map.of());
        assertEquals(303, thief.get("/dashboard/clients").status(), "a copy of the cookie is worth nothing");

        var again = site.atDashboard(ADA);
        site.app.house().accounts().disable(site.host().id(), site.account(ADA).subject(), site.clock.instant());
        assertEquals(303, again.get("/dashboard/clients").status());
        site.app.house().accounts().enable(site.host().id(), site.account(ADA).subject(), site.clock.instant());

        var here = site.atDashboard(ADA);
        var other = new Browser(site.otherIssuer);
        other.cookies.putAll(here.cookies);
        assertEquals(303, other.get("/dashboard/clients").status(), "a cookie of another tenant");
    }

    @Test
    void SE_02_a_form_that_was_not_ours_does_nothing() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        for (var path : acts().keySet()) {
            assertEquals(403, browser.post(path, Map.of("csrf", "wrong")).status(), path);
            var foreign = browser.send(HttpRequest.newBuilder(URI.create(site.issuer + path))
                    .header("Origin", "https://evil.example")
                    .header("Sec-Fetch-Site", "cross-site")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("csrf=" + csrf(browser.get("/dashboard")))));
            assertEquals(403, foreign.status(), path);
        }
    }

    @Test
    void SE_13_what_is_dangerous_needs_a_sign_in_of_the_last_five_minutes() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var csrf = csrf(browser.get("/dashboard"));
        var dangerous = List.of(
                "/dashboard/clients/new",
                "/dashboard/clients/web/secrets",
                "/dashboard/clients/web/method",
                "/dashboard/clients/web/access",
                "/dashboard/clients/web/remove",
                "/dashboard/connections/database/remove",
                "/dashboard/people/" + sub(BOB) + "/remove",
                "/dashboard/keys/change",
                "/dashboard/settings/change",
                "/dashboard/operators/change",
                "/dashboard/tenants/change",
                "/dashboard/transfer/open",
                "/dashboard/transfer/export",
                "/dashboard/transfer/begin");
        site.clock.advance(Duration.ofMinutes(6));
        var before = Rows.of(site);
        for (var path : dangerous) {
            for (var reply : List.of(browser.get(path), browser.post(path, Map.of("csrf", csrf)))) {
                assertEquals(303, reply.status(), path);
                assertTrue(reply.location().contains("max_age=300"), path);
            }
        }
        assertEquals(before, Rows.of(site));
        var login = browser.follow(browser.get("/dashboard/keys/change"));
        var keys = browser.follow(browser.post("/login", Site.login(login, ADA, Site.PASSWORD)));
        assertTrue(keys.body().contains("Make the next key now"), keys.body());
    }

    @Test
    void AD_09_there_is_one_setup_and_no_page_of_it_afterwards() {
        var host = site.host();
        var link = Setup.link(host, site.clock.instant()).substring(site.issuer.length());
        assertEquals(200, site.browser().get(link).status());
        assertEquals(404, site.browser().get("/dashboard/setup?ticket=nothing").status());
        assertEquals(404, site.browser().get("/dashboard/setup").status());

        var browser = site.browser();
        var page = browser.get(link);
        var form = Map.of(
                "csrf", csrf(page),
                "ticket", page.hidden("ticket"),
                "name", "Olga",
                "email", "olga@example.com",
                "password", "password1");
        var weak = browser.post("/dashboard/setup", form);
        assertEquals(400, weak.status());
        assertTrue(weak.body().contains("value=\"olga@example.com\""), "what was typed stays");
        var good = new LinkedHashMap<>(form);
        good.put("password", "seven boats behind the lighthouse");
        var home = browser.follow(browser.post("/dashboard/setup", good));
        assertTrue(home.body().contains("You own this tenant now"), home.body());
        assertEquals(Optional.of(Role.OWNER), role("olga@example.com"));

        assertEquals(404, site.browser().get(link).status());
        assertEquals(
                404,
                site.browser().get(link.replace("/setup?", "/setup/claim?")).status());
        var late = Setup.link(site.otherHost(), site.clock.instant()).substring(site.otherIssuer.length());
        site.clock.advance(Duration.ofHours(25));
        assertEquals(404, new Browser(site.otherIssuer).get(late).status(), "a link is over after a day");
    }

    @Test
    void AD_09_somebody_who_has_an_account_claims_the_tenant_after_signing_in() {
        var link = Setup.link(site.host(), site.clock.instant()).substring(site.issuer.length());
        var browser = site.browser();
        var login = browser.follow(browser.get(link.replace("/setup?", "/setup/claim?")));
        var claim = browser.follow(browser.post("/login", Site.login(login, ADA, Site.PASSWORD)));
        assertTrue(claim.body().contains("Become the owner"), claim.body());
        assertEquals(Optional.empty(), role(ADA), "looking changes nothing");
        browser.follow(
                browser.post("/dashboard/setup/claim", Map.of("csrf", csrf(claim), "ticket", claim.hidden("ticket"))));
        assertEquals(Optional.of(Role.OWNER), role(ADA));
    }

    @Test
    void another_tenants_things_are_not_there() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var others = site.app.house().accounts().list(site.otherHost().id(), Optional.empty(), 1);
        var foreign = others.isEmpty() ? "nobody" : others.getFirst().subject().value();
        for (var path : List.of(
                "/dashboard/clients/" + new ClientId("nowhere"),
                "/dashboard/people/" + foreign,
                "/dashboard/connections/nowhere",
                "/dashboard/apis/https%3A%2F%2Fnowhere.example",
                "/dashboard/errors/NOWHERE2",
                "/dashboard/clients/symbolon-dashboard",
                "/dashboard/clients/symbolon-dashboard/try",
                "/dashboard/clients/nowhere/try",
                "/dashboard/people/%00",
                "/dashboard/clients/%F0%9F",
                "/dashboard/people/" + "x".repeat(300))) {
            assertEquals(404, browser.get(path).status(), path);
        }
    }

    @Test
    void XS_01_what_strangers_wrote_stays_text_in_every_room() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var payload = "\"><svg onload=alert(1)>{{7777*7777}}${7777*7777}</script>'";
        for (var path : List.of(
                "/dashboard/clients?q=",
                "/dashboard/people?q=",
                "/dashboard/errors?id=",
                "/dashboard/events?sub=",
                "/dashboard/events?kind=",
                "/dashboard/clients?after=",
                "/dashboard?said=")) {
            var body = browser.get(path + dev.symbolon.web.Form.encode(payload)).body();
            assertFalse(body.contains("<svg onload"), path);
            assertFalse(body.contains("60481729"), path);
        }
        var page = browser.get("/dashboard");
        var policy = page.header("content-security-policy").orElse("");
        assertTrue(policy.contains("script-src 'self'") && !policy.contains("unsafe"), policy);
        assertEquals("DENY", page.header("x-frame-options").orElse(""));
        assertTrue(page.header("access-control-allow-origin").isEmpty());
    }

    @Test
    void XS_06_a_spreadsheet_takes_nothing_for_a_formula() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var csv = browser.get("/dashboard/events.csv");
        assertTrue(csv.header("content-disposition").orElse("").contains("attachment"));
        assertTrue(csv.body().startsWith("seq,at,kind,"), csv.body());
        for (var line : csv.body().lines().skip(1).toList()) {
            assertFalse(line.matches("(.*,)?\"[=+@-].*"), line);
        }
        var json = browser.get("/dashboard/events.jsonl?kind=session.started").body();
        assertTrue(json.lines().allMatch(line -> line.contains("\"kind\":\"session.started\"")), json);
    }

    @Test
    void AD_01_nobody_gives_a_program_what_their_own_role_has_not_got() {
        site.operator(ADA, Role.ADMIN);
        var browser = site.atDashboard(ADA);
        var api = site.issuer + "/api/v1";
        var path = "/dashboard/clients/web/access";
        var attack = Site.send(browser, path, Map.of("api", api, "scope", "read:clients write:operators"));
        assertEquals(400, attack.status());
        assertTrue(attack.body().contains("You cannot give write:operators"), attack.body());
        var access = site.app.house().access();
        assertTrue(access.of(site.host().id(), new ClientId("web")).isEmpty());
        assertEquals(
                303,
                Site.send(browser, path, Map.of("api", api, "scope", "read:clients"))
                        .status());
        assertEquals(
                "read:clients",
                access.of(site.host().id(), new ClientId("web"), api)
                        .orElseThrow()
                        .toString());
        Site.send(browser, path, Map.of("api", api, "action", "disallow"));
        assertTrue(access.of(site.host().id(), new ClientId("web")).isEmpty());
    }

    @Test
    void an_api_declares_permissions_and_they_are_ticked_for_a_client() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var orders = "https://orders.example.com";
        var form = new LinkedHashMap<>(Map.of("identifier", orders, "name", "Orders", "life", "1"));
        form.putAll(Map.of("life_unit", "hours", "algorithm", "RS256"));
        form.put("permissions", "read:orders See your orders\r\n\r\n  write:orders\t Place them\nlist");
        assertEquals(303, Site.send(browser, "/dashboard/apis/new", form).status());
        var known = site.app.house().resources().find(site.host().id(), orders).orElseThrow();
        assertEquals(
                "{read:orders=See your orders, write:orders=Place them, list=}",
                known.permissions().toString());
        var page = "/dashboard/apis/" + Form.encode(orders);
        assertTrue(browser.get(page).body().contains("write:orders Place them"));
        form.put("permissions", "email Mail");
        var wrong = Site.send(browser, page, form);
        assertEquals(400, wrong.status());
        assertTrue(wrong.body().contains("email Mail</textarea>"), "what was typed is still there");
        assertEquals(400, Site.send(browser, "/dashboard/apis/new", form).status(), "there is one already");

        var path = "/dashboard/clients/web/access";
        var access = browser.get(path + "?api=" + Form.encode(orders)).body();
        assertTrue(access.contains("name=\"may read:orders\"") && access.contains("Place them"), access);
        assertFalse(access.contains("id=\"scope\""), access);
        assertEquals(
                303,
                Site.send(browser, path, Map.of("api", orders, "may read:orders", "1", "may list", "1"))
                        .status());
        var given = site.app.house().access();
        var web = new ClientId("web");
        assertEquals(
                "read:orders list", given.of(site.host().id(), web).get(orders).toString());
        assertTrue(browser.get(path + "?api=" + Form.encode(orders))
                .body()
                .contains("name=\"may list\" value=\"1\" checked"));
        assertEquals(
                303,
                Site.send(browser, path, Map.of("api", orders, "may write:orders", "1"))
                        .status());
        assertEquals("write:orders", given.of(site.host().id(), web).get(orders).toString());
        assertEquals(
                400,
                Site.send(browser, path, Map.of("api", orders, "scope", "other"))
                        .status());
        // The management API is no API of the operator's.
        form.put("identifier", site.issuer + "/api/v1");
        form.put("permissions", "");
        assertEquals(400, Site.send(browser, "/dashboard/apis/new", form).status());
    }

    @Test
    void AD_01_an_admin_leaves_what_an_owner_gave_and_cannot_add_to_it() {
        site.operator(ADA, Role.OWNER);
        site.operator(BOB, Role.ADMIN);
        var api = site.issuer + "/api/v1";
        var path = "/dashboard/clients/web/access";
        var web = new ClientId("web");
        Site.send(site.atDashboard(ADA), path, Map.of("api", api, "may write:operators", "1", "may read:keys", "1"));
        var browser = site.atDashboard(BOB);
        var shown = browser.get(path + "?api=" + Form.encode(api)).body();
        assertTrue(shown.contains("name=\"may write:operators\" value=\"1\" checked disabled"), shown);
        Site.send(browser, path, Map.of("api", api, "may read:events", "1", "may write:tenants", "1"));
        assertEquals(
                "read:events write:operators",
                site.app.house().access().of(site.host().id(), web).get(api).toString());
    }

    @Test
    void what_the_token_endpoint_refused_is_explained() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var wrong = site.token(
                Map.of("grant_type", "client_credentials", "client_id", "web"),
                Map.of("Authorization", Site.basic("web", "no secret")));
        assertEquals(401, wrong.status());
        var form = new LinkedHashMap<>(Site.redemption("spa", site.code("spa")));
        form.put("code_verifier", "x".repeat(43));
        assertEquals(400, site.token(form).status());
        site.token(Map.of("grant_type", "refresh_token", "client_id", "nobody", "refresh_token", "x"));

        // Refusals are written once a second.
        RefusedCallbacksTest.await(() -> {
            var known = site.app.house().refusals().list(site.host().id(), 10);
            return known.size() < 2 ? List.of() : known;
        });
        var list = browser.get("/dashboard/errors").body();
        assertTrue(list.contains("/oauth/token invalid_client") && list.contains("/oauth/token invalid_grant"), list);
        assertFalse(list.contains("nobody"), "whoever makes names up fills no list");
        assertFalse(list.contains("no secret"), "a secret is never among what was received");
        for (var refusal : site.app.house().refusals().list(site.host().id(), 10)) {
            var page = browser.get("/dashboard/errors/" + refusal.errorId()).body();
            assertTrue(page.contains("The application was answered invalid_"), page);
            assertFalse(page.contains("id=\"add\""), "there is no address to add");
        }
    }

    @Test
    void a_secret_is_shown_once_and_two_overlap_until_the_old_one_ends() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var shown = Site.send(browser, "/dashboard/clients/web/secrets", Map.of("amount", "1", "unit", "hours"));
        var secret = shown.body().replaceAll("(?s).*<pre id=\"secret\">([^<]*)</pre>.*", "$1");
        assertTrue(secret.length() >= 32, secret);
        assertFalse(browser.get("/dashboard/clients/web").body().contains(secret));
        assertEquals(
                2,
                site.app
                        .house()
                        .clients()
                        .secrets(site.host().id(), new ClientId("web"), site.clock.instant())
                        .size());
        site.clock.advance(Duration.ofMinutes(61));
        assertEquals(
                1,
                site.app
                        .house()
                        .clients()
                        .secrets(site.host().id(), new ClientId("web"), site.clock.instant())
                        .size());
    }

    @Test
    void what_cannot_be_is_told_above_what_was_typed() {
        site.operator(ADA, Role.OWNER);
        var browser = site.atDashboard(ADA);
        var urls = Site.send(
                browser,
                "/dashboard/clients/spa",
                Map.of("section", "urls", "redirect_uris", "https://*.example.com/cb\nhttps://ok.example/cb"));
        assertEquals(400, urls.status());
        assertTrue(urls.body().contains("wildcard"), urls.body());
        assertTrue(urls.body().contains("https://ok.example/cb"), "nothing typed is lost");
        var lives = Site.send(
                browser,
                "/dashboard/clients/spa",
                Map.of(
                        "section",
                        "lifetimes",
                        "access",
                        "1",
                        "access_unit",
                        "hours",
                        "idle",
                        "100",
                        "idle_unit",
                        "days",
                        "absolute",
                        "90",
                        "absolute_unit",
                        "days",
                        "leeway",
                        "60",
                        "leeway_unit",
                        "seconds"));
        assertEquals(400, lives.status());
        assertTrue(lives.body().contains("cannot last longer (100 days)"), lives.body());
        var person = Site.send(browser, "/dashboard/people/new", Map.of("email", BOB, "password", Site.PASSWORD));
        assertEquals(400, person.status());
        assertTrue(person.body().contains("has this e-mail already"), person.body());
    }

    @Test
    void home_counts_refreshes_and_says_which_connection_fails() {
        site.operator(ADA, Role.ADMIN);
        var browser = site.atDashboard(ADA);
        assertTrue(browser.get("/dashboard").body().contains("No sign-in at another server failed today."));
        var token = site.tokens("spa").json().get("refresh_token").textValue();
        for (var i = 0; i < 3; i++) {
            token = site.token(Site.refresh("spa", token))
                    .json()
                    .get("refresh_token")
                    .textValue();
        }
        site.app.house().tallies().count(site.host().id(), Tallies.CONNECTION_FAILED + "acme", site.clock.instant());
        site.app.house().tallies().flush();
        var home = browser.get("/dashboard").body();
        assertTrue(home.contains("Sign-ins failed today at: acme (1)."), home);
        var day = LocalDate.ofInstant(site.clock.instant(), ZoneOffset.UTC);
        assertEquals(List.of(3L), site.app.house().events().daily(site.host().id(), Tallies.TOKEN_REFRESHED, day, 1));
        assertTrue(home.contains("Token refreshes"), home);
    }
}
