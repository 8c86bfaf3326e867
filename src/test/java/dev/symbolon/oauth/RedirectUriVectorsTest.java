package dev.symbolon.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// RU-15: what the server allows is, as a browser reads it, exactly what was registered. Nothing that browsers
/// forgive leads elsewhere.
final class RedirectUriVectorsTest {
    private static final List<String> REGISTERED = List.of(
            "https://app.example/cb",
            "https://app.example/cb?a=1",
            "https://app.example",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:7000/cb?a=1",
            "http://[::1]/cb");
    private static final List<String> SCHEMES = List.of(
            "https://",
            "http://",
            "HTTPS://",
            "https:/",
            "https:",
            "https:\\\\",
            "https:///",
            "https:\\/",
            "//",
            "///",
            " https://",
            "\u0001https://",
            "\thttps://",
            "ht\ntps://",
            "https\t://",
            "https:\r//",
            "javascript://",
            "data:",
            "file://",
            "ftp://",
            "ws://",
            "blob:https://",
            "view-source:https://",
            "");
    private static final List<String> HOSTS = List.of(
            "app.example",
            "APP.example",
            "app.example.",
            "app.example:443",
            "app.example:80",
            "app.example:",
            "app.example:0443",
            "app.example:65536",
            "app.example:x",
            "app%2Eexample",
            "%61pp.example",
            "app\uFF0Eexample",
            "app\u3002example",
            "\uFF41pp.example",
            "app.ex\u00ADample",
            "app.example\u200B",
            "app.example\u0000",
            "app.example%00",
            "app.example%2F",
            "app.example\uFF0F",
            "app.example\\",
            "app.example@evil.tld",
            "evil.tld@app.example",
            "app.example%40evil.tld",
            "app.example:x@evil.tld",
            "@app.example",
            "app.example\\@evil.tld",
            "app.example#@evil.tld",
            "app.example?@evil.tld",
            "app.example.evil.tld",
            "evil-app.example",
            "xapp.example",
            "app-example",
            "app.examplex",
            "[app.example]",
            "evil.tld\\app.example",
            "app.example,evil.tld",
            "app.example;evil.tld",
            "app.example evil.tld",
            "app.example|x",
            "localhost:3000",
            "localhost",
            "localhost:3001",
            "LOCALHOST:3000",
            "localhost.:3000",
            "127.0.0.1",
            "127.0.0.1:49152",
            "127.0.0.1:0",
            "127.0.0.1:00080",
            "127.0.0.1:",
            "127.0.0.1.",
            "127.1",
            "127.0.1",
            "0x7f.0.0.1",
            "0x7f000001",
            "0177.0.0.1",
            "2130706433",
            "127.0.0.1.evil.tld",
            "127.0.0.1@evil.tld",
            "127.0.0.1:80@evil.tld",
            "127.0.0.1%00",
            "127.0.0.1\\@evil.tld",
            "\u2460\u2461\u2466.0.0.1",
            "127\uFF0E0\uFF0E0\uFF0E1",
            "127.0.0.2",
            "0.0.0.0",
            "0",
            "[::1]",
            "[::1]:49152",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::1]@evil.tld",
            "[::1].evil.tld",
            "::1",
            "");
    private static final List<String> PATHS = List.of(
            "/cb",
            "/cb?a=1",
            "",
            "/",
            "/CB",
            "/cb/",
            "//cb",
            "/./cb",
            "/x/../cb",
            "/%2e/cb",
            "/x/%2E%2e/cb",
            "\\cb",
            "/cb\\",
            "/%63b",
            "/cb%20",
            "/cb ",
            "/cb\t",
            "/c\nb",
            "/cb\u0000",
            "/cb%00",
            "/cb#",
            "/cb#x",
            "/cb?",
            "/cb?a=1#",
            "/cb?a=2",
            "/cb?a=1&b=2",
            "/cb?A=1",
            "/cb;x",
            "/cb/..",
            "/cb/../cb",
            "/cb\u200B",
            "/\uFF43b",
            "/cb@evil.tld",
            "/cb?@evil.tld");

    private static Set<String> vectors() {
        var all = new LinkedHashSet<>(REGISTERED);
        for (var scheme : SCHEMES) {
            for (var host : HOSTS) {
                for (var path : PATHS) {
                    all.add(scheme + host + path);
                }
            }
        }
        return all;
    }

    @Test
    void RU_15_what_is_allowed_is_for_a_browser_what_was_registered() {
        var allowed = new ArrayList<String>();
        var vectors = vectors();
        for (var registered : REGISTERED) {
            var uri = RedirectUri.register(registered);
            var wanted = Whatwg.parse(registered).orElseThrow();
            for (var vector : vectors) {
                if (uri.matches(vector)) {
                    allowed.add(vector);
                    leadsTo(wanted, registered, vector);
                }
            }
        }
        assertTrue(vectors.size() > 50_000, "vectors: " + vectors.size());
        assertTrue(allowed.size() > REGISTERED.size(), "other loopback ports are among them");
        assertTrue(allowed.size() < 40, allowed.toString());
    }

    private static void leadsTo(Whatwg wanted, String registered, String vector) {
        var read = Whatwg.parse(vector).orElseThrow(() -> new AssertionError("no browser follows " + vector));
        assertEquals(wanted.scheme(), read.scheme(), vector);
        assertEquals(wanted.host(), read.host(), vector);
        assertEquals(wanted.path(), read.path(), vector);
        assertEquals(wanted.query(), read.query(), vector);
        assertEquals("", read.user(), vector);
        assertFalse(read.hasFragment(), vector);
        if (!registered.startsWith("http://127.0.0.1") && !registered.startsWith("http://[::1]")) {
            assertEquals(wanted.port(), read.port(), vector);
        }
    }

    @Test
    void RU_15_what_can_be_registered_is_for_a_browser_what_it_seems_to_be() {
        var registered = 0;
        for (var vector : vectors()) {
            RedirectUri uri;
            try {
                uri = RedirectUri.register(vector);
            } catch (OAuthException _) {
                continue;
            }
            registered++;
            var read = Whatwg.parse(vector).orElseThrow(() -> new AssertionError("no browser follows " + vector));
            var isWeb = vector.startsWith("http://") || vector.startsWith("https://");
            assertEquals(isWeb ? read.origin() : "", uri.origin(), vector);
            assertEquals("", read.user(), vector);
            assertFalse(read.hasFragment(), vector);
        }
        assertTrue(registered > 50, "registered: " + registered);
    }

    @Test
    void the_reader_of_these_tests_reads_like_a_browser() {
        assertEquals("127.0.0.1", Whatwg.parse("http://0x7f.1/").orElseThrow().host());
        assertEquals(
                "127.0.0.1", Whatwg.parse("http://0177.0.0.1/").orElseThrow().host());
        assertEquals(
                "127.0.0.1", Whatwg.parse("http://2130706433").orElseThrow().host());
        assertEquals(
                "evil.tld",
                Whatwg.parse("https://app.example@evil.tld/cb").orElseThrow().host());
        assertEquals(
                "app.example",
                Whatwg.parse("https:\\\\app.example\\@evil.tld").orElseThrow().host());
        assertEquals(
                "app.example",
                Whatwg.parse(" ht\ntps:app.example/cb").orElseThrow().host());
        assertEquals(
                "app.example",
                Whatwg.parse("https://app\u3002example/").orElseThrow().host());
        assertEquals(
                "/cb",
                Whatwg.parse("https://app.example/x/%2E%2e/cb").orElseThrow().path());
        assertTrue(Whatwg.parse("https://app.example:65536/").isEmpty());
        assertTrue(Whatwg.parse("https://app.example%2F/").isEmpty());
        assertTrue(Whatwg.parse("//app.example/").isEmpty());
    }
}
