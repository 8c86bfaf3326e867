package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenID Connect adds to the request (Core §3.1.2.1, §5.2, §5.5).
final class OpenIdRequestTest {
    private static Site site;
    private static Browser ada;
    private static String adasToken;
    private static String bobsToken;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = site.browser();
        adasToken = idToken(site.signIn(ada, Site.request("spa"), "ada@example.com"));
        bobsToken = idToken(site.signIn(site.browser(), Site.request("spa"), "bob@example.com"));
        site.clock.advance(Duration.ofSeconds(10));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static JsonNode tokens(Reply back) {
        return site.token(Site.redemption("spa", AtAuthorize.isCode(site, back)))
                .json();
    }

    private static String idToken(Reply back) {
        return tokens(back).get("id_token").textValue();
    }

    private static Reply ask(Map<String, String> changes) {
        return ada.get(Site.authorize(Site.request("spa", changes)));
    }

    private static Reply fresh(Map<String, String> changes) {
        var browser = site.browser();
        return browser.follow(browser.get(Site.authorize(Site.request("spa", changes))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void without_openid_it_is_plain_oauth_and_there_is_no_id_token() {
        var answer = tokens(ask(Map.of("scope", "email")));
        assertTrue(answer.path("id_token").isMissingNode());
        assertEquals("email", answer.get("scope").textValue());
    }

    @ParameterizedTest
    @CsvSource({
        "display,page",
        "display,popup",
        "display,touch",
        "display,wap",
        "display,nonsense",
        "ui_locales,de fr-CA en",
        "ui_locales,xx-YY",
        "claims_locales,de",
        "acr_values,urn:symbolon:acr:password",
        "acr_values,gold silver",
        "login_hint,ada@example.com",
        "login_hint,+34 600 000 000",
        "screen_hint,x",
        "registration,{}",
        "id_token_hints,x",
        "nonsense,1"
    })
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §15.1"})
    void a_hint_is_never_an_error(String name, String value) {
        AtAuthorize.isCode(site, ask(Map.of(name, value)));
        AtAuthorize.isCode(site, ask(Map.of(name, value, "prompt", "none")));
        AtAuthorize.isSignIn(fresh(Map.of(name, value)));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void a_login_hint_of_somebody_else_lets_the_person_say_who_they_are() {
        var hint = Map.of("login_hint", "somebody@else.example");
        AtAuthorize.isCode(site, ask(Map.of("login_hint", "somebody@else.example", "prompt", "none")));
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofSeconds(1));
        var chooser = browser.follow(browser.get(Site.authorize(Site.request("spa", hint))));
        AtAuthorize.isChooser(chooser);
        var form = Map.of(
                "interaction", chooser.hidden("interaction"), "csrf", chooser.hidden("csrf"), "action", "another");
        var page = AtAuthorize.isSignIn(browser.follow(browser.post("/accounts", form)));
        assertTrue(page.body().contains("value=\"somebody@else.example\""), page.body());
        AtAuthorize.isCode(
                site, browser.follow(browser.post("/login", Site.login(page, "bob@example.com", Site.PASSWORD))));
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §5.2"})
    void ui_locales_decides_the_language_before_the_browser_does() {
        for (var one : Map.of("de", "de", "xx fr-CA en", "fr", "pt-BR", "pt", "ES", "es", "ja", "ja")
                .entrySet()) {
            var browser = site.browser().always("Accept-Language", "it");
            var request = Site.request("spa", Map.of("ui_locales", one.getKey()));
            var page = browser.follow(browser.get(Site.authorize(request)));
            assertEquals(one.getValue(), page.header("content-language").orElseThrow());
            assertTrue(page.body().contains("<html lang=\"" + one.getValue() + "\""), one.getKey());
        }
        var browser = site.browser().always("Accept-Language", "it");
        for (var unknown : List.of("xx", "\"><svg onload=1>", "../../en", "de\u0000", "x".repeat(5_000))) {
            var request = Site.request("spa", Map.of("ui_locales", unknown));
            var page = AtAuthorize.isSignIn(browser.follow(browser.get(Site.authorize(request))));
            assertEquals("it", page.header("content-language").orElseThrow(), unknown);
        }
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void an_id_token_hint_of_the_person_who_is_here_is_silent_and_keeps_sub_and_auth_time() {
        var before = Site.claims(adasToken);
        for (var prompt : List.of("none", "")) {
            var after = Site.claims(idToken(ask(Map.of("id_token_hint", adasToken, "prompt", prompt))));
            assertEquals(before.get("sub"), after.get("sub"));
            assertEquals(before.get("auth_time"), after.get("auth_time"));
        }
    }

    @Test
    @Spec({"OIDC Core §3.1.2.1", "OIDC Core §3.1.2.2", "OIDC Core §3.1.2.6"})
    void an_id_token_hint_of_another_person_is_login_required_or_the_sign_in_page() {
        AtAuthorize.still(site, () -> {
            var silent = Map.of("id_token_hint", bobsToken, "prompt", "none");
            AtAuthorize.isBack(site, ask(silent), "login_required");
            AtAuthorize.isSignIn(ada.follow(ask(Map.of("id_token_hint", bobsToken))));
        });
    }

    @Test
    @Spec("OIDC Core §3.1.2.2")
    void who_signs_in_instead_of_the_hinted_person_gets_no_code() {
        var browser = site.browser();
        var request = Site.request("spa", Map.of("id_token_hint", bobsToken));
        AtAuthorize.isBack(site, site.signIn(browser, request, "ada@example.com"), "login_required");
        var right = site.browser();
        AtAuthorize.isCode(site, site.signIn(right, request, "bob@example.com"));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void an_expired_id_token_is_still_a_hint() {
        var own = Site.start();
        try {
            var browser = own.browser();
            var code = own.signIn(browser, Site.request("spa"), "ada@example.com")
                    .redirect()
                    .text("code");
            var token = own.token(Site.redemption("spa", code))
                    .json()
                    .get("id_token")
                    .textValue();
            own.clock.advance(Duration.ofHours(5));
            var request = Site.request("spa", Map.of("id_token_hint", token, "prompt", "none"));
            AtAuthorize.isCode(own, browser.get(Site.authorize(request)));
        } finally {
            own.close();
        }
    }

    @Test
    @Spec("OIDC Core §3.1.2.2")
    void what_is_not_an_id_token_of_this_issuer_is_no_hint() {
        var accessToken = tokens(ask(Map.of())).get("access_token").textValue();
        var parts = adasToken.split("\\.");
        var bobs = bobsToken.split("\\.");
        AtAuthorize.still(site, () -> {
            for (var hint : List.of(
                    "x",
                    "a.b.c",
                    accessToken,
                    parts[0] + "." + bobs[1] + "." + parts[2],
                    parts[0] + "." + parts[1] + ".",
                    "eyJhbGciOiJub25lIn0." + parts[1] + ".",
                    adasToken + "x",
                    adasToken.substring(0, adasToken.length() - 8),
                    "x".repeat(16_385))) {
                AtAuthorize.isBack(site, ask(Map.of("id_token_hint", hint)), "invalid_request");
                AtAuthorize.isBack(site, ask(Map.of("id_token_hint", hint, "prompt", "none")), "invalid_request");
            }
        });
    }

    @Test
    @Spec({"OIDC Core §2", "OIDC Core §3.1.2.1"})
    void the_published_acr_comes_back_whatever_is_wished() {
        var published = ada.get("/.well-known/openid-configuration")
                .json()
                .get("acr_values_supported")
                .get(0);
        for (var wish : List.of("", published.textValue(), "gold " + published.textValue(), "gold")) {
            assertEquals(
                    published,
                    Site.claims(idToken(ask(Map.of("acr_values", wish)))).get("acr"));
        }
    }

    @Test
    @Spec("OIDC Core §5.5")
    void claims_asked_for_by_name_come_where_they_were_asked_for() {
        var claims = "{\"userinfo\":{\"email\":{\"essential\":true},\"nickname\":null},\"id_token\":{\"name\":null}}";
        var answer = tokens(ask(Map.of("scope", "openid", "claims", claims)));
        var idToken = Site.claims(answer.get("id_token").textValue());
        assertEquals("Ada Lovelace", idToken.get("name").textValue());
        assertTrue(idToken.path("email").isMissingNode(), "asked for at userinfo only");
        var me = site.withBearer("/userinfo", answer.get("access_token").textValue())
                .json();
        assertEquals("ada@example.com", me.get("email").textValue());
        assertTrue(me.path("name").isMissingNode(), "asked for in the ID token only");
        assertTrue(me.path("nickname").isMissingNode(), "what the account lacks is left out");
    }

    @Test
    @Spec({"OIDC Core §5.5", "OIDC Core §5.5.1"})
    void unknown_claims_and_members_are_ignored_and_protected_ones_cannot_be_set() {
        for (var claims : List.of(
                "{}",
                "{\"userinfo\":null,\"id_token\":null}",
                "{\"userinfo\":[],\"id_token\":\"x\"}",
                "{\"other\":{\"a\":1}}",
                "{\"id_token\":{\"iss\":{\"value\":\"https://evil.example\"},"
                        + "\"aud\":{\"value\":\"evil\"},\"exp\":null}}",
                "{\"id_token\":{\"password_hash\":{\"essential\":true},\"http://x/y\":null}}",
                "{\"id_token\":{\"email\":{\"value\":\"other@example.com\"}}}",
                "{\"id_token\":{\"auth_time\":{\"essential\":true}}}")) {
            var token = Site.claims(idToken(ask(Map.of("claims", claims))));
            assertEquals(site.issuer, token.get("iss").textValue());
            assertEquals("spa", token.get("aud").textValue());
            assertEquals("ada@example.com", token.get("email").textValue());
            assertTrue(token.get("auth_time").isNumber());
            assertTrue(token.path("password_hash").isMissingNode());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "[]",
                "null",
                "1",
                "\"x\"",
                "{",
                "{\"a\":1",
                "{\"userinfo\":{},\"userinfo\":{}}",
                "{} {}",
                "{}x",
                "{\"id_token\":{\"name\":null,\"name\":null}}",
                "\u0000",
                "{'id_token':{}}",
                "<svg onload>"
            })
    @Spec("OIDC Core §5.5")
    void claims_that_are_no_json_object_are_invalid(String claims) {
        AtAuthorize.still(site, () -> AtAuthorize.isBack(site, ask(Map.of("claims", claims)), "invalid_request"));
    }

    @Test
    @Spec("OIDC Core §5.5")
    void claims_nested_without_end_are_invalid() {
        var deep = "{\"userinfo\":" + "[".repeat(3_000) + "]".repeat(3_000) + "}";
        AtAuthorize.still(site, () -> AtAuthorize.isBack(site, ask(Map.of("claims", deep)), "invalid_request"));
    }

    @Test
    @Spec({"OIDC Core §5.5.1", "OIDC Core §3.1.2.2"})
    void a_subject_asked_for_in_claims_is_the_only_one_who_gets_a_code() {
        var adas = "{\"id_token\":{\"sub\":{\"value\":\""
                + Site.claims(adasToken).get("sub").textValue() + "\"}}}";
        var bobs = "{\"id_token\":{\"sub\":{\"value\":\""
                + Site.claims(bobsToken).get("sub").textValue() + "\"}}}";
        AtAuthorize.isCode(site, ask(Map.of("claims", adas, "prompt", "none")));
        AtAuthorize.still(site, () -> {
            AtAuthorize.isBack(site, ask(Map.of("claims", bobs, "prompt", "none")), "login_required");
            AtAuthorize.isSignIn(ada.follow(ask(Map.of("claims", bobs))));
            var nobody = "{\"id_token\":{\"sub\":{\"value\":\"nobody\"}}}";
            AtAuthorize.isBack(site, ask(Map.of("claims", nobody, "prompt", "none")), "login_required");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"value\":\"gold\"", "\"values\":[\"gold\",\"silver\"]", "\"values\":[]"})
    @Spec("OIDC Core §5.5.1.1")
    void an_essential_acr_that_a_sign_in_here_does_not_reach_is_a_failed_sign_in(String wanted) {
        var claims = "{\"id_token\":{\"acr\":{\"essential\":true," + wanted + "}}}";
        AtAuthorize.still(site, () -> {
            AtAuthorize.isBack(site, ask(Map.of("claims", claims)), "access_denied");
            AtAuthorize.isBack(site, ask(Map.of("claims", claims, "prompt", "none")), "access_denied");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"essential\":true}",
                "{\"essential\":true,\"value\":\"urn:symbolon:acr:password\"}",
                "{\"essential\":true,\"values\":[\"gold\",\"urn:symbolon:acr:password\"]}",
                "{\"essential\":false,\"value\":\"gold\"}",
                "{\"values\":[\"gold\"]}",
                "null"
            })
    @Spec("OIDC Core §5.5.1.1")
    void a_voluntary_acr_or_one_that_is_reached_is_good(String acr) {
        var token = Site.claims(idToken(ask(Map.of("claims", "{\"id_token\":{\"acr\":" + acr + "}}"))));
        assertEquals("urn:symbolon:acr:password", token.get("acr").textValue());
        assertFalse(token.get("amr").isEmpty());
    }
}
