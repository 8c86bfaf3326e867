package dev.symbolon.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.oauth.Issuer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CookiesTest {
    private static final Issuer SECURE = new Issuer("https://id.example");
    private static final Issuer LOCAL = new Issuer("http://localhost:8080");
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static List<String> attributes(String setCookie) {
        return Arrays.stream(setCookie.split(";")).map(String::strip).skip(1).toList();
    }

    @Test
    void SE_06_over_tls_every_cookie_is_host_only_secure_and_hidden_from_scripts() {
        var sealer = new Sealer(new byte[32], new SecureRandom());
        var cookies = List.of(
                Cookies.setSession(SECURE, new OpaqueToken("token"), Duration.ofDays(30)),
                Cookies.endSession(SECURE),
                Cookies.setBrowser(SECURE, BrowserCookie.fresh(sealer), sealer, NOW));
        for (var cookie : cookies) {
            assertTrue(cookie.startsWith("__Host-symbolon-"), cookie);
            var attributes = attributes(cookie);
            assertTrue(attributes.containsAll(List.of("Path=/", "Secure", "HttpOnly", "SameSite=Lax")), cookie);
            assertFalse(cookie.contains("Domain"), cookie);
            assertTrue(cookie.length() < 4_096);
        }
        assertTrue(attributes(cookies.get(0)).contains("Max-Age=2592000"));
        assertTrue(attributes(cookies.get(1)).contains("Max-Age=0"));
        assertTrue(attributes(cookies.get(2))
                .contains("Max-Age=" + Duration.ofDays(400).toSeconds()));
    }

    @Test
    void SE_06_on_a_developers_machine_the_prefix_and_secure_are_left_out_and_nothing_else() {
        var cookie = Cookies.setSession(LOCAL, new OpaqueToken("token"), Duration.ofDays(1));
        assertEquals("symbolon-session=token; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax", cookie);
    }

    @Test
    void SE_06_a_browser_that_knows_ten_people_fits_into_a_cookie() {
        var sealer = new Sealer(new byte[32], new SecureRandom());
        var browser = BrowserCookie.fresh(sealer);
        var people = new ArrayList<String>();
        for (var i = 0; i < 12; i++) {
            people.add("person" + i + "@example.com");
            browser = browser.knowing(sealer, people.getLast());
        }
        var cookie = Cookies.setBrowser(SECURE, browser, sealer, NOW);
        assertTrue(cookie.length() < 4_096, "" + cookie.length());
        assertTrue(browser.knows(sealer, people.getLast()));
        assertFalse(browser.knows(sealer, people.getFirst()), "the oldest is forgotten");
        people.forEach(email -> assertFalse(cookie.contains(email)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "a=1 | 1",
                "b=2; a=1 | 1",
                "b=2;a=1 | 1",
                "  a=1  ;b=2 | 1",
                "a=1; a=2 | 1",
                "a=x=y=z | x=y=z",
                "a= | ''",
                "b=2 | none",
                "a | none",
                "aa=1 | none",
                "ba=1 | none",
                "b=a=1 | none",
                "A=1 | none",
                "a =1 | none",
                "; ;; a=1 | 1",
                "a=\"1\" | \"1\""
            })
    void a_cookie_is_found_by_its_whole_name_and_the_first_one_counts(String header, String expected) {
        assertEquals(Optional.ofNullable(expected), Cookies.find(header, "a"));
    }

    @Test
    void an_endless_header_is_not_read() {
        assertTrue(Cookies.find("a=1; b=" + "x".repeat(20_000), "a").isEmpty());
        assertTrue(Cookies.find("", "a").isEmpty());
        assertEquals(Optional.of("1"), Cookies.find(";".repeat(10_000) + "a=1", "a"));
    }

    @Property
    void no_header_is_a_fault(@ForAll String header, @ForAll String name) {
        Cookies.find(header, name);
    }
}
