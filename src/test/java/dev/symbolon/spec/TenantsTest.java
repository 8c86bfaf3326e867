package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.Profile;
import dev.symbolon.web.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two tenants in one house, with clients and people of the same names: what belongs to one is worth nothing to
/// the other, in both directions.
final class TenantsTest {
    private static final String PROBE = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
    private static Site site;
    private static List<Pair> bothWays;

    /// Where something comes from, and where it is tried.
    private record Pair(String home, String away, Host homeHost, Host awayHost) {
        Browser homeBrowser() {
            return browser(home);
        }

        Browser awayBrowser() {
            return browser(away);
        }
    }

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client(site.otherHost(), "spa", Site.draft().callbacks(Site.CALLBACK));
        site.client(site.otherHost(), "only-other", Site.draft().callbacks(Site.CALLBACK));
        site.client("only-default", Site.draft().callbacks(Site.CALLBACK));
        site.person(site.otherHost(), "ada@example.com", Profile.named(Optional.of("The other Ada")));
        bothWays = List.of(
                new Pair(site.issuer, site.otherIssuer, site.host(), site.otherHost()),
                new Pair(site.otherIssuer, site.issuer, site.otherHost(), site.host()));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Browser browser(String issuer) {
        return Browser.at("http://localhost:" + site.app.port(), issuer);
    }

    private static String signIn(Browser browser) {
        var code = site.signIn(browser, Site.request("spa"), "ada@example.com")
                .redirect()
                .text("code");
        assertFalse(code.isEmpty());
        return code;
    }

    private static JsonNode tokens(Browser browser) {
        var answer = browser.post("/oauth/token", Site.redemption("spa", signIn(browser)));
        assertEquals(200, answer.status(), answer.body());
        return answer.json();
    }

    private static Reply bearer(Browser browser, String path, String token) {
        return browser.send(browser.to(path).header("Authorization", "Bearer " + token));
    }

    private static void assertRefused(int status, String error, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals(error, reply.json().get("error").textValue());
    }

    @Test
    @Spec({"OIDC Discovery §4.3", "RFC 8414 §3.3"})
    void each_tenant_describes_itself_and_signs_with_keys_of_its_own() {
        for (var both : bothWays) {
            for (var path : List.of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")) {
                var metadata = both.homeBrowser().get(path).json();
                assertEquals(both.home(), metadata.get("issuer").textValue());
                metadata.properties().stream()
                        .filter(one -> one.getKey().endsWith("_endpoint")
                                || one.getKey().equals("jwks_uri"))
                        .forEach(one -> assertTrue(one.getValue().textValue().startsWith(both.home() + "/")));
            }
            var home = both.homeBrowser().get("/.well-known/jwks.json").json().findValuesAsText("kid");
            var away = both.awayBrowser().get("/.well-known/jwks.json").json().findValuesAsText("kid");
            assertEquals(3, home.size());
            assertTrue(home.stream().noneMatch(away::contains));
        }
    }

    @Test
    void an_unknown_host_is_told_one_sentence() {
        for (var host : List.of("evil.example", "localhost", "localhost:1", "other.localhost", "127.0.0.1", "x")) {
            for (var path :
                    List.of("/", "/authorize?x=%3Csvg%3E", "/.well-known/openid-configuration", "/oauth/token")) {
                var reply = Browser.exchange(site.browser().to(path).header("Host", host));
                assertEquals(404, reply.status(), host);
                assertEquals("No issuer lives at this host name.", reply.body());
                assertEquals(
                        "text/plain; charset=utf-8",
                        reply.header("content-type").orElseThrow());
                assertTrue(reply.headers("set-cookie").isEmpty());
            }
        }
    }

    @Test
    void HT_07_what_a_stranger_says_about_the_host_is_not_believed() {
        var liar = site.browser()
                .always("X-Forwarded-Host", "evil.example")
                .always("X-Forwarded-Proto", "https")
                .always("Forwarded", "host=evil.example;proto=https");
        assertEquals(
                site.issuer,
                liar.get("/.well-known/openid-configuration")
                        .json()
                        .get("issuer")
                        .textValue());
        var toOther = site.browser()
                .always("X-Forwarded-Host", site.otherHost().issuer().host());
        assertEquals(
                site.issuer,
                toOther.get("/.well-known/openid-configuration")
                        .json()
                        .get("issuer")
                        .textValue());
        assertFalse(liar.get(Site.authorize(Site.request("spa"))).location().contains("evil"));
    }

