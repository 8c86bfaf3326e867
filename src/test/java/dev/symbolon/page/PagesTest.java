package dev.symbolon.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PagesTest {
    static final List<String> LANGUAGES = Texts.LANGUAGES;

    private static final Pattern TAG = Pattern.compile(
            "<(?<end>/?)(?<name>[a-zA-Z][a-z0-9]*)(?:\\s+[a-zA-Z:-]+(?:=\"[^\"<>]*\")?)*\\s*(?<self>/?)>");
    private static final Pattern STYLE = Pattern.compile("(?s)<style>(.*?)</style>");
    private static final Set<String> VOID = Set.of("meta", "link", "input", "wbr", "br", "path");

    @ParameterizedTest
    @FieldSource("LANGUAGES")
    void every_page_in_every_language_is_a_well_formed_document(String language) {
        SamplePages.usual().forEach((name, page) -> {
            var html = html(page, language);
            assertTrue(html.startsWith("<!DOCTYPE html>\n<html lang=\"" + language + "\">"), name);
            assertBalanced(name, html);
            assertEquals(1, count(html, "<h1>"), name);
            assertEquals(1, count(html, "<main>"), name);
            assertEquals(1, count(html, "<title>"), name);
            assertTrue(html.contains(" – Acme</title>"), name);
            assertFalse(html.contains("{0}"), name);
            assertEquals(count(html, " id=\""), ids(html).size(), name + ": an id stands twice");
        });
    }

    @Test
    void no_page_has_a_script_or_an_inline_style_or_fetches_from_elsewhere() {
        SamplePages.usual().forEach((name, page) -> {
            var html = html(page, "en");
            assertEquals(page instanceof Page.FormPost ? 1 : 0, count(html, "<script"), name);
            assertFalse(Pattern.compile("\\s(style|on[a-z]+)=").matcher(html).find(), name);
            assertFalse(
                    Pattern.compile("(src|<link[^>]*href)=\"(?!/static/)")
                            .matcher(html)
                            .find(),
                    name);
            assertFalse(html.contains("url("), name);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"><svg onload=alert(1)>",
                "' onfocus=alert(1) autofocus x='",
                "{{7*7}}",
                "${7*7}",
                "';alert(1)//",
                "</script><script>alert(1)</script>",
                "</style></title></textarea><img src=x onerror=alert(1)>",
                "<!-- <b>&lt;&#34;&quot;",
                "javascript:alert(1)",
                "\u202Egnp.exe \u0000\u0008"
            })
    void XS_01_hostile_text_stays_text(String payload) throws Exception {
        for (var page : SamplePages.filledWith(payload)) {
            var harmless = SamplePages.filledWith("x").stream()
                    .filter(other -> other.getClass() == page.getClass())
                    .findFirst()
                    .orElseThrow();
            var html = html(page, "en");
            assertEquals(skeleton(html(harmless, "en")), skeleton(html), payload);
            assertFalse(html.contains("49"), payload);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "JAVASCRIPT:alert(1)",
                "java\tscript:alert(1)",
                " javascript:alert(1)",
                "\u0001javascript:alert(1)",
                "data:text/html,x",
                "vbscript:x",
                "blob:x",
                "file:///etc/passwd",
                "//evil.example",
                "/\\evil.example",
                "/\t/evil.example",
                "evil",
                ""
            })
    void XS_03_XS_07_a_page_leads_nowhere_else(String href) {
        var app = new Page.App("Sample", Optional.of(href));
        assertTrue(app.homeUrl().isEmpty());
        assertThrows(IllegalArgumentException.class, () -> new Page.Continue(app, Optional.of(href)));
        assertThrows(IllegalArgumentException.class, () -> new Page.FormPost(href, List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new Page.Error(Page.Problem.FAULT, "id", Optional.empty(), Optional.of(href)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://a.example/cb?x=1", "http://127.0.0.1:4000/cb", "com.example.app:/cb", "/login?x=y"})
    void a_page_leads_where_it_may(String href) {
        var app = new Page.App("Sample", Optional.empty());
        assertTrue(html(new Page.Continue(app, Optional.of(href)), "en").contains("href=\"" + href + "\""));
    }

    @Test
    void the_policy_allows_exactly_the_style_that_the_page_carries() throws Exception {
        for (var page : SamplePages.usual().values()) {
            var style = STYLE.matcher(html(page, "en"));
            assertTrue(style.find());
            var digest =
                    MessageDigest.getInstance("SHA-256").digest(style.group(1).getBytes(StandardCharsets.UTF_8));
            assertEquals("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'", Pages.STYLE_HASH);
            var policy = Pages.contentSecurityPolicy(page, Brand.named("Acme"));
            assertTrue(policy.startsWith("default-src 'none'; style-src " + Pages.STYLE_HASH + ";"), policy);
            assertTrue(policy.contains("frame-ancestors 'none'"), policy);
            assertFalse(policy.contains("unsafe"), policy);
            assertEquals(page instanceof Page.FormPost, policy.contains("script-src 'self'"), policy);
        }
    }

    @Test
    void an_error_without_a_way_on_leads_to_the_persons_own_page() {
        for (var problem : Page.Problem.values()) {
            var page = new Page.Error(problem, "k3v9q2", Optional.empty(), Optional.empty());
            assertEquals(problem.leadsHome(), html(page, "en").contains("href=\"/account\""), problem.name());
            var retry = new Page.Error(problem, "k3v9q2", Optional.empty(), Optional.of("/logout"));
            assertFalse(html(retry, "en").contains("href=\"/account\""), problem.name());
        }
    }

    @Test
    void the_login_page_is_small_on_the_wire() throws IOException {
        for (var language : LANGUAGES) {
            for (var page : SamplePages.usual().entrySet()) {
                var bytes = Pages.render(page.getValue(), Texts.of(language), Brand.named("Acme"));
                // The own account is looked through now and then; the rest stands in somebody's way.
                var most = page.getValue() instanceof AccountPage.Overview ? 14_500 : 12_000;
                assertTrue(bytes.length < most, page.getKey() + ": " + bytes.length);
                assertTrue(gzipped(bytes) < 5_000, page.getKey() + " gzipped: " + gzipped(bytes));
            }
        }
    }

    @Test
    void a_sign_in_form_says_what_a_password_manager_needs() {
        var html = html(SamplePages.usual().get("login"), "en");
        assertTrue(html.contains("<form method=\"post\" action=\"/login?interaction=i\">"));
        assertTrue(html.contains("id=\"username\" name=\"username\" type=\"email\""));
        assertTrue(html.contains("autocomplete=\"username\""));
        assertTrue(
                html.contains("id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\""));
        assertTrue(html.indexOf("id=\"login\"") < html.indexOf("id=\"cancel\""), "Enter presses the first button");
        assertTrue(html.indexOf("name=\"csrf\"") < html.indexOf("id=\"username\""));
    }

    @Test
    void a_refused_sign_in_keeps_the_address_and_ties_the_message_to_the_fields() {
        var html = html(SamplePages.usual().get("login WRONG_PASSWORD"), "en");
        assertTrue(html.contains("id=\"notice\" class=\"notice error\" role=\"alert\""));
        assertTrue(html.contains("value=\"ada@example.com\""));
        assertEquals(2, count(html, "aria-describedby=\"notice\" aria-invalid=\"true\""));
        assertTrue(html.contains(
                "name=\"password\" type=\"password\" autocomplete=\"current-password\" required autofocus"));
    }

    @Test
    void assets_change_their_address_with_their_content() {
        assertTrue(Pages.path("mark.svg").matches("/static/mark\\.svg\\?v=[0-9a-f]{12}"));
        assertTrue(Pages.asset("mark.svg").orElseThrow().etag().matches("\"[0-9a-f]{12}\""));
        assertEquals("image/svg+xml", Pages.asset("mark.svg").orElseThrow().contentType());
        assertTrue(Pages.asset("form-post.js").isPresent());
        assertTrue(Pages.asset("../messages/en.properties").isEmpty());
    }

    private static String html(Page page, String language) {
        return new String(Pages.render(page, Texts.of(language), Brand.named("Acme")), StandardCharsets.UTF_8);
    }

    /// The tags and attribute names alone: what a browser would build.
    private static String skeleton(String html) {
        var skeleton = new StringBuilder();
        var tags = TAG.matcher(html);
        while (tags.find()) {
            skeleton.append(tags.group().replaceAll("=\"[^\"]*\"", "=")).append('\n');
        }
        assertEquals(
                count(html, "<") - 1, skeleton.chars().filter(c -> c == '<').count(), "a tag that is not ours");
        return skeleton.toString();
    }

    private static void assertBalanced(String name, String html) {
        var open = new ArrayDeque<String>();
        var tags = TAG.matcher(html);
        while (tags.find()) {
            var tag = tags.group("name");
            if (!tags.group("end").isEmpty()) {
                assertEquals(open.pop(), tag, name);
            } else if (!VOID.contains(tag) && tags.group("self").isEmpty()) {
                open.push(tag);
            }
        }
        assertTrue(open.isEmpty(), name + ": not closed " + open);
    }

    private static Set<String> ids(String html) {
        return Pattern.compile(" id=\"([^\"]+)\"")
                .matcher(html)
                .results()
                .map(result -> result.group(1))
                .collect(java.util.stream.Collectors.toSet());
    }

    private static int count(String text, String part) {
        return text.split(Pattern.quote(part), -1).length - 1;
    }

    private static int gzipped(byte[] bytes) throws IOException {
        var compressed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(compressed)) {
            gzip.write(bytes);
        }
        return compressed.size();
    }
}
