package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes back (RFC 6749 §4.1.2, §4.1.2.1, RFC 9207).
final class AuthorizeAnswerTest {
    private static Site site;
    private static Browser ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Reply ask(Map<String, String> changes) {
        return ada.get(Site.authorize(Site.request("spa", changes)));
    }

    @Test
    @Spec({"RFC 6749 §4.1.2", "RFC 9700 §4.12"})
    void the_answer_is_a_303_with_code_state_and_issuer_and_nothing_else() {
        for (var back : List.of(ask(Map.of()), ada.post("/authorize", Site.request("spa")))) {
            AtAuthorize.isCode(site, back);
            assertTrue(
                    back.location()
                            .matches("https://app\\.example/callback\\?code=[A-Za-z0-9_-]+"
                                    + "&state=st%20ate%2F%C3%BC&iss=http%3A%2F%2Flocalhost%3A[0-9]+"),
                    back.location());
            assertEquals("no-store", back.header("cache-control").orElseThrow());
            assertEquals("no-referrer", back.header("referrer-policy").orElseThrow());
            assertEquals(0, back.http().body().length);
        }
    }

    @Test
    @Spec("RFC 9700 §4.12")
    void a_password_is_never_answered_with_a_redirect_that_repeats_it() {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var reply = browser.post("/login", Site.login(page, "bob@example.com", Site.PASSWORD));
        assertEquals(303, reply.status());
        assertFalse(reply.location().contains("password"), reply.location());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "state=plain",
                "state=a%20b%2Bc%26d%3De%23f%3Fg",
                "state=a+b",
                "state=%FF%FE%80",
                "state=%00%0A%0D%09",
                "state=%C3%BC%F0%9F%98%80",
                "state=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
                "state=100%25",
                "state=%2525",
                "state=%zz%4",
                "state=%",
                "state=https%3A%2F%2Fevil.example%2F",
                "state=%7B%7B7*7%7D%7D"
            })
    @Spec({"RFC 6749 §4.1.1", "RFC 6749 §4.1.2"})
    void state_comes_back_byte_for_byte(String sent) {
        for (var more : List.of("", "&prompt=foo", "&response_type=token")) {
            var stateless =
                    Site.request("spa", Map.of("state", "", "response_type", more.contains("type") ? "" : "code"));
            var back = ada.get(Site.authorize(stateless).replaceAll("%%", "%25") + more + "&" + encodedOnce(sent));
            var returned = back.location().replaceAll(".*[?&](state=[^&]*).*", "$1");
            assertEquals(canonical(sent), returned);
            assertFalse(back.location().contains("#"));
        }
    }

    // java.net.URI lets no broken escape through; an escaped per cent sign is what such a state means.
    private static String encodedOnce(String sent) {
        return sent.replaceAll("%(?![0-9A-Fa-f]{2})", "%25").replace("{", "%7B").replace("}", "%7D");
    }

    private static String canonical(String sent) {
        var decoded = encodedOnce(sent).substring(6).replace("+", "%20");
        return "state=" + decoded.replace("(", "%28").replace(")", "%29").replace("*", "%2A");
    }

    @Test
    @Spec("RFC 6749 §4.1.2")
    void without_state_none_comes_back() {
        for (var changes : List.of(Map.of("state", ""), Map.of("state", "", "response_type", "token"))) {
            var back = ask(changes);
            assertFalse(back.location().contains("state"), back.location());
        }
        assertFalse(ada.get(Site.authorize(Site.request("spa", Map.of("state", ""))) + "&state=")
                .location()
                .contains("state"));
    }

    @Test
    @Spec("RFC 6749 §4.1.1")
    void state_has_room_for_four_kilobytes_and_no_more() {
        var most = "s".repeat(4_096);
        assertEquals(most, ask(Map.of("state", most)).redirect().text("state"));
        assertFalse(ask(Map.of("state", most)).redirect().text("code").isEmpty());
        var beyond = ask(Map.of("state", most + "s"));
        assertEquals("invalid_request", beyond.redirect().text("error"));
        assertTrue(beyond.redirect().get("code").isEmpty());
        var bytes = ask(Map.of("state", "ü".repeat(2_049)));
        assertEquals("invalid_request", bytes.redirect().text("error"));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_nonce_comes_back_in_the_id_token_only_and_has_room_for_two_kilobytes() {
        var nonce = "ü\"\\<&'".repeat(300);
        var back = ask(Map.of("nonce", nonce));
        assertFalse(back.location().contains("nonce"));
        var tokens = site.token(Site.redemption("spa", AtAuthorize.isCode(site, back)));
        assertEquals(
                nonce,
                Site.claims(tokens.json().get("id_token").textValue())
                        .get("nonce")
                        .textValue());
        AtAuthorize.isBack(site, ask(Map.of("nonce", "n".repeat(2_049))), "invalid_request");
        var without = site.token(Site.redemption("spa", AtAuthorize.isCode(site, ask(Map.of("nonce", "")))));
        assertTrue(Site.claims(without.json().get("id_token").textValue())
                .path("nonce")
                .isMissingNode());
    }

    @Test
    @Spec("RFC 6749 §4.1.2")
    void a_code_is_short_lived_opaque_and_new_each_time() {
        var one = AtAuthorize.isCode(site, ask(Map.of()));
        var two = AtAuthorize.isCode(site, ask(Map.of()));
        assertNotEquals(one, two);
        assertFalse(one.contains("."), "a code is not a readable token");
        site.clock.advance(Duration.ofSeconds(61));
        var late = site.token(Site.redemption("spa", one));
        assertEquals(400, late.status());
        assertEquals("invalid_grant", late.json().get("error").textValue());
    }

    @Test
    @Spec({"RFC 9207 §2", "RFC 9700 §4.4.2.1"})
    void every_answer_names_the_issuer_exactly_as_its_metadata_does() {
        var metadata = ada.get("/.well-known/openid-configuration").json();
        assertTrue(
                metadata.get("authorization_response_iss_parameter_supported").booleanValue());
        var issuer = metadata.get("issuer").textValue();
        assertEquals(site.issuer, issuer);
        for (var changes : List.of(
                Map.<String, String>of(),
                Map.of("prompt", "none"),
                Map.of("response_type", "token"),
                Map.of("code_challenge", ""),
                Map.of("scope", "\""),
                Map.of("resource", "x"),
                Map.of("max_age", "x"),
                Map.of("iss", "https://evil.example"))) {
            assertEquals(issuer, ask(changes).redirect().text("iss"));
        }
        var strangers = site.browser().get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
        assertEquals(issuer, strangers.redirect().text("iss"));
    }

    @Test
    @Spec({"RFC 9207 §2", "RFC 9700 §4.4"})
    void another_tenant_is_another_issuer_and_knows_neither_client_nor_session() {
        var line = "GET " + Site.authorize(Site.request("spa", Map.of("prompt", "none"))) + " HTTP/1.1\r\nCookie: "
                + ada.cookies.entrySet().stream().map(Object::toString).collect(Collectors.joining("; "));
        assertTrue(AtAuthorize.raw(site, line).contains("code="));
        var other = AtAuthorize.raw(site, line, "other.localhost:" + site.app.port());
        assertTrue(other.startsWith("HTTP/1.1 400 ") && !other.contains("Location"), other);
        var unknown = AtAuthorize.raw(site, line, "evil.example");
        assertTrue(unknown.startsWith("HTTP/1.1 404 ") && !unknown.contains("Location"), unknown);
    }

    @Test
    @Spec({"RFC 6749 §4.1.2.1", "RFC 6749 §5.2"})
    void every_error_says_what_is_wrong_in_plain_ascii() {
        var wrong = new HashMap<Map<String, String>, String>();
        wrong.put(Map.of("response_type", "token"), "unsupported_response_type");
        wrong.put(Map.of("code_challenge_method", "plain"), "invalid_request");
        wrong.put(Map.of("scope", "a\"b"), "invalid_scope");
        wrong.put(Map.of("resource", "https://x.example/\"\\é"), "invalid_target");
        wrong.put(Map.of("claims", "\"\\é"), "invalid_request");
        wrong.put(Map.of("request", "x"), "request_not_supported");
        wrong.put(Map.of("prompt", "none login"), "invalid_request");
        AtAuthorize.still(site, () -> wrong.forEach((changes, error) -> AtAuthorize.isBack(site, ask(changes), error)));
    }

    @Test
    @Spec("RFC 6749 §4.1.2.1")
    void a_person_who_cancels_sends_access_denied() {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var form = new HashMap<>(Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf")));
        form.put("action", "cancel");
        AtAuthorize.still(
                site, () -> AtAuthorize.isBack(site, browser.follow(browser.post("/login", form)), "access_denied"));
    }
}
