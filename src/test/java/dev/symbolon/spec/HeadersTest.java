package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Host;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Cookies and protecting headers, at a developer's `http://localhost` and behind a proxy that speaks TLS.
final class HeadersTest {
    private static final String SECURE = "https://id.example";
    private static Site site;
    private static Host secure;

    @BeforeAll
    static void start() {
        site = Site.start(Map.of("SYMBOLON_TRUSTED_PROXIES", "127.0.0.1,::1"));
        site.app.house().hosts().add(new Tenant(new TenantId("secure"), new Issuer(SECURE), "Secure"));
        secure = site.app.house().hosts().find(new TenantId("secure")).orElseThrow();
        site.client(secure, "spa", Site.draft().callbacks(Site.CALLBACK));
        site.client(secure, "third", Site.draft().callbacks(Site.CALLBACK).firstParty(false));
        site.person(secure, "ada@example.com", Profile.named(java.util.Optional.of("Ada")));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Browser secureBrowser() {
        return Browser.behindProxy("http://localhost:" + site.app.port(), SECURE);
    }

    /// One answer of every kind, by name: pages, redirects, JSON, documents, refusals.
    private static Map<String, Reply> answers(Browser browser, String issuer) {
        var all = new LinkedHashMap<String, Reply>();
        all.put("redirect to login", browser.get(Site.authorize(Site.request("third"))));
        var login = browser.follow(all.get("redirect to login"));
        all.put("login", login);
        all.put("wrong password", browser.post("/login", Site.login(login, "ada@example.com", "wrong")));
        all.put("wrong password shown", browser.follow(all.get("wrong password")));
        all.put("forbidden", browser.post("/login", Map.of("interaction", login.hidden("interaction"))));
        all.put("signed in", browser.post("/login", Site.login(login, "ada@example.com", Site.PASSWORD)));
        var consent = browser.follow(all.get("signed in"));
        all.put("consent", consent);
        site.clock.advance(java.time.Duration.ofSeconds(1));
        all.put(
                "accounts",
                browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "select_account"))))));
        all.put("error", browser.get("/authorize?client_id=nobody"));
        all.put("expired", browser.get("/login?interaction=x"));
        all.put("form_post", browser.get(Site.authorize(Site.request("spa", Map.of("response_mode", "form_post")))));
        all.put("back", browser.get(Site.authorize(Site.request("spa"))));
        all.put("back with an error", browser.get(Site.authorize(Site.request("spa", Map.of("response_type", "x")))));
        var code = all.get("back").redirect().text("code");
        all.put("tokens", browser.post("/oauth/token", Site.redemption("spa", code)));
        var token = all.get("tokens").json().get("access_token").textValue();
        all.put("userinfo", browser.post("/userinfo", Map.of("access_token", token)));
        all.put("no token", browser.get("/userinfo"));
        all.put("me", browser.send(browser.to("/me").header("Authorization", "Bearer " + token)));
        all.put("invalid_grant", browser.post("/oauth/token", Site.redemption("spa", code)));
        all.put(
                "preflight",
                browser.send(browser.to("/oauth/token")
                        .header("Origin", "https://app.example")
                        .method("OPTIONS", BodyPublishers.noBody())));
        all.put("discovery", browser.get("/.well-known/openid-configuration"));
        all.put("keys", browser.get("/.well-known/jwks.json"));
        all.put("sdk", browser.get("/sdk/auth.js"));
        all.put("nothing here", browser.get("/nothing"));
        all.put("wrong method", browser.get("/oauth/token"));
        all.put("logout", browser.get("/logout"));
        all.put("logging out", browser.post("/logout", logout(all.get("logout"))));
        all.put("logged out", browser.follow(all.get("logging out")));
        assertEquals(issuer, all.get("discovery").json().get("issuer").textValue());
        assertEquals(200, consent.status(), consent.body());
        assertTrue(consent.body().contains("id=\"allow\""), consent.body());
        return all;
    }

    private static Map<String, String> logout(Reply page) {
        return Map.of("csrf", page.hidden("csrf"), "action", "logout");
    }

    private static boolean isHtml(Reply reply) {
        return reply.header("content-type").orElse("").startsWith("text/html");
    }

    private static void assertOne(String value, Reply reply, String header, String name) {
        assertEquals(List.of(value), reply.headers(header), header + " of " + name);
    }

    private static void assertProtected(String name, Reply reply) {
        assertOne("nosniff", reply, "x-content-type-options", name);
        assertOne("DENY", reply, "x-frame-options", name);
        assertOne("same-origin", reply, "cross-origin-opener-policy", name);
        assertTrue(reply.header("server").isEmpty(), name);
        assertTrue(reply.header("x-powered-by").isEmpty(), name);
        assertTrue(reply.header("date").isPresent(), name);
        var policy = reply.headers("content-security-policy");
        assertEquals(1, policy.size(), name);
        assertTrue(policy.getFirst().contains("default-src 'none'"), name);
        assertTrue(policy.getFirst().contains("frame-ancestors 'none'"), name);
        assertFalse(policy.getFirst().contains("unsafe"), name);
        assertOne(isHtml(reply) ? "same-origin" : "no-referrer", reply, "referrer-policy", name);
        var isPublic = Set.of("discovery", "keys", "sdk").contains(name);
        var cache = reply.header("cache-control").orElse(name.equals("preflight") ? "no-store" : "");
        assertTrue(isPublic ? cache.startsWith("public, max-age=") : cache.equals("no-store"), name + ": " + cache);
    }

    @Test
    void SE_09_every_answer_protects_itself_on_localhost() {
        answers(site.browser(), site.issuer).forEach((name, reply) -> {
            assertProtected(name, reply);
            assertTrue(reply.header("strict-transport-security").isEmpty(), name);
        });
    }

    @Test
    void SE_09_every_answer_protects_itself_behind_tls() {
        answers(secureBrowser(), SECURE).forEach((name, reply) -> {
            assertProtected(name, reply);
            assertOne("max-age=31536000", reply, "strict-transport-security", name);
        });
    }

    @Test
    @Spec("RFC 9700 §4.16")
    void SE_07_no_page_can_be_framed() {
        var pages = new TreeSet<String>();
        answers(site.browser(), site.issuer).forEach((name, reply) -> {
            if (isHtml(reply)) {
                pages.add(name);
                assertOne("DENY", reply, "x-frame-options", name);
                assertTrue(reply.header("content-security-policy").orElseThrow().contains("frame-ancestors 'none'"));
            }
        });
        assertTrue(
                pages.containsAll(Set.of("login", "consent", "accounts", "error", "logout", "logged out")), pages + "");
    }

    @Test
    void pages_and_redirects_are_shared_with_no_other_origin() {
        var browser = site.browser().always("X-Test", "1");
        for (var path : List.of(Site.authorize(Site.request("spa")), "/logout", "/login?interaction=x")) {
            var reply = browser.send(browser.to(path).header("Origin", "https://app.example"));
            assertTrue(reply.header("access-control-allow-origin").isEmpty(), path);
            var preflight = browser.send(browser.to(path)
                    .header("Origin", "https://app.example")
                    .method("OPTIONS", BodyPublishers.noBody()));
            assertEquals(405, preflight.status(), path);
        }
    }

    private static List<String> cookies(Browser browser, String issuer) {
        var set = new ArrayList<String>();
        answers(browser, issuer).values().forEach(reply -> set.addAll(reply.headers("set-cookie")));
        assertTrue(set.size() >= 3, set + "");
        return set;
    }

    private static Set<String> attributes(String cookie) {
        return Arrays.stream(cookie.split("; "))
                .skip(1)
                .filter(one -> !one.startsWith("Max-Age="))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void SE_06_every_cookie_behind_tls_is_bound_to_host_and_tls() {
        for (var cookie : cookies(secureBrowser(), SECURE)) {
            assertTrue(cookie.startsWith("__Host-symbolon-"), cookie);
            assertEquals(Set.of("Path=/", "HttpOnly", "SameSite=Lax", "Secure"), attributes(cookie));
            assertTrue(cookie.length() < 4_096);
        }
    }

    @Test
    void SE_06_on_plain_localhost_the_same_cookies_go_without_secure() {
        for (var cookie : cookies(site.browser(), site.issuer)) {
            assertTrue(cookie.startsWith("symbolon-"), cookie);
            assertEquals(Set.of("Path=/", "HttpOnly", "SameSite=Lax"), attributes(cookie));
        }
    }

    @Test
    void SE_06_the_browser_cookie_stays_small_however_many_people_sign_in() {
        var browser = site.browser();
        for (var i = 0; i < 15; i++) {
            var email = "somebody-with-a-rather-long-address-" + i + "@example.com";
            site.person(email, "Somebody " + i);
            browser.cookies.remove("symbolon-session");
            site.signIn(browser, Site.request("spa"), email);
        }
        assertTrue(browser.cookies.get("symbolon-browser").length() < 1_000, browser.cookies + "");
    }

    @Test
    void SE_06_a_cookie_without_the_prefix_is_not_read_behind_tls() {
        var browser = secureBrowser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        var tossed = secureBrowser();
        browser.cookies.forEach((name, value) -> tossed.cookies.put(name.replace("__Host-", ""), value));
        var probe = Site.authorize(Site.request("spa", Map.of("prompt", "none")));
        assertEquals("login_required", tossed.get(probe).redirect().text("error"));
        assertEquals("", browser.get(probe).redirect().text("error"));
    }

    @Test
    void a_session_cookie_lasts_as_long_as_the_session_and_is_taken_back_at_logout() {
        var replies = answers(site.browser(), site.issuer);
        var set = replies.get("signed in").headers("set-cookie");
        assertTrue(
                set.stream().anyMatch(one -> one.startsWith("symbolon-session=") && one.contains("; Max-Age=2592000;")),
                set + "");
        var taken = replies.get("logging out").headers("set-cookie");
        assertEquals(List.of("symbolon-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"), taken);
    }
}
