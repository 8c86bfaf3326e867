package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Consent (OpenID Connect Core §3.1.2.4): asked of third-party clients, remembered, asked again for more.
final class ConsentTest {
    private Site site;
    private Browser ada;

    @BeforeEach
    void start() {
        site = Site.start();
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Reply ask(String client, Map<String, String> changes) {
        return ada.follow(ada.get(Site.authorize(Site.request(client, changes))));
    }

    private Reply press(Reply page, String action) {
        return ada.follow(ada.post("/consent", form(page, action)));
    }

    private static Map<String, String> form(Reply page, String action) {
        return Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", action);
    }

    private void allow(String scope) {
        AtAuthorize.isCode(site, press(AtAuthorize.isConsent(ask("third", Map.of("scope", scope))), "allow"));
        site.clock.advance(Duration.ofSeconds(10));
    }

    private List<String> consents() {
        return AtAuthorize.rows(site).get("consent");
    }

    @Test
    @Spec({"OIDC Core §3.1.2.4", "RFC 6749 §4.1.1"})
    void a_third_party_client_is_asked_for_once_and_what_was_allowed_is_remembered() {
        var page = AtAuthorize.isConsent(ask("third", Map.of()));
        assertTrue(page.body().contains("ada@example.com"), "the account is named");
        assertTrue(page.body().contains("third"), "the application is named");
        assertTrue(page.body().contains("app.example"), "where one goes back to is named");
        assertTrue(page.body().contains("See your e-mail address"), page.body());
        assertFalse(page.body().contains("phone"), "what is not asked for is not named");
        var code = AtAuthorize.isCode(site, press(page, "allow"));
        assertEquals(200, site.token(Site.redemption("third", code)).status());
        AtAuthorize.still(site, () -> {
            AtAuthorize.isCode(site, ask("third", Map.of()));
            AtAuthorize.isCode(site, ask("third", Map.of("prompt", "none")));
        });
    }

    @Test
    @Spec("RFC 6749 §4.1.2.1")
    void who_does_not_allow_sends_access_denied_and_nothing_is_remembered() {
        AtAuthorize.still(site, () -> {
            AtAuthorize.isBack(site, press(AtAuthorize.isConsent(ask("third", Map.of())), "deny"), "access_denied");
            AtAuthorize.isConsent(ask("third", Map.of()));
            AtAuthorize.isBack(site, ask("third", Map.of("prompt", "none")), "consent_required");
        });
    }

    @Test
    void anything_but_allow_is_a_no() {
        AtAuthorize.still(site, () -> {
            for (var action : List.of("", "ALLOW", "allow ", "yes", "deny")) {
                AtAuthorize.isBack(site, press(AtAuthorize.isConsent(ask("third", Map.of())), action), "access_denied");
            }
        });
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_05_consent_is_asked_every_time_it_is_prompted_and_a_no_leaves_the_old_yes() {
        allow("openid profile email");
        var before = consents();
        for (var i = 0; i < 2; i++) {
            var page = AtAuthorize.isConsent(ask("third", Map.of("prompt", "consent")));
            AtAuthorize.still(site, () -> AtAuthorize.isBack(site, press(page, "deny"), "access_denied"));
        }
        assertEquals(before, consents());
        AtAuthorize.isCode(site, ask("third", Map.of()));
        AtAuthorize.isCode(site, press(AtAuthorize.isConsent(ask("third", Map.of("prompt", "consent"))), "allow"));
        site.clock.advance(Duration.ofSeconds(10));
        AtAuthorize.isConsent(ask("third", Map.of("prompt", "consent")));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void PR_05_a_first_party_client_is_asked_for_only_when_it_prompts() {
        AtAuthorize.isCode(site, ask("spa", Map.of()));
        var page = AtAuthorize.isConsent(ask("spa", Map.of("prompt", "consent")));
        AtAuthorize.isBack(site, press(page, "deny"), "access_denied");
        AtAuthorize.isCode(site, ask("spa", Map.of()));
    }

    @Test
    @Spec({"OIDC Core §3.1.2.4", "RFC 6749 §3.3"})
    void more_is_asked_again_and_less_is_not() {
        allow("openid email");
        AtAuthorize.isCode(site, ask("third", Map.of("scope", "openid")));
        AtAuthorize.isBack(
                site, ask("third", Map.of("scope", "openid email phone", "prompt", "none")), "consent_required");
        var page = AtAuthorize.isConsent(ask("third", Map.of("scope", "openid email phone")));
        assertTrue(page.body().contains("See your phone number"), page.body());
        AtAuthorize.isCode(site, press(page, "allow"));
        AtAuthorize.isCode(site, ask("third", Map.of("scope", "openid email phone", "prompt", "none")));
        AtAuthorize.isCode(site, ask("third", Map.of("scope", "phone", "prompt", "none")));
    }

    @Test
    void what_was_allowed_before_stays_when_something_else_is_allowed() {
        allow("openid email");
        allow("openid phone");
        AtAuthorize.isCode(site, ask("third", Map.of("scope", "openid email phone", "prompt", "none")));
    }

    @Test
    @Spec("RFC 6749 §3.3")
    void AR_06_a_scope_that_the_client_cannot_have_is_neither_shown_nor_remembered() {
        var page = AtAuthorize.isConsent(ask("third", Map.of("scope", "openid admin \u007Broot\u007D")));
        assertFalse(page.body().contains("admin") || page.body().contains("{root}"), page.body());
        AtAuthorize.isCode(site, press(page, "allow"));
        assertEquals(1, consents().size());
        assertFalse(consents().getFirst().contains("admin"), consents().getFirst());
    }

    @Test
    void consent_of_one_person_or_client_is_not_that_of_another() {
        site.client("third2", Site.draft().callbacks(Site.CALLBACK).firstParty(false));
        allow("openid profile email");
        AtAuthorize.isConsent(ask("third2", Map.of()));
        var bob = site.browser();
        AtAuthorize.isConsent(site.signIn(bob, Site.request("third"), "bob@example.com"));
    }

    @Test
    void a_consent_that_was_taken_back_is_asked_for_again() {
        allow("openid profile email");
        var host = site.host().id();
        var subject = site.app
                .house()
                .accounts()
                .byEmail(host, "ada@example.com")
                .orElseThrow()
                .account()
                .subject();
        new dev.symbolon.store.Consents(site.app.house().database())
                .revoke(host, subject, new dev.symbolon.oauth.ClientId("third"), site.clock.instant());
        AtAuthorize.isBack(site, ask("third", Map.of("prompt", "none")), "consent_required");
        AtAuthorize.isConsent(ask("third", Map.of()));
    }

    @Test
    void an_answer_without_the_token_of_the_page_or_from_another_site_is_refused() {
        var page = AtAuthorize.isConsent(ask("third", Map.of()));
        AtAuthorize.still(site, () -> {
            var form = new HashMap<>(form(page, "allow"));
            form.remove("csrf");
            assertEquals(403, ada.post("/consent", form).status());
            var evil = new Browser(site.issuer).always("Cookie", "x=y");
            assertEquals(403, evil.post("/consent", form(page, "allow")).status());
            var bob = site.browser();
            site.signIn(bob, Site.request("spa", Map.of("prompt", "foo")), "wrong@example.com");
            assertEquals(403, bob.post("/consent", form(page, "allow")).status());
        });
    }

    @Test
    void somebody_else_who_signed_in_meanwhile_does_not_consent_by_accident() {
        var page = AtAuthorize.isConsent(ask("third", Map.of()));
        site.clock.advance(Duration.ofSeconds(5));
        var login = ada.follow(ada.get(Site.authorize(Site.request("spa", Map.of("prompt", "login")))));
        AtAuthorize.isCode(site, site.signInAt(ada, login, "bob@example.com"));
        var next = AtAuthorize.isConsent(press(page, "allow"));
        assertTrue(next.body().contains("bob@example.com"), "Bob was chosen last, so he is asked for himself");
        assertEquals(1, consents().size());
        assertTrue(AtAuthorize.isConsent(ask("third", Map.of())).body().contains("bob@example.com"));
    }

    @Test
    void who_was_signed_out_meanwhile_signs_in_and_is_asked() {
        var page = AtAuthorize.isConsent(ask("third", Map.of()));
        ada.cookies.remove("symbolon-session");
        var login = AtAuthorize.isSignIn(press(page, "allow"));
        assertEquals(List.of(), consents());
        AtAuthorize.isConsent(site.signInAt(ada, login, "ada@example.com"));
    }

    @Test
    void the_page_goes_on_after_the_client_was_switched_off_to_a_neutral_page() {
        var page = AtAuthorize.isConsent(ask("third", Map.of()));
        var clients = site.app.house().clients();
        clients.disable(site.host().id(), new dev.symbolon.oauth.ClientId("third"), site.clock.instant());
        AtAuthorize.isPage(press(page, "allow"));
        AtAuthorize.isPage(ada.get("/authorize/resume?interaction=" + page.hidden("interaction")));
    }
}
