package dev.symbolon.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1, as values.
final class RedirectUriTest {
    private static final List<String> REGISTERED = List.of(
            "https://app.example/callback",
            "https://app.example/other?fixed=1",
            "https://app.example",
            "https://app.example:8443/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:7000/cb?x=1",
            "http://[::1]/cb",
            "http://127.0.0.1",
            "com.example.app:/cb");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://app.example",
                "https://app.example/",
                "https://app.example:8443/cb?a=b&c=%20",
                "http://localhost:3000/callback",
                "http://127.0.0.1/cb",
                "http://[::1]:80/cb",
                "https://xn--bcher-kva.example/",
                "com.example.app:/cb",
                "com.example.app://host/cb",
                "https://192.0.2.1/cb",
                "https://[2001:db8::1]/cb"
            })
    void what_an_application_has_is_registered_as_it_is(String value) {
        assertEquals(value, RedirectUri.register(value).value());
        assertTrue(RedirectUri.register(value).matches(value));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "cb",
                "/cb",
                "//app.example/cb",
                "https:",
                "https://",
                "https:///cb",
                "https://:443/cb",
                "https:cb",
                "https://app.example/cb#",
                "https://app.example/*",
                "https://user@app.example/",
                "https://@app.example/",
                "https://App.example/",
                "HTTPS://app.example/",
                "https://app.example/ü",
                "https://app.example/a b",
                "https://app.example/%",
                "https://app.example/%g0",
                "https://app.example/a\\b",
                "https://app.example/<>",
                "https://app.example/\"",
                "https://app.example/{a}",
                "https://app.example/^",
                "https://app.example/`",
                "https://app.example:http/",
                "https://[::1/cb",
                "https://[::g]/cb",
                "myapp:/cb",
                "myapp:cb",
                "com.example:",
                "javascript:alert(1)",
                "data:,x",
                "file:///x",
                "blob:https://app.example/1",
                "about:blank",
                "1.2:/cb"
            })
    void anything_else_is_refused_with_a_reason(String value) {
        var refusal = assertThrows(OAuthException.class, () -> RedirectUri.register(value));
        assertEquals(OAuthError.INVALID_REDIRECT_URI, refusal.error());
        assertTrue(refusal.description().startsWith("This callback URL cannot be registered: "), refusal.description());
    }

    @Test
    void the_longest_has_two_thousand_characters() {
        var longest = "https://app.example/" + "x".repeat(1_980);
        assertEquals(2_000, RedirectUri.register(longest).value().length());
        assertThrows(OAuthException.class, () -> RedirectUri.register(longest + "x"));
    }

    @Test
    void its_origin_is_what_a_browser_sends_and_a_private_scheme_has_none() {
        assertEquals("https://app.example", new RedirectUri("https://app.example/cb?x").origin());
        assertEquals("http://localhost:3000", new RedirectUri("http://localhost:3000/cb").origin());
        assertEquals("https://app.example", new RedirectUri("https://app.example:443/cb").origin());
        assertEquals("http://app.example:443", new RedirectUri("http://app.example:443/cb").origin());
        assertEquals("", new RedirectUri("com.example.app:/cb").origin());
    }

    @Property
    void a_callback_matches_nothing_but_itself_unless_it_is_on_loopback(
            @ForAll("registered") String registered, @ForAll("near") String received) {
        var uri = new RedirectUri(registered);
        if (uri.matches(received) && !registered.equals(received)) {
            assertTrue(registered.startsWith("http://127.0.0.1") || registered.startsWith("http://[::1]"), received);
            assertEquals(withoutPort(registered), withoutPort(received));
        }
    }

    @Property
    void any_text_at_all_can_be_compared(@ForAll("registered") String registered, @ForAll String received) {
        assertEquals(registered.equals(received), new RedirectUri(registered).matches(received));
    }

    @Property
    void every_port_is_good_on_loopback(@ForAll @IntRange(min = 1, max = 65_535) int port) {
        assertTrue(new RedirectUri("http://127.0.0.1/cb").matches("http://127.0.0.1:" + port + "/cb"));
        assertTrue(new RedirectUri("http://[::1]:1/cb").matches("http://[::1]:" + port + "/cb"));
        assertFalse(new RedirectUri("http://127.0.0.1/cb").matches("http://[::1]:" + port + "/cb"));
        assertFalse(new RedirectUri("http://localhost/cb").matches("http://localhost:" + port + "/cb"));
        assertFalse(new RedirectUri("https://127.0.0.1/cb").matches("https://127.0.0.1:" + port + "/cb"));
    }

    @Property
    void no_port_beyond_the_last_is_good(@ForAll @IntRange(min = 65_536, max = 99_999_999) int port) {
        assertFalse(new RedirectUri("http://127.0.0.1/cb").matches("http://127.0.0.1:" + port + "/cb"));
    }

    @Property
    void registering_never_fails_otherwise_than_by_refusing(@ForAll @StringLength(max = 60) String value) {
        try {
            var kept = RedirectUri.register(value);
            assertEquals(value, kept.value());
            assertTrue(URI.create(value).isAbsolute());
        } catch (OAuthException refusal) {
            assertEquals(OAuthError.INVALID_REDIRECT_URI, refusal.error());
        }
    }

    @Property
    void a_scheme_that_runs_is_refused_in_any_case_and_with_anything_before_it(
            @ForAll("running") String scheme, @ForAll("junk") String junk, @ForAll boolean upper) {
        var written = upper ? scheme.toUpperCase(Locale.ROOT) : scheme;
        assertThrows(OAuthException.class, () -> RedirectUri.register(junk + written + ":alert(1)"));
        assertThrows(OAuthException.class, () -> RedirectUri.register(junk + written + "://app.example/cb"));
    }

    @Provide
    Arbitrary<String> registered() {
        return Arbitraries.of(REGISTERED);
    }

    @Provide
    Arbitrary<String> running() {
        return Arbitraries.of("javascript", "data", "vbscript", "file", "blob", "about", "filesystem");
    }

    @Provide
    Arbitrary<String> junk() {
        return Arbitraries.strings()
                .withChars(" \t\r\n\u0000\u0001\u001F\u00A0\uFEFF")
                .ofMaxLength(3);
    }

    // A registered address with a few characters put in, taken out or changed.
    @Provide
    Arbitrary<String> near() {
        var characters = Arbitraries.strings()
                .withChars("@:/\\?#.%[]0189a \t\n\u0000\u3002\uFF0F")
                .ofMinLength(0)
                .ofMaxLength(3);
        return Arbitraries.of(REGISTERED)
                .flatMap(base -> characters.flatMap(put -> Arbitraries.integers()
                        .between(0, base.length())
                        .flatMap(at -> Arbitraries.integers()
                                .between(0, 2)
                                .map(less -> base.substring(0, at)
                                        + put
                                        + base.substring(Math.min(base.length(), at + less))))));
    }

    private static List<String> withoutPort(String value) {
        var uri = URI.create(value);
        var parts = new ArrayList<String>();
        parts.add(uri.getScheme());
        parts.add(uri.getHost());
        parts.add(uri.getRawPath());
        parts.add(String.valueOf(uri.getRawQuery()));
        parts.add(String.valueOf(uri.getRawFragment()));
        parts.add(String.valueOf(uri.getRawUserInfo()));
        return parts;
    }
}
