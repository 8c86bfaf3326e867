package dev.symbolon.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProxiesTest {
    private static final Proxies NOBODY = new Proxies(List.of());
    private static final Proxies SOME = new Proxies(List.of("127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"));

    private static Map<String, String> headers(String... pairs) {
        var headers = new HashMap<String, String>();
        for (var i = 0; i < pairs.length; i += 2) {
            headers.put(pairs[i], pairs[i + 1]);
        }
        return headers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.1.2.3", "203.0.113.1", "::1", "not an address"})
    void when_nobody_is_trusted_headers_mean_nothing(String peer) {
        var headers = headers("x-forwarded-host", "evil.example", "x-forwarded-for", "198.51.100.1");
        assertEquals("id.example", NOBODY.host(peer, "id.example", headers));
        assertEquals(peer, NOBODY.client(peer, headers));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113.1",
                "127.0.0.2",
                "11.0.0.1",
                "9.255.255.255",
                "::2",
                "fe80::1",
                "fc00::1",
                "",
                "localhost"
            })
    void a_stranger_is_not_believed(String peer) {
        var headers = headers("x-forwarded-host", "evil.example", "x-forwarded-for", "198.51.100.1");
        assertEquals("id.example", SOME.host(peer, "id.example", headers));
        assertEquals(peer, SOME.client(peer, headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.0.0", "10.255.255.255", "::1", "fd12:3456::1", "::ffff:10.0.0.1"})
    void a_trusted_proxy_is_believed(String peer) {
        var headers = headers("x-forwarded-host", "id.example", "x-forwarded-for", "198.51.100.1");
        assertEquals("id.example", SOME.host(peer, "10.0.0.9:8080", headers));
        assertEquals("198.51.100.1", SOME.client(peer, headers));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1 | 198.51.100.1",
                "1.1.1.1, 198.51.100.1 | 198.51.100.1",
                "1.1.1.1, 198.51.100.1, 10.0.0.5 | 198.51.100.1",
                "1.1.1.1, 10.0.0.6,10.0.0.5 | 1.1.1.1",
                "2001:db8::7, ::1 | 2001:db8::7",
                "10.0.0.6, 10.0.0.5 | 10.0.0.1",
                "evil.example | 10.0.0.1",
                "198.51.100.1, unknown | 10.0.0.1",
                "198.51.100.1:4711 | 198.51.100.1",
                "[2001:db8::7]:4711 | 2001:db8::7",
                "dead.beef | 10.0.0.1",
                "face | 10.0.0.1",
                "999.1.1.1 | 10.0.0.1",
                "',' | 10.0.0.1",
                "<script> | 10.0.0.1"
            })
    void the_last_address_before_the_proxies_is_the_browsers(String forwarded, String expected) {
        assertEquals(expected, SOME.client("10.0.0.1", headers("x-forwarded-for", forwarded)));
    }

    @Test
    void the_last_of_several_hosts_is_what_the_proxy_itself_saw_and_the_others_are_hearsay() {
        assertEquals("b", SOME.host("10.0.0.1", "x", headers("x-forwarded-host", " a , b")));
        assertEquals("x", SOME.host("10.0.0.1", "x", headers("x-forwarded-host", "")));
        assertEquals("x", SOME.host("10.0.0.1", "x", headers("forwarded", "host=evil")));
    }

    @Test
    void networks_of_every_length_are_understood() {
        var everyone = new Proxies(List.of("0.0.0.0/0"));
        assertEquals("y", everyone.host("203.0.113.1", "x", headers("x-forwarded-host", "y")));
        assertEquals("x", everyone.host("2001:db8::1", "x", headers("x-forwarded-host", "y")), "of its own family");
        var odd = new Proxies(List.of("192.168.128.0/17"));
        assertEquals("y", odd.host("192.168.200.1", "x", headers("x-forwarded-host", "y")));
        assertEquals("x", odd.host("192.168.127.1", "x", headers("x-forwarded-host", "y")));
        var one = new Proxies(List.of("192.168.1.1/32"));
        assertEquals("x", one.host("192.168.1.2", "x", headers("x-forwarded-host", "y")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy.example",
                "localhost",
                "beef",
                "dead.beef",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/x",
                "::1/129",
                "300.0.0.1",
                "/8",
                "*"
            })
    void a_setting_that_is_no_network_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> new Proxies(List.of(text)));
    }
}
