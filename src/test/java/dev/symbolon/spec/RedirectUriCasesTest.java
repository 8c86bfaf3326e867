package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Section A of the security cases: where a browser can be sent. The client `web` has one callback, `spa` has two.
final class RedirectUriCasesTest {
    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("local", Site.draft().callbacks("http://127.0.0.1/cb", "http://localhost:3000/cb"));
        site.client("portal", Site.draft().callbacks("https://foo.example.com/cb", "https://app.example:8443/cb"));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    // Whoever is signed in already is the better victim: the code would go out without a page.
    private static void refused(String client, String redirectUri) {
        var victim = site.browser();
        site.signIn(victim, Site.request("spa"), "ada@example.com");
        AtAuthorize.still(site, () -> {
            for (var prompt : List.of("", "none", "login")) {
                var request = Site.request(client, Map.of("redirect_uri", redirectUri, "prompt", prompt));
                AtAuthorize.isPage(victim.get(Site.authorize(request)));
                AtAuthorize.isPage(site.browser().post("/authorize", request));
            }
        });
        AtAuthorize.isCode(site, victim.get(Site.authorize(Site.request("spa", Map.of("prompt", "none")))));
    }

    @Test
    @Spec({"RFC 6749 §3.1.2.4", "RFC 9700 §2.1", "RFC 9700 §4.1.3"})
    void RU_01_a_callback_that_is_not_registered_is_a_page() {
        refused("spa", "https://evil.example/callback");
        refused("spa", "https://foo.example.com/cb");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example.evil.tld/callback",
                "https://evil.tld/?https://app.example/callback",
                "https://evil.tld/https://app.example/callback",
                "https://app.example/callback/extra",
                "https://app.example/callback/",
                "https://app.example/callback?x=1",
                "https://app.example/callback?",
                "https://app.example/callbackx",
                "https://app.example/callbac",
                "https://app.example/callback/../callback",
                "https://app.example/./callback",
                "https://app.example//callback",
                "https://app.example/callback;x",
                "https://app.example/%63allback",
                "https://app.example:443/callback",
                "https://app.example./callback",
                "https://xapp.example/callback",
                "https://x.app.example/callback",
                "//app.example/callback",
                "/callback",
                "callback",
                "https:app.example/callback",
                "http://app.example/callback",
                "https://app.example/other",
                "https://app.example/other?fixed=2",
                "https://app.example/other?fixed=1&fixed=2",
                "https://app.example/callback https://evil.tld/",
                "https://app.example/callback,https://evil.tld/"
            })
    @Spec({"RFC 9700 §2.1", "RFC 9700 §4.1.1"})
    void RU_02_a_callback_that_only_begins_or_ends_like_a_registered_one_is_a_page(String redirectUri) {
        refused("spa", redirectUri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:80@evil.tld",
                "http://127.0.0.1@evil.tld",
                "http://127.0.0.1:80@evil.tld/cb",
                "http://127.0.0.1@127.0.0.1/cb",
                "http://user@127.0.0.1/cb",
                "https://app.example@evil.tld/callback",
                "https://app.example%40evil.tld/callback",
                "https://user:pass@app.example/callback",
                "https://@app.example/callback"
            })
    void RU_03_a_user_name_before_the_host_is_a_page_and_cannot_be_registered(String redirectUri) {
        refused("local", redirectUri);
        refused("spa", redirectUri);
        if (!redirectUri.contains("%40")) {
            cannotRegister(redirectUri);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example\\@evil.tld",
                "https://app.example\\@evil.tld/callback",
                "https:\\\\app.example\\callback",
                "https:\\\\evil.tld",
                "https://app.example/callback\t",
                "https://app.example/call\tback",
                "https://app.example/callback\n",
                "https://app.example/callback\r\nX-Injected: 1",
                "\nhttps://app.example/callback",
                " https://app.example/callback",
                "https://app.example/callback ",
                "https://app.example/callback\u0000",
                "\u0000https://app.example/callback",
                "https://app.example\u0000.evil.tld/callback",
                "https://app.example\uFF0Fcallback",
                "https://evil.tld\uFF0Fapp.example/callback",
                "https://app\uFF0Eexample/callback",
                "https://app.example\u3002evil.tld/callback",
                "https://app.example/callback\u200B",
                "https://app.ex\u00ADample/callback"
            })
    void RU_05_backslashes_and_characters_that_browsers_drop_are_a_page_and_cannot_be_registered(String redirectUri) {
        refused("spa", redirectUri);
        cannotRegister(redirectUri);
    }

    @Test
    void RU_05_a_raw_control_character_in_the_request_line_sends_nobody_anywhere() {
        var query = "client_id=spa&response_type=code&redirect_uri=https://app.example/callback";
        AtAuthorize.still(site, () -> {
            for (var tail :
                    List.of("\t", "\u0000", "\\@evil.tld", " ", "\u000B", "\uFF0F", "%00", "%0d%0aX-Injected:1")) {
                var answer = AtAuthorize.raw(site, "GET /authorize?" + query + tail + " HTTP/1.1");
                assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
                assertFalse(answer.toLowerCase(java.util.Locale.ROOT).contains("\r\nlocation:"), answer);
                assertFalse(answer.contains("\r\nX-Injected"), answer);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTPS://app.example/callback",
                "https://APP.example/callback",
                "https://app.Example/callback",
                "https://app.example/Callback",
                "HTTPS://APP.EXAMPLE/CALLBACK",
                "https://app.example/call%62ack",
                "https://app.example/other?Fixed=1"
            })
    @Spec("RFC 9700 §4.1.3")
    void RU_06_another_case_or_encoding_is_another_callback(String redirectUri) {
        refused("spa", redirectUri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example/callback#",
                "https://app.example/callback#x",
                "https://app.example/callback#/../evil",
                "https://app.example/other?fixed=1#code="
            })
    @Spec({"RFC 6749 §3.1.2", "RFC 9700 §4.1.3"})
    void RU_07_a_fragment_is_a_page_and_cannot_be_registered(String redirectUri) {
        refused("spa", redirectUri);
        cannotRegister(redirectUri);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "myapp:/cb",
                "myapp://cb",
                "javascript:alert(1)",
                "JaVaScRiPt:alert(1)",
                "javascript://app.example/%0aalert(1)",
                "\u0001javascript:alert(1)",
                " javascript:alert(1)",
                "java\tscript:alert(1)",
                "data:text/html,x",
                "DATA:text/html,x",
                "vbscript:x",
                "file:///etc/passwd",
                "FILE:///etc/passwd",
                "blob:https://app.example/0",
                "about:blank",
                "filesystem:https://app.example/",
                "ws://app.example/cb",
                "ftp://app.example/cb",
                "mailto:a@b.example",
                "Com.Example.App:/cb",
                "com.example.app:",
                "https:",
                "https://",
                "https:///cb",
                "http:/cb",
                "://app.example",
                "urn:ietf:wg:oauth:2.0:oob",
                ""
            })
    @Spec({"RFC 8252 §7.1", "RFC 8252 §8.4"})
    void RU_10_an_address_that_a_browser_would_run_or_anybody_can_claim_cannot_be_registered(String redirectUri) {
        cannotRegister(redirectUri);
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isPage(
                        site.browser().get(Site.authorize(Site.request("spa", Map.of("redirect_uri", redirectUri))))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://*.example.com/cb",
                "https://*/cb",
                "https://foo.example.com/*",
                "https://foo.example.com:*/cb",
                "https://foo.example.com/cb?*",
                "https?://foo.example.com/cb",
                "https://[a-z]+.example.com/cb",
                "^https://foo.example.com/cb$"
            })
    void RU_11_a_pattern_cannot_be_registered(String redirectUri) {
        cannotRegister(redirectUri);
    }

    @Test
    void RU_11_a_dot_is_a_dot() {
        refused("portal", "https://fooaexample.com/cb");
        refused("portal", "https://foo.exampleXcom/cb");
    }

    @Test
    void RU_12_a_client_without_callbacks_signs_nobody_in_and_none_is_ever_learned() {
        var refusal = assertThrows(OAuthException.class, () -> site.client("bare", Site.draft()));
        assertEquals(OAuthError.INVALID_REDIRECT_URI, refusal.error(), "whoever says nothing has forgotten them");
        refused("bare", "https://evil.example/learned");
        site.client("bare", Site.draft().callbacks());
        var before = site.app.house().clients().find(site.host().id(), new ClientId("bare"));
        assertTrue(before.orElseThrow().metadata().redirectUris().isEmpty());
        refused("bare", "https://evil.example/learned");
        refused("bare", "https://evil.example/learned");
        refused("bare", "");
        assertEquals(before, site.app.house().clients().find(site.host().id(), new ClientId("bare")));
        refused("spa", "https://evil.example/learned");
        refused("spa", "https://evil.example/learned");
    }

    @Test
    @Spec("RFC 6749 §3.1.2.3")
    void RU_13_a_missing_callback_is_a_page_whether_one_or_several_are_registered() {
        for (var client : List.of("web", "spa")) {
            refused(client, "");
            AtAuthorize.still(
                    site,
                    () -> AtAuthorize.isPage(site.browser()
                            .get(Site.authorize(Site.request(client)).replace("redirect_uri=", "redirect_uri=&x="))));
        }
    }

    @Test
    @Spec("RFC 6749 §3.1.2.3")
    void each_registered_callback_is_good_and_keeps_its_own_query() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        var back = browser.get(Site.authorize(Site.request("spa", Map.of("redirect_uri", Site.OTHER_CALLBACK))));
        AtAuthorize.isCode(site, back, Site.OTHER_CALLBACK);
        assertEquals("1", back.redirect().text("fixed"));
        var error = Site.request("spa", Map.of("redirect_uri", Site.OTHER_CALLBACK, "response_type", "token"));
        AtAuthorize.isBack(site, browser.get(Site.authorize(error)), Site.OTHER_CALLBACK, "unsupported_response_type");
    }

    private static void cannotRegister(String redirectUri) {
        AtAuthorize.still(site, () -> {
            var refusal = assertThrows(
                    OAuthException.class,
                    () -> site.client("never", Site.draft().callbacks(redirectUri)));
            assertEquals(OAuthError.INVALID_REDIRECT_URI, refusal.error());
            assertFalse(refusal.description().isEmpty());
        });
    }
}
