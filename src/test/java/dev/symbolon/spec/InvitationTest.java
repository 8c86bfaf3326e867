package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Role;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A person for whom an operator makes an account is asked in by mail.
final class InvitationTest {
    private static final String ADA = "ada@example.com";
    private static final String MIA = "mia@example.com";

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
        site.operator(ADA, Role.OWNER);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private String invited() {
        var made = Site.send(
                site.atDashboard(ADA), "/dashboard/people/new", Map.of("email", MIA, "name", "Mia", "invite", "on"));
        assertEquals(303, made.status(), made.body());
        return Letter.last(site, MIA).link();
    }

    private static boolean letsSetOne(Browser browser, String link) {
        var page = browser.get(link);
        return page.status() == 200 && ByMail.press(browser, page).body().contains("id=\"save\"");
    }

    @Test
    void EM_07_an_invitation_is_good_once() {
        var link = invited();
        var browser = site.browser();
        var form = ByMail.press(browser, browser.get(link));
        assertTrue(form.body().contains("id=\"save\""), form.body());
        var done = browser.follow(ByMail.send(browser, form, "/recover", Map.of("password", ByMail.GOOD_PASSWORD)));
        assertEquals(200, done.status(), done.body());
        site.clock.advance(Duration.ofSeconds(1));

        assertFalse(letsSetOne(site.browser(), link), "used");
        var again = ByMail.send(browser, form, "/recover", Map.of("password", "another harbour of lanterns"));
        assertTrue(browser.follow(again).body().contains("role=\"alert\""));
        var anew = site.browser();
        assertEquals(
                "in",
                anew.post("/login", Site.login(ByMail.login(anew), MIA, ByMail.GOOD_PASSWORD))
                        .signIn());
    }

    @Test
    void EM_07_an_invitation_is_good_in_its_tenant_only() {
        var link = invited().replace(site.issuer, site.otherIssuer);
        assertFalse(letsSetOne(Browser.at(site.otherIssuer, site.otherIssuer), link));
    }

    @Test
    void EM_07_an_invitation_ends_by_itself() {
        var link = invited();
        site.clock.advance(Duration.ofDays(2));
        assertFalse(letsSetOne(site.browser(), link));
    }

    @Test
    void EM_07_an_invitation_to_an_address_that_is_not_the_accounts_any_more_sets_nothing() {
        var link = invited();
        var sheet = "/dashboard/people/" + site.account(MIA).subject();
        var changed = Site.send(
                site.atDashboard(ADA), sheet, Map.of("action", "profile", "name", "Mia", "email", "mia@else.example"));
        assertEquals(303, changed.status(), changed.body());
        assertFalse(letsSetOne(site.browser(), link));
    }
}
