package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Branding;
import dev.symbolon.page.Pages;
import dev.symbolon.tenant.BrandingFields;
import dev.symbolon.tenant.Logos;
import dev.symbolon.tenant.Pictures;
import dev.symbolon.web.Host;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the pages of a tenant show of its own, over HTTP.
final class BrandingTest {
    private static final Pattern STYLE = Pattern.compile("<style>(.*?)</style>", Pattern.DOTALL);

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start(Map.of("SYMBOLON_SMTP", "inbox"));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private void brand(Host host, Map<String, ?> values, Optional<byte[]> logo) {
        var brandings = site.app.house().brandings();
        var before = brandings.find(host.id());
        var after = BrandingFields.changed(before, values);
        if (logo.isPresent()) {
            after = after.with(logo.map(Logos::of));
        }
        assertTrue(brandings.replace(host.id(), before, after, logo, site.clock.instant()));
        // What a node remembers of a tenant is a second old at most.
        site.clock.advance(Duration.ofSeconds(1));
    }

    private static final Map<String, Object> ACME = Map.of(
            "name", "Acme <b>&co",
            "accent_light", "#6A1B9A",
            "accent_dark", "#CE93D8",
            "texts",
                    Map.of(
                            "en",
                            Map.of(
                                    "title", "Welcome to <i>Acme",
                                    "text", "With \"your\" staff account.",
                                    "terms", "https://acme.example/terms?a=1&b=2",
                                    "support", "mailto:help@acme.example"),
                            "de",
                            Map.of("title", "Willkommen", "privacy", "https://acme.example/datenschutz")));

    private Reply login(String language) {
        return login(site.issuer, language);
    }

    private Reply login(String issuer, String language) {
        var browser = new Browser(issuer).always("Accept-Language", language);
        return browser.follow(browser.get(Site.authorize(Site.request("spa"))));
    }

    @Test
    void the_pages_of_a_tenant_show_its_name_its_words_and_its_links() {
        brand(site.host(), ACME, Optional.empty());
        var english = login("en").body();
        assertTrue(english.contains("<h1>Welcome to &lt;i&gt;Acme "), english);
        assertTrue(english.contains("<bdi>Acme &lt;b&gt;&amp;co</bdi>"), english);
        assertTrue(english.contains("With &#34;your&#34; staff account.") || english.contains("With \"your\" staff"));
        assertTrue(english.contains("<a href=\"https://acme.example/terms?a=1&amp;b=2\">Terms</a>"), english);
        assertTrue(english.contains("<a href=\"mailto:help@acme.example\">Help</a>"), english);
        assertFalse(english.contains("Privacy"), english);
        var german = login("de").body();
        assertTrue(german.contains("<h1>Willkommen "), german);
        assertFalse(german.contains("staff account"), "a text of another language is not shown");
        assertTrue(german.contains("Datenschutz</a>"), german);
        assertTrue(german.contains("https://acme.example/terms"), "terms in another language are better than none");
        var french = login("fr").body();
        assertFalse(french.contains("Willkommen") || french.contains("Welcome"), french);
        var elsewhere = site.browser().always("Accept", "text/html").get("/nothing-here");
        assertTrue(elsewhere.body().contains("Acme &lt;b&gt;"), "every page, errors too");
    }

    @Test
    void SE_07_the_colours_come_by_a_style_that_the_policy_names_and_nothing_is_inline() throws Exception {
        brand(site.host(), ACME, Optional.empty());
        var page = login("en");
        var policy = page.header("Content-Security-Policy").orElseThrow();
        assertFalse(policy.contains("unsafe"), policy);
        assertFalse(page.body().contains("style="), page.body());
        var styles = STYLE.matcher(page.body())
                .results()
                .map(found -> found.group(1))
                .toList();
        assertEquals(2, styles.size());
        assertTrue(styles.get(1).contains("#6A1B9A") && styles.get(1).contains("#CE93D8"), styles.get(1));
        for (var style : styles) {
            var digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(style.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            var source = "'sha256-" + java.util.Base64.getEncoder().encodeToString(digest) + "'";
            assertTrue(policy.contains(source), policy);
        }
        assertTrue(policy.contains("frame-ancestors 'none'"), policy);
    }

    @Test
    void SE_09_a_logo_with_a_script_in_it_is_a_picture_and_nothing_else() {
        brand(site.host(), Map.of(), Optional.of(Pictures.SVG));
        var page = login("en");
        var address = "/branding/" + Pages.fingerprint(Pictures.SVG);
        assertTrue(page.body().contains("<img src=\"" + address + "\" alt=\"\">"), page.body());
        assertFalse(page.body().contains("viewBox=\"0 0 64 64\""), "the mark of the house gives way");
        var logo = site.browser().get(address);
        assertEquals(200, logo.status());
        assertArrayEquals(Pictures.SVG, logo.http().body());
        assertEquals(Optional.of("image/svg+xml"), logo.header("Content-Type"));
        assertEquals(
                List.of("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
                logo.headers("Content-Security-Policy"));
        assertEquals(Optional.of("nosniff"), logo.header("X-Content-Type-Options"));
        assertEquals(Optional.of("public, max-age=31536000, immutable"), logo.header("Cache-Control"));
        brand(site.host(), Map.of(), Optional.of(Pictures.png(8, 8)));
        assertEquals(404, site.browser().get(address).status());
        assertEquals(
                Optional.of("image/png"),
                site.browser()
                        .get("/branding/" + Pages.fingerprint(Pictures.png(8, 8)))
                        .header("Content-Type"));
    }

    @Test
    void what_another_tenant_shows_is_not_here() {
        brand(site.otherHost(), ACME, Optional.of(Pictures.SVG));
        var address = "/branding/" + Pages.fingerprint(Pictures.SVG);
        assertEquals(404, site.browser().get(address).status());
        assertEquals(200, new Browser(site.otherIssuer).get(address).status());
        var page = login("en");
        assertFalse(page.body().contains("Acme"), page.body());
        assertEquals(Branding.NONE, site.host().branding());
        assertTrue(page.header("Content-Security-Policy").orElseThrow().contains(Pages.STYLE_HASH));
    }

    @Test
    void what_is_taken_back_is_as_the_house_has_it() {
        var before = login("en");
        assertEquals(1, STYLE.matcher(before.body()).results().count());
        brand(site.host(), Map.of("name", "Acme"), Optional.empty());
        assertTrue(login("en").body().contains("<bdi>Acme</bdi>"));
        brand(site.host(), Map.of("name", ""), Optional.empty());
        assertTrue(login("en").body().contains("<bdi>Symbolon</bdi>"));
    }

    @Test
    void mails_come_from_the_name_on_the_pages() {
        brand(site.host(), Map.of("name", "Acme"), Optional.empty());
        ByMail.recover(site.browser(), "ada@example.com");
        var inbox = Browser.exchange(
                HttpRequest.newBuilder(URI.create("http://localhost:" + site.app.managementPort() + "/dev/mail"))
                        .GET());
        assertTrue(inbox.body().contains("Acme"), inbox.body());
    }
}
