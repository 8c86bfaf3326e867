package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.symbolon.oauth.ClientId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The authorization request (RFC 6749 §4.1.1) and section B of the security cases. Ada is signed in, so that a
/// request that is let through by mistake yields a code.
final class AuthorizeRequestTest {
    private static Site site;
    private static Browser ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("gone", Site.draft().callbacks(Site.CALLBACK));
        site.client("off", Site.draft().callbacks(Site.CALLBACK));
        var clients = site.app.house().clients();
        clients.remove(site.host().id(), new ClientId("gone"), site.clock.instant());
        clients.disable(site.host().id(), new ClientId("off"), site.clock.instant());
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void refused(Map<String, String> request, String error) {
        AtAuthorize.still(site, () -> {
            AtAuthorize.isBack(site, ada.get(Site.authorize(request)), error);
            AtAuthorize.isBack(site, ada.post("/authorize", request), error);
        });
    }

    @Test
    @Spec({"RFC 6749 §3.1", "OIDC Core §3.1.2.1"})
    void get_and_post_are_one() {
        AtAuthorize.isCode(site, ada.get(Site.authorize(Site.request("spa"))));
        AtAuthorize.isCode(site, ada.post("/authorize", Site.request("spa")));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_form_of_another_site_finds_the_session_although_its_cookies_stay_at_home() {
        var posted = AtAuthorize.crossSitePost(site, Browser.encode(Site.request("spa")));
        assertEquals(303, posted.status(), posted.body());
        assertTrue(posted.headers("set-cookie").isEmpty(), "the cookie that stayed at home is not overwritten");
        AtAuthorize.isCode(site, ada.follow(posted));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_form_of_another_site_may_probe_silently() {
        var body = Browser.encode(Site.request("spa", Map.of("prompt", "none")));
        AtAuthorize.isCode(site, ada.follow(AtAuthorize.crossSitePost(site, body)));
        var stranger = site.browser();
        var refused = stranger.follow(AtAuthorize.crossSitePost(site, body));
        AtAuthorize.isBack(site, refused, "login_required");
        assertTrue(stranger.cookies.isEmpty());
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_form_of_another_site_leads_a_stranger_to_the_sign_in_page_and_back() {
        var stranger = site.browser();
        var posted = AtAuthorize.crossSitePost(site, Browser.encode(Site.request("spa")));
        var page = AtAuthorize.isSignIn(stranger.follow(posted));
        AtAuthorize.isCode(site, site.signInAt(stranger, page, "bob@example.com"));
    }

    @Test
    @Spec("RFC 6749 §3.1")
    void the_query_of_a_posted_request_is_not_read() {
        var reply = ada.post(Site.authorize(Site.request("spa")), Map.of("state", "x"));
        AtAuthorize.isPage(reply);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
    @Spec("RFC 6749 §3.1")
    void other_methods_are_not_taken(String method) {
        AtAuthorize.still(site, () -> {
            var reply = ada.send(HttpRequest.newBuilder(URI.create(site.issuer + Site.authorize(Site.request("spa"))))
                    .method(method, HttpRequest.BodyPublishers.noBody()));
            assertEquals(405, reply.status());
            assertEquals("GET, POST", reply.header("allow").orElseThrow());
            assertTrue(reply.header("location").isEmpty());
            assertTrue(reply.header("access-control-allow-origin").isEmpty());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_id", "redirect_uri"})
    @Spec("RFC 6749 §3.1")
    void AR_01_client_or_callback_sent_twice_is_a_page(String name) {
        var request = Site.request("spa");
        AtAuthorize.still(site, () -> {
            for (var again : List.of(request.get(name), "other", "")) {
                AtAuthorize.isPage(ada.get(AtAuthorize.twice(request, name, again)));
                AtAuthorize.isPage(ada.get(Site.authorize(request) + "&" + name.replace("_", "%5f") + "=" + again));
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "response_type,code",
        "response_type,token",
        "response_mode,query",
        "scope,openid",
        "nonce,other",
        "code_challenge,E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method,S256",
        "code_challenge_method,plain",
        "prompt,none",
        "max_age,1",
        "claims,{}",
        "audience,https://api.example/orders",
        "login_hint,x",
        "unknown,x"
    })
    @Spec("RFC 6749 §3.1")
    void AR_01_any_other_parameter_sent_twice_goes_back(String name, String again) {
        var request = Site.request("spa");
        request.putIfAbsent(name, again);
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isBack(site, ada.get(AtAuthorize.twice(request, name, again)), "invalid_request"));
    }

    @Test
    @Spec("RFC 6749 §3.1")
    void AR_01_state_sent_twice_goes_back_without_either() {
        AtAuthorize.still(site, () -> {
            var back = ada.get(AtAuthorize.twice(Site.request("spa"), "state", "other"));
            assertEquals("invalid_request", back.redirect().text("error"), back.location());
            assertTrue(back.redirect().get("state").isEmpty(), back.location());
        });
    }

    @Test
    @Spec("RFC 8707 §2")
    void AR_01_two_resources_are_a_target_that_one_token_cannot_have() {
        var request = Site.request("spa", Map.of("resource", Site.API));
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isBack(
                        site, ada.get(AtAuthorize.twice(request, "resource", Site.API)), "invalid_target"));
    }

    @Test
    @Spec("RFC 6749 §3.1")
    void an_empty_parameter_is_an_absent_one() {
        var request = Site.authorize(Site.request("spa"));
        for (var name : List.of(
                "prompt",
                "max_age",
                "claims",
                "response_mode",
                "request",
                "request_uri",
                "resource",
                "audience",
                "connection",
                "id_token_hint",
                "login_hint",
                "acr_values",
                "ui_locales")) {
            AtAuthorize.isCode(site, ada.get(request + "&" + name + "="));
            AtAuthorize.isCode(site, ada.get(request + "&" + name));
        }
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isBack(
                        site,
                        ada.get(Site.authorize(Site.request("spa", Map.of("response_type", ""))) + "&response_type="),
                        "invalid_request"));
    }

    @Test
    @Spec("RFC 6749 §3.1")
    void unknown_parameters_are_ignored() {
        var more = Map.of(
                "foo", "<script>", "utm_source", "mail", "code", "x", "iss", "https://evil.example", "error", "y");
        var request = Site.request("spa", more);
        var back = ada.get(Site.authorize(request));
        AtAuthorize.isCode(site, back);
        assertFalse(back.location().contains("evil"), back.location());
    }

    @Test
    @Spec({"RFC 6749 §3.1.1", "RFC 6749 §4.1.2.1"})
    void AR_03_a_missing_response_type_is_invalid() {
        refused(Site.request("spa", Map.of("response_type", "")), "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token",
                "id_token",
                "id_token token",
                "code token",
                "code id_token",
                "token code",
                "Code",
                "CODE",
                "none",
                "code code",
                " code",
                "code ",
                "code\t",
                "code\u0000",
                "password"
            })
    @Spec({"RFC 6749 §3.1.1", "RFC 6749 §4.1.2.1", "RFC 9700 §2.1.2"})
    void AR_03_any_other_response_type_is_unsupported_and_no_token_is_ever_in_an_address(String type) {
        refused(Site.request("spa", Map.of("response_type", type)), "unsupported_response_type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fragment", "web_message", "query.jwt", "form_post.jwt", "jwt", "Query", "FORM_POST", "x"})
    @Spec("OAuth 2.0 Multiple Response Types §2.1")
    void AR_04_an_unknown_response_mode_goes_back_in_the_default_mode(String mode) {
        refused(Site.request("spa", Map.of("response_mode", mode)), "invalid_request");
    }

    @Test
    @Spec("RFC 6749 §4.1.2.1")
    void AR_05_unknown_disabled_deleted_and_foreign_clients_get_the_same_page() {
        site.app
                .house()
                .clients()
                .add(
                        new dev.symbolon.oauth.Client(
                                site.otherHost().id(),
                                new ClientId("foreign"),
                                site.app
                                        .house()
                                        .clients()
                                        .find(site.host().id(), new ClientId("spa"))
                                        .orElseThrow()
                                        .metadata(),
                                java.util.Optional.empty()),
                        site.clock.instant());
        var pages = new ArrayList<String>();
        AtAuthorize.still(site, () -> {
            for (var client :
                    List.of("nobody", "off", "gone", "foreign", "sp\u0000a", "spa ", "SPA", "<svg onload>", "é")) {
                var reply = ada.get(Site.authorize(Site.request(client)));
                var id = AtAuthorize.isPage(reply);
                AtAuthorize.isPage(ada.post("/authorize", Site.request(client)));
                pages.add(reply.body().replace(id, "ID"));
            }
            AtAuthorize.isPage(ada.get(Site.authorize(Site.request("", Map.of("client_id", "")))));
        });
        assertEquals(1, pages.stream().distinct().count(), "the pages differ");
        AtAuthorize.isPage(ada.get(Site.authorize(Site.request("x".repeat(5_000)))));
    }

    @Test
    void AR_05_the_four_take_the_same_time() {
        var medians = new ArrayList<Long>();
        for (var client : List.of("nobody", "off", "gone", "foreign")) {
            var times = new long[200];
            var request = Site.authorize(Site.request(client));
            for (var i = -40; i < times.length; i++) {
                var began = System.nanoTime();
                ada.get(request);
                times[Math.max(0, i)] = System.nanoTime() - began;
            }
            java.util.Arrays.sort(times);
            medians.add(times[times.length / 2]);
        }
        var spread = medians.stream().mapToLong(Long::longValue).summaryStatistics();
        assertTrue(spread.getMax() - spread.getMin() < 10_000_000, "medians in nanoseconds: " + medians);
    }

    @Test
    @Spec("OIDC Core §6")
    void AR_08_a_request_object_is_refused_and_nothing_is_fetched() throws IOException {
        var calls = new AtomicInteger();
        var trap = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        trap.createContext("/", exchange -> {
            calls.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
        });
        trap.start();
        try {
            var here = "http://127.0.0.1:" + trap.getAddress().getPort() + "/request.jwt";
            for (var uri : List.of(
                    here,
                    "http://169.254.169.254/latest/meta-data",
                    "file:///etc/passwd",
                    "urn:ietf:params:oauth:request_uri:abc")) {
                refused(Site.request("spa", Map.of("request_uri", uri)), "request_uri_not_supported");
            }
            var unsigned = "eyJhbGciOiJub25lIn0.eyJyZWRpcmVjdF91cmkiOiJodHRwczovL2V2aWwuZXhhbXBsZSJ9.";
            refused(Site.request("spa", Map.of("request", unsigned)), "request_not_supported");
        } finally {
            trap.stop(0);
        }
        assertEquals(0, calls.get());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://api.example/unknown",
                "https://api.example/orders/",
                "https://api.example/orders#x",
                "/orders",
                "orders",
                "https://API.example/orders",
                "https://api.example/orders?x",
                "http://other.localhost"
            })
    @Spec("RFC 8707 §2")
    void AR_10_an_api_that_is_not_known_is_an_invalid_target(String api) {
        refused(Site.request("spa", Map.of("resource", api)), "invalid_target");
        refused(Site.request("spa", Map.of("audience", api)), "invalid_target");
        refused(Site.request("spa", Map.of("audience", Site.API, "resource", api)), "invalid_target");
    }

    @Test
    @Spec("RFC 8707 §2")
    void a_known_api_is_the_audience_of_the_access_token() {
        for (var name : List.of("resource", "audience")) {
            var back = ada.get(Site.authorize(Site.request("spa", Map.of(name, Site.API))));
            var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, back)));
            var claims = Site.claims(tokens.json().get("access_token").textValue());
            assertEquals(Site.API, claims.get("aud").get(0).textValue());
            assertEquals(600, tokens.json().get("expires_in").intValue());
        }
        var both = Site.request("spa", Map.of("resource", Site.API, "audience", Site.API));
        AtAuthorize.isCode(site, ada.get(Site.authorize(both)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection", "connection_id"})
    void a_connection_that_is_enabled_changes_nothing_and_another_is_refused(String name) {
        AtAuthorize.isCode(site, ada.get(Site.authorize(Site.request("spa", Map.of(name, "email-password")))));
        AtAuthorize.isCode(site, ada.get(Site.authorize(Site.request("spa", Map.of(name, "database")))));
        for (var unknown : List.of("google", "DATABASE", "<svg onload>", "database ")) {
            refused(Site.request("spa", Map.of(name, unknown)), "invalid_request");
        }
    }
}