    @Test
    void AR_05_a_client_of_another_tenant_is_unknown_here() {
        for (var client : Map.of("only-other", site.issuer, "only-default", site.otherIssuer)
                .entrySet()) {
            var here = browser(client.getValue());
            var page = here.get(Site.authorize(Site.request(client.getKey())));
            assertEquals(400, page.status());
            assertTrue(page.header("location").isEmpty());
            var token = here.post("/oauth/token", Site.redemption(client.getKey(), "code"));
            assertRefused(401, "invalid_client", token);
        }
        var web = browser(site.otherIssuer);
        var form = Site.redemption("web", "code");
        form.remove("client_id");
        var basic = web.send(web.to("/oauth/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", site.basic("web"))
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(Browser.encode(form))));
        assertRefused(401, "invalid_client", basic);
    }

    @Test
    void a_session_of_another_tenant_signs_nobody_in_here() {
        for (var both : bothWays) {
            var home = both.homeBrowser();
            signIn(home);
            var away = both.awayBrowser();
            away.cookies.putAll(home.cookies);
            assertEquals("login_required", away.get(PROBE).redirect().text("error"));
            var asked = Site.authorize(Site.request("spa", Map.of("prompt", "select_account")));
            assertTrue(away.follow(away.get(asked)).body().contains("id=\"password\""));
            assertEquals("", home.get(PROBE).redirect().text("error"));
        }
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void a_code_of_another_tenant_is_invalid_here_and_still_good_at_home() {
        for (var both : bothWays) {
            var home = both.homeBrowser();
            var code = signIn(home);
            assertRefused(400, "invalid_grant", both.awayBrowser().post("/oauth/token", Site.redemption("spa", code)));
            assertEquals(
                    200, home.post("/oauth/token", Site.redemption("spa", code)).status());
        }
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void a_refresh_token_of_another_tenant_is_invalid_here_and_still_good_at_home() {
        for (var both : bothWays) {
            var home = both.homeBrowser();
            var token = tokens(home).get("refresh_token").textValue();
            assertRefused(400, "invalid_grant", both.awayBrowser().post("/oauth/token", Site.refresh("spa", token)));
            assertEquals(
                    200, home.post("/oauth/token", Site.refresh("spa", token)).status());
        }
    }

    @Test
    @Spec("RFC 6750 §3.1")
    void an_access_token_of_another_tenant_is_invalid_here() {
        for (var both : bothWays) {
            var home = both.homeBrowser();
            var token = tokens(home).get("access_token").textValue();
            for (var path : List.of("/userinfo", "/me")) {
                assertRefused(401, "invalid_token", bearer(both.awayBrowser(), path, token));
                assertEquals(200, bearer(home, path, token).status());
            }
        }
    }

    @Test
    void a_hint_of_another_tenant_says_nothing_here() {
        for (var both : bothWays) {
            var hint = tokens(both.homeBrowser()).get("id_token").textValue();
            var away = both.awayBrowser();
            signIn(away);
            var asked = Site.request("spa", Map.of("prompt", "none", "id_token_hint", hint));
            assertEquals(
                    "invalid_request",
                    away.get(Site.authorize(asked)).redirect().text("error"));
            var logout = away.get("/logout?id_token_hint=" + hint);
            assertEquals(200, logout.status());
            assertTrue(logout.body().contains("id=\"logout\""));
            assertEquals("", away.get(PROBE).redirect().text("error"));
        }
    }

    @Test
    void a_request_in_progress_of_another_tenant_goes_nowhere_here() {
        for (var both : bothWays) {
            var home = both.homeBrowser();
            var page = home.follow(home.get(Site.authorize(Site.request("spa"))));
            var away = both.awayBrowser();
            away.cookies.putAll(home.cookies);
            for (var path : List.of("/login", "/authorize/resume", "/authorize/restart", "/authorize/cancel")) {
                var reply = away.get(path + "?interaction=" + page.hidden("interaction"));
                assertEquals(400, reply.status(), path);
                assertTrue(reply.header("location").isEmpty());
            }
            assertEquals(
                    400,
                    away.post("/login", Site.login(page, "ada@example.com", Site.PASSWORD))
                            .status());
            // Nor do its browser cookie and form token open a form of here.
            var own = both.awayBrowser();
            var form = new LinkedHashMap<>(Site.login(
                    own.follow(own.get(Site.authorize(Site.request("spa")))), "ada@example.com", Site.PASSWORD));
            form.put("csrf", page.hidden("csrf"));
            own.cookies.putAll(home.cookies);
            assertEquals(403, own.post("/login", form).status());
        }
    }

    @Test
    void a_person_of_another_tenant_is_nobody_here() {
        var bob = browser(site.otherIssuer);
        var page = bob.follow(bob.get(Site.authorize(Site.request("spa"))));
        assertEquals(
                "wrong",
                bob.post("/login", Site.login(page, "bob@example.com", Site.PASSWORD))
                        .signIn());
        var subject = site.person(site.otherHost(), "eve@example.com", Profile.named(Optional.of("Other Eve")));
        site.person("eve@example.com", "Eve");
        site.app.house().accounts().disable(site.otherHost().id(), subject, site.clock.instant());
        var back = site.signIn(site.browser(), Site.request("spa"), "eve@example.com");
        assertFalse(back.redirect().text("code").isEmpty());
        assertFalse(site.app.house().accounts().disable(site.host().id(), subject, site.clock.instant()));
    }

    @Test
    void guesses_at_one_tenant_slow_nobody_down_at_the_other() {
        site.person("max@example.com", "Max");
        site.person(site.otherHost(), "max@example.com", Profile.named(Optional.of("Other Max")));
        var away = browser(site.otherIssuer);
        for (var i = 0; i < 11; i++) {
            var page = away.follow(away.get(Site.authorize(Site.request("spa"))));
            var answer = away.post("/login", Site.login(page, "max@example.com", "guess"));
            assertEquals(i < 10 ? "wrong" : "429", answer.signIn());
        }
        var home = site.signIn(site.browser(), Site.request("spa"), "max@example.com");
        assertFalse(home.redirect().text("code").isEmpty());
    }
}
