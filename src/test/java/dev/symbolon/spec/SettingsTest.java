package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Role;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever an operator sets in the room Settings takes effect, in that tenant and in no other.
final class SettingsTest {
    private static final String ADA = "ada@example.com";

    private Site site;
    private Browser operator;

    @BeforeEach
    void start() {
        site = Site.start();
        operator = operator(site.host(), site.issuer);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Browser operator(Host host, String issuer) {
        var house = site.app.house();
        var known = house.accounts().byEmail(host.id(), ADA);
        var subject = known.isPresent()
                ? known.get().account().subject()
                : site.person(host, ADA, dev.symbolon.oauth.Profile.named(Optional.of("Ada")));
        house.operators().put(host.id(), subject, Role.OWNER, site.clock.instant());
        var browser = new Browser(issuer);
        var login = browser.follow(browser.get("/dashboard"));
        browser.follow(browser.post("/login", Site.login(login, ADA, Site.PASSWORD)));
        return browser;
    }

    private Reply save(Map<String, String> fields) {
        var form = new LinkedHashMap<>(Map.of(
                "name", "Symbolon",
                "language", "",
                "session_idle", "",
                "session_absolute", "",
                "events_kept", ""));
        for (var name : List.of("session_idle", "session_absolute", "events_kept")) {
            form.put(name + "_unit", "days");
        }
        form.putAll(fields);
        form.put("csrf", operator.get("/dashboard/settings/change").hidden("csrf"));
        return operator.post("/dashboard/settings/change", form);
    }

    private void saved(Map<String, String> fields) {
        assertEquals("/dashboard/settings?said=SAVED", save(fields).location());
    }

    private static boolean isSignedIn(Browser browser) {
        var reply = browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
        return reply.redirect().get("code").isPresent();
    }

    private Browser signedIn() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), ADA);
        assertTrue(isSignedIn(browser));
        return browser;
    }

    @Test
    void a_name_stands_on_the_pages_at_once() {
        saved(Map.of("name", "Zenith & Co"));
        var page = site.browser().follow(site.browser().get(Site.authorize(Site.request("spa"))));
        assertTrue(page.body().contains("<bdi>Zenith &amp; Co</bdi>"), page.body());
        assertTrue(operator.get("/dashboard/settings").body().contains("Zenith &amp; Co"));
        assertEquals("Other", site.otherHost().tenant().name());
    }

    @Test
    void a_language_is_spoken_to_whom_no_other_is_known_of() {
        saved(Map.of("language", "de"));
        var silent = site.browser();
        assertTrue(silent.follow(silent.get(Site.authorize(Site.request("spa"))))
                .body()
                .contains("<html lang=\"de\">"));
        var french = site.browser().always("Accept-Language", "fr");
        assertTrue(french.follow(french.get(Site.authorize(Site.request("spa"))))
                .body()
                .contains("<html lang=\"fr\">"));
        var other = new Browser(site.otherIssuer).always("Accept", "text/html");
        assertTrue(other.get("/nothing").body().contains("<html lang=\"en\">"));
        ByMail.recover(site.browser(), ADA);
        assertTrue(Letter.last(site, ADA).html().contains("lang=\"de\""));
    }

    @Test
    void a_session_that_is_not_used_ends_when_the_tenant_says() {
        var browser = signedIn();
        saved(Map.of("session_idle", "2", "session_idle_unit", "hours"));
        site.clock.advance(Duration.ofMinutes(119));
        assertTrue(isSignedIn(browser));
        site.clock.advance(Duration.ofMinutes(121));
        assertFalse(isSignedIn(browser));
    }

    @Test
    void a_session_ends_at_last_when_the_tenant_says_however_often_it_is_used() {
        saved(Map.of("session_absolute", "3", "session_absolute_unit", "days", "session_idle", "1"));
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var answer = browser.post("/login", Site.login(page, ADA, Site.PASSWORD));
        assertTrue(
                answer.headers("Set-Cookie").stream().anyMatch(cookie -> cookie.contains("Max-Age=259200")),
                answer.headers("Set-Cookie").toString());
        for (var i = 0; i < 5; i++) {
            site.clock.advance(Duration.ofHours(14));
            assertTrue(isSignedIn(browser));
        }
        site.clock.advance(Duration.ofHours(3));
        assertFalse(isSignedIn(browser));
    }

    @Test
    void AD_05_an_admin_cannot_have_less_of_the_trail_kept_than_there_is() {
        var house = site.app.house();
        var here = site.host().id();
        var bob =
                house.accounts().byEmail(here, "bob@example.com").orElseThrow().account();
        var ada = house.accounts().byEmail(here, ADA).orElseThrow().account();
        house.operators().put(here, bob.subject(), Role.OWNER, site.clock.instant());
        house.operators().put(here, ada.subject(), Role.ADMIN, site.clock.instant());
        var refused = save(Map.of("events_kept", "1"));
        assertEquals(400, refused.status());
        assertTrue(refused.body().contains("only an owner has less of it kept"), refused.body());
        assertEquals(303, save(Map.of("events_kept", "3650")).status());
    }

    @Test
    void what_cannot_be_is_told_above_what_was_typed_and_changes_nothing() {
        var before = site.host().settings();
        var wrong = Map.of(
                "A session that is not used cannot live longer", Map.of("session_idle", "31"),
                "lives for 1 minute to 365 days", Map.of("session_idle", "5", "session_idle_unit", "seconds"),
                "is kept for 1 day to 3650 days", Map.of("events_kept", "3651"),
                "The pages do not speak tlh", Map.of("language", "tlh"),
                "1 to 100 characters", Map.of("name", " "),
                "whole number from 0", Map.of("events_kept", "-1"));
        wrong.forEach((sentence, fields) -> {
            var reply = save(fields);
            assertEquals(400, reply.status(), sentence);
            assertTrue(reply.body().contains(sentence), reply.body());
            fields.values().stream()
                    .filter(value -> !value.isBlank() && !value.equals("tlh"))
                    .forEach(value -> assertTrue(reply.body().contains("\"" + value + "\""), value));
        });
        assertEquals(before, site.host().settings());
    }

    @Test
    void operators_of_another_tenant_are_not_shown_the_machine() {
        var first = operator.get("/dashboard/settings").body();
        assertTrue(first.contains("SYMBOLON_DATA<") && first.contains(site.data.toString()), first);
        assertTrue(first.contains("SYMBOLON_EVENTS_KEPT<"));
        var other = operator(site.otherHost(), site.otherIssuer)
                .get("/dashboard/settings")
                .body();
        assertFalse(other.contains("SYMBOLON_DATA") || other.contains(site.data.toString()), other);
        assertTrue(other.contains("SYMBOLON_EVENTS_KEPT<"), other);
    }
}
