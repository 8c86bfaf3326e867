package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 8252 §7: applications on a phone or a desk. The client `native` has `http://127.0.0.1/cb`,
/// `http://[::1]/cb` and `com.example.app:/cb`.
final class NativeAppsTest {
    private static Site site;
    private static Browser ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        site.client("local", Site.draft().callbacks("http://127.0.0.1:7000/cb?a=1", "http://localhost/cb"));
        site.client("secure", Site.draft().callbacks("https://127.0.0.1/cb", "http://app.example/cb"));
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Reply ask(String client, String redirectUri) {
        return ada.get(Site.authorize(Site.request(client, Map.of("redirect_uri", redirectUri))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/cb",
                "http://127.0.0.1:49152/cb",
                "http://127.0.0.1:1/cb",
                "http://127.0.0.1:65535/cb",
                "http://[::1]/cb",
                "http://[::1]:49152/cb"
            })
    @Spec({"RFC 8252 §7.3", "RFC 8252 §8.3"})
    void RU_08_on_loopback_the_port_may_differ(String redirectUri) {
        var code = AtAuthorize.isCode(site, ask("native", redirectUri), redirectUri);
        var form = new HashMap<>(Site.redemption("native", code));
        form.put("redirect_uri", redirectUri);
        assertEquals(200, site.token(form).status());
    }

    @Test
    @Spec("RFC 8252 §7.3")
    void RU_08_a_registered_port_is_only_the_one_of_that_day() {
        AtAuthorize.isCode(site, ask("local", "http://127.0.0.1:7001/cb?a=1"), "http://127.0.0.1:7001/cb?a=1");
        AtAuthorize.isCode(site, ask("local", "http://127.0.0.1/cb?a=1"), "http://127.0.0.1/cb?a=1");
    }

    @Test
    @Spec({"RFC 8252 §7.3", "RFC 6749 §4.1.3"})
    void RU_08_the_code_is_bound_to_the_port_that_asked() {
        var code = AtAuthorize.isCode(site, ask("native", "http://127.0.0.1:5001/cb"), "http://127.0.0.1:5001/cb");
        var form = new HashMap<>(Site.redemption("native", code));
        form.put("redirect_uri", "http://127.0.0.1:5002/cb");
        var refused = site.token(form);
        assertEquals(400, refused.status());
        assertEquals("invalid_grant", refused.json().get("error").textValue());
        form.put("redirect_uri", "http://127.0.0.1:5001/cb");
        assertEquals(200, site.token(form).status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:49152/cb",
                "http://localhost/cb",
                "http://127.0.0.2/cb",
                "http://127.0.0.2:49152/cb",
                "http://127.1:49152/cb",
                "http://127.0.1/cb",
                "http://0x7f000001:49152/cb",
                "http://0x7f.0.0.1/cb",
                "http://0177.0.0.1/cb",
                "http://2130706433/cb",
                "http://127.0.0.1.evil.tld:49152/cb",
                "http://127.0.0.1:49152.evil.tld/cb",
                "http://127.0.0.1:49152@evil.tld/cb",
                "http://127.0.0.1:@evil.tld/cb",
                "http://127.0.0.1:/cb",
                "http://127.0.0.1:65536/cb",
                "http://127.0.0.1:99999/cb",
                "http://127.0.0.1:123456/cb",
                "http://127.0.0.1:-1/cb",
                "http://127.0.0.1:+80/cb",
                "http://127.0.0.1:8a/cb",
                "http://127.0.0.1:49152/cb/",
                "http://127.0.0.1:49152/cb?x=1",
                "http://127.0.0.1:49152/cb?",
                "http://127.0.0.1:49152/other",
                "http://127.0.0.1:49152",
                "http://127.0.0.1:49152//cb",
                "http://127.0.0.1:49152\\cb",
                "http://127.0.0.1:49152/cb#x",
                "http://127.0.0.1:49152/cb\n",
                "http://127.0.0.1:4915\t2/cb",
                "http://127.0.0.1:\u0661/cb",
                "http://127.0.0.1 :49152/cb",
                "http://[::1]:49152/other",
                "http://[0:0:0:0:0:0:0:1]:49152/cb",
                "http://[::ffff:127.0.0.1]:49152/cb",
                "http://[::2]/cb",
                "http://::1:49152/cb",
                "https://127.0.0.1:49152/cb",
                "https://127.0.0.1/cb",
                "https://[::1]/cb",
                "HTTP://127.0.0.1:49152/cb"
            })
    @Spec({"RFC 8252 §7.3", "RFC 8252 §8.3", "RFC 9700 §2.1"})
    void RU_09_on_loopback_nothing_but_the_port_may_differ(String redirectUri) {
        AtAuthorize.still(site, () -> AtAuthorize.isPage(ask("native", redirectUri)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1:49152/cb", "http://app.example:8080/cb", "http://127.0.0.1/cb"})
    void RU_09_only_plain_http_on_a_loopback_literal_has_a_free_port(String redirectUri) {
        AtAuthorize.still(site, () -> AtAuthorize.isPage(ask("secure", redirectUri)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:3000/cb", "http://127.0.0.1:7000/cb?a=2", "http://127.0.0.1:7000/cb"})
    @Spec("RFC 8252 §8.3")
    void RU_09_localhost_is_a_name_and_has_no_free_port(String redirectUri) {
        AtAuthorize.still(site, () -> AtAuthorize.isPage(ask("local", redirectUri)));
    }

    @Test
    @Spec({"RFC 8252 §7.1", "RFC 8252 §8.1"})
    void a_private_use_scheme_gets_its_code_and_redeems_it() {
        var back = ask("native", "com.example.app:/cb");
        var code = AtAuthorize.isCode(site, back, "com.example.app:/cb");
        var form = new HashMap<>(Site.redemption("native", code));
        form.put("redirect_uri", "com.example.app:/cb");
        assertEquals(200, site.token(form).status());
    }

    @Test
    @Spec({"RFC 8252 §7.1", "RFC 6749 §4.1.2.1"})
    void a_private_use_scheme_gets_its_errors_too() {
        var request = Site.request("native", Map.of("redirect_uri", "com.example.app:/cb", "code_challenge", ""));
        AtAuthorize.isBack(site, ada.get(Site.authorize(request)), "com.example.app:/cb", "invalid_request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "com.example.app:/cb/x",
                "com.example.app://cb",
                "com.example.app:///cb",
                "com.example.app:cb",
                "com.example.app:/cb?x",
                "com.example.application:/cb",
                "COM.EXAMPLE.APP:/cb",
                "com.example.app:"
            })
    @Spec({"RFC 8252 §7.1", "RFC 9700 §2.1"})
    void a_private_use_address_is_compared_byte_for_byte(String redirectUri) {
        AtAuthorize.still(site, () -> AtAuthorize.isPage(ask("native", redirectUri)));
    }

    @Test
    @Spec({"RFC 8252 §6", "RFC 8252 §8.1"})
    void a_native_app_cannot_do_without_a_challenge() {
        var request = Site.request("native", Map.of("redirect_uri", "http://127.0.0.1:9/cb", "code_challenge", ""));
        AtAuthorize.isBack(site, ada.get(Site.authorize(request)), "http://127.0.0.1:9/cb", "invalid_request");
    }

    @Test
    @Spec("RFC 8252 §7.1")
    void an_answer_by_form_post_reaches_a_loopback_port() {
        var request = Site.request(
                "native", Map.of("redirect_uri", "http://127.0.0.1:49152/cb", "response_mode", "form_post"));
        var page = ada.get(Site.authorize(request));
        assertTrue(page.body().contains("action=\"http://127.0.0.1:49152/cb\""), page.body());
    }
}
