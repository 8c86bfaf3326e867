package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.client.Registration;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.web.Listening;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a connection carries is one answer for each request, whatever is in it.
final class ConnectionTest {
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /favicon.ico",
                "GET /authorize",
                "GET /nothing",
                "PUT /login",
                "POST /oauth/token",
                "POST /userinfo",
                "GET /logout"
            })
    void HT_10_a_body_that_was_announced_is_never_the_next_request(String line) {
        var host = "\r\nHost: localhost:" + site.app.port();
        var smuggled = "GET /robots.txt HTTP/1.1" + host + "\r\nX-Swallow: ";
        var first = line + " HTTP/1.1" + host + "\r\nExpect: 100-continue\r\nContent-Length: " + smuggled.length()
                + "\r\n\r\n" + smuggled;
        var second = "GET /.well-known/jwks.json HTTP/1.1" + host + "\r\nConnection: close\r\n\r\n";
        var heard = Wire.exchange(site.app.port(), first + second);
        assertFalse(heard.contains("User-agent"), "the body was taken for a request:\n" + heard);
        var answers = heard.replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "").split("HTTP/1\\.1 ", -1).length - 1;
        assertTrue(answers <= 2, answers + " answers to two requests:\n" + heard);
        if (answers == 2) {
            assertTrue(heard.contains("\"keys\""), "the second answer is that of the second request:\n" + heard);
        }
    }

    @Test
    void an_answer_to_an_unknown_host_is_protected_like_any_other() {
        var reply = Browser.at("http://localhost:" + site.app.port(), "http://nobody.example")
                .get("/");
        assertEquals(404, reply.status());
        assertEquals("nosniff", reply.header("x-content-type-options").orElseThrow());
        assertEquals("DENY", reply.header("x-frame-options").orElseThrow());
        assertTrue(reply.header("content-security-policy").orElseThrow().contains("default-src 'none'"));
    }

    @Test
    void AR_01_a_repetition_cannot_hide_behind_many_parameters() {
        var many = new StringBuilder(Site.authorize(Site.request("spa")));
        for (var i = 0; i < 200; i++) {
            many.append("&x").append(i).append("=y");
        }
        var reply = site.browser().get(many + "&redirect_uri=https://evil.example/");
        assertEquals(400, reply.status());
        assertTrue(reply.header("location").isEmpty());
        var form = new LinkedHashMap<>(Site.redemption("spa", "code"));
        for (var i = 0; i < 200; i++) {
            form.put("x" + i, "y");
        }
        assertEquals("invalid_request", site.token(form).json().get("error").textValue());
    }

    @Test
    void the_health_check_asks_the_port_that_people_use() throws IOException {
        var health = Browser.exchange(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + site.app.managementPort() + "/health")));
        assertEquals(200, health.status(), health.body());
        assertTrue(Listening.answers("0.0.0.0", site.app.port()));
        int closed;
        try (var socket = new ServerSocket(0)) {
            closed = socket.getLocalPort();
        }
        assertFalse(Listening.answers("127.0.0.1", closed));
    }

    @Test
    void a_scope_that_the_client_lost_is_not_refreshed() {
        site.client("narrow", Site.draft().callbacks(Site.CALLBACK));
        var tokens = site.tokens("narrow").json();
        assertTrue(tokens.get("scope").textValue().contains("email"));
        var id = new ClientId("narrow");
        var less = Registration.metadata(
                id, Site.draft().callbacks(Site.CALLBACK).scope("openid").build());
        site.app
                .house()
                .clients()
                .update(new Client(site.host().id(), id, less, Optional.empty()), site.clock.instant());
        var next = site.token(Site.refresh("narrow", tokens.get("refresh_token").textValue()))
                .json();
        assertEquals("openid", next.get("scope").textValue());
        assertFalse(Site.claims(next.get("id_token").textValue()).has("email"), next.toString());
    }

    @Test
    void SE_10_another_persons_idle_session_is_not_there_for_the_taking() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "bob@example.com");
        site.clock.advance(Duration.ofDays(7).plusSeconds(1));
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofSeconds(90));
        browser.get(Site.authorize(Site.request("spa")));
        var wanted = Site.request("spa", Map.of("prompt", "select_account"));
        var chooser = AtAuthorize.isChooser(browser.follow(browser.get(Site.authorize(wanted))));
        var sessions = chooser.values("session");
        assertEquals(2, sessions.size(), chooser.body());
        for (var session : sessions) {
            var form = Map.of(
                    "interaction", chooser.hidden("interaction"), "csrf", chooser.hidden("csrf"), "session", session);
            var answer = browser.post("/accounts", form);
            if (answer.location().startsWith("/authorize/resume")) {
                var back = browser.follow(answer);
                var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, back)))
                        .json();
                assertEquals(
                        "ada@example.com",
                        Site.claims(tokens.get("id_token").textValue())
                                .get("email")
                                .textValue());
                return;
            }
        }
        throw new AssertionError("nobody could be chosen");
    }
}
