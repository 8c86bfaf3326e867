package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 7636, and section C of the security cases. {@link Site#VERIFIER} and its challenge are those of appendix B.
final class PkceTest {
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

    private static Reply ask(String client, Map<String, String> changes) {
        return ada.get(Site.authorize(Site.request(client, changes)));
    }

    private static String code(String client, Map<String, String> changes) {
        return AtAuthorize.isCode(site, ask(client, changes));
    }

    private static Reply redeem(String client, String code, String verifier) {
        var form = new HashMap<>(Site.redemption(client, code));
        form.remove("code_verifier");
        if (!verifier.equals("absent")) {
            form.put("code_verifier", verifier);
        }
        return site.secrets.containsKey(client)
                ? site.token(form, Map.of("Authorization", site.basic(client)))
                : site.token(form);
    }

    private static void refused(Reply reply, String verifier) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("application/json", reply.header("content-type").orElseThrow());
        assertEquals("no-store", reply.header("cache-control").orElseThrow());
        assertEquals("invalid_grant", reply.json().get("error").textValue(), reply.body());
        assertFalse(reply.json().get("error_description").textValue().isEmpty());
        assertTrue(verifier.length() < 20 || !reply.body().contains(verifier), "the verifier is repeated");
    }

    @Test
    @Spec({"RFC 7636 §4.1", "RFC 7636 §4.2", "RFC 7636 §4.5", "RFC 7636 §4.6", "RFC 7636 §B"})
    void the_verifier_of_appendix_B_redeems_the_challenge_of_appendix_B() {
        var challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        var code = code("spa", Map.of("code_challenge", challenge));
        assertEquals(
                200,
                redeem("spa", code, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                        .status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"spa", "web", "post", "third"})
    @Spec({"RFC 7636 §4.4.1", "RFC 9700 §2.1.1"})
    void PK_01_without_a_challenge_no_client_gets_a_code(String client) {
        AtAuthorize.still(site, () -> {
            var changes = Map.of("code_challenge", "", "code_challenge_method", "");
            AtAuthorize.isBack(site, ask(client, changes), "invalid_request");
            AtAuthorize.isBack(site, ask(client, Map.of("code_challenge", "")), "invalid_request");
            AtAuthorize.isBack(site, ada.post("/authorize", Site.request(client, changes)), "invalid_request");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "s256", "S512", "S256 ", " S256", "S256\u0000", "S256 plain", "none", "RS256"})
    @Spec({"RFC 7636 §4.3", "RFC 7636 §4.4.1", "RFC 9700 §2.1.1"})
    void PK_02_any_method_but_S256_is_refused(String method) {
        AtAuthorize.still(site, () -> {
            for (var client : List.of("spa", "web", "nopkce")) {
                var back = ask(client, Map.of("code_challenge_method", method));
                AtAuthorize.isBack(site, back, "invalid_request");
                assertTrue(back.redirect().text("error_description").contains("S256"), back.location());
            }
        });
    }

    @Test
    @Spec("RFC 7636 §4.3")
    void PK_02_an_absent_method_means_plain_and_is_refused_with_a_sentence_that_says_so() {
        AtAuthorize.still(site, () -> {
            for (var client : List.of("spa", "web", "nopkce")) {
                var back = ask(client, Map.of("code_challenge_method", ""));
                AtAuthorize.isBack(site, back, "invalid_request");
                assertTrue(back.redirect().text("error_description").contains("plain"), back.location());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cMM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM==",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw.cM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw~cM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstwücM",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\n",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c\u0660",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
                "x",
                "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"
            })
    @Spec("RFC 7636 §4.2")
    void PK_03_what_cannot_be_a_digest_in_base64url_is_refused(String challenge) {
        AtAuthorize.still(site, () -> {
            for (var client : List.of("spa", "nopkce")) {
                AtAuthorize.isBack(site, ask(client, Map.of("code_challenge", challenge)), "invalid_request");
            }
        });
    }

    @Test
    @Spec("RFC 7636 §4.3")
    void a_method_without_a_challenge_is_refused_even_where_none_is_needed() {
        AtAuthorize.still(
                site, () -> AtAuthorize.isBack(site, ask("nopkce", Map.of("code_challenge", "")), "invalid_request"));
    }

    @Test
    @Spec({"RFC 7636 §4.5", "RFC 7636 §4.6"})
    void PK_04_a_code_with_a_challenge_is_not_redeemed_without_a_verifier_and_is_not_spent() {
        for (var client : List.of("spa", "web", "nopkce")) {
            var code = code(client, Map.of());
            AtAuthorize.still(site, () -> {
                refused(redeem(client, code, "absent"), "");
                refused(redeem(client, code, ""), "");
            });
            assertEquals(200, redeem(client, code, Site.VERIFIER).status());
        }
    }

    @Test
    @Spec({"RFC 9700 §4.8.2", "RFC 9700 §2.1.1"})
    void PK_05_a_verifier_for_a_code_whose_challenge_was_stripped_is_refused() {
        AtAuthorize.still(
                site,
                () -> AtAuthorize.isBack(
                        site,
                        ask("web", Map.of("code_challenge", "", "code_challenge_method", "")),
                        "invalid_request"));
        var code = code("nopkce", Map.of("code_challenge", "", "code_challenge_method", ""));
        AtAuthorize.still(site, () -> {
            refused(redeem("nopkce", code, Site.VERIFIER), Site.VERIFIER);
            refused(redeem("nopkce", code, "x".repeat(43)), "x".repeat(43));
        });
        assertEquals(200, redeem("nopkce", code, "absent").status());
    }

    @Test
    @Spec({"RFC 7636 §4.6", "RFC 9700 §4.5"})
    void PK_06_a_wrong_verifier_or_one_of_another_transaction_is_refused() {
        var other = "M25iVXpKU3puUjFaYWg3T1NDTDQtcW1ROUY5YXlwalNoc0hhakxifmZHag";
        for (var client : List.of("spa", "web")) {
            var code = code(client, Map.of());
            AtAuthorize.still(site, () -> {
                refused(redeem(client, code, other), other);
                refused(redeem(client, code, Site.VERIFIER.toLowerCase(java.util.Locale.ROOT)), Site.VERIFIER);
                refused(redeem(client, code, Site.VERIFIER + "A"), Site.VERIFIER);
                // The challenge itself, as `plain` would have it.
                refused(redeem(client, code, Site.request(client).get("code_challenge")), Site.VERIFIER);
            });
            assertEquals(200, redeem(client, code, Site.VERIFIER).status());
        }
    }

    @Test
    @Spec("RFC 7636 §4.1")
    void PK_07_what_cannot_be_a_verifier_is_refused() {
        var code = code("spa", Map.of());
        AtAuthorize.still(site, () -> {
            for (var verifier : List.of(
                    "x".repeat(42),
                    "x".repeat(129),
                    "x".repeat(60_000),
                    "x".repeat(42) + "+",
                    "x".repeat(42) + "/",
                    "x".repeat(42) + "=",
                    "x".repeat(42) + " ",
                    "x".repeat(42) + "é",
                    "x".repeat(42) + "\u0000",
                    Site.VERIFIER + "\n",
                    " " + Site.VERIFIER)) {
                refused(redeem("spa", code, verifier), verifier);
            }
            var huge = redeem("spa", code, "x".repeat(1_000_000)).status();
            assertTrue(huge == 413 || huge == 400, "status " + huge);
        });
        assertEquals(200, redeem("spa", code, Site.VERIFIER).status());
    }

    @Test
    @Spec("RFC 7636 §4.1")
    void a_verifier_of_43_and_one_of_128_characters_are_good() {
        for (var verifier : List.of("~._-".repeat(10) + "aZ9", "~._-".repeat(31) + "aZ90")) {
            var challenge = dev.symbolon.oauth.CodeChallenge.of(new dev.symbolon.oauth.CodeVerifier(verifier));
            var code = code("spa", Map.of("code_challenge", challenge.value()));
            assertEquals(200, redeem("spa", code, verifier).status());
        }
    }

    @Test
    @Spec("RFC 7636 §4.5")
    void PK_09_proof_fields_on_a_refresh_are_ignored() {
        var tokens = site.tokens("spa").json();
        var form = new HashMap<>(Site.refresh("spa", tokens.get("refresh_token").textValue()));
        form.put("code_verifier", "wrong");
        form.put("code_challenge", "wrong");
        form.put("code_challenge_method", "plain");
        assertEquals(200, site.token(form).status());
        form.put("refresh_token", "wrong");
        form.put("code_verifier", Site.VERIFIER);
        assertEquals("invalid_grant", site.token(form).json().get("error").textValue());
    }

    @Test
    @Spec("RFC 7636 §7")
    void PK_10_where_a_verifier_differs_cannot_be_measured() {
        var code = code("spa", Map.of());
        var first = "X" + Site.VERIFIER.substring(1);
        var last = Site.VERIFIER.substring(0, 42) + "X";
        var one = median(code, first);
        var two = median(code, last);
        assertTrue(Math.abs(one - two) < 10_000_000, one + " and " + two + " nanoseconds");
        assertEquals(
                redeem("spa", code, first).body(), redeem("spa", code, last).body());
    }

    private static long median(String code, String verifier) {
        var times = new long[200];
        for (var i = -40; i < times.length; i++) {
            var began = System.nanoTime();
            redeem("spa", code, verifier);
            times[Math.max(0, i)] = System.nanoTime() - began;
        }
        Arrays.sort(times);
        return times[times.length / 2];
    }

    @Test
    @Spec("RFC 8414 §2")
    void metadata_offers_S256_and_nothing_else() {
        var methods = ada.get("/.well-known/oauth-authorization-server").json().get("code_challenge_methods_supported");
        assertEquals("[\"S256\"]", methods.toString());
    }
}
