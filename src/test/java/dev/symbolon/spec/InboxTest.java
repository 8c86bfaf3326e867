package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `/dev/mail`: what would be sent, for whoever runs the server on their own machine.
final class InboxTest {
    private static Reply get(Site site, String path) {
        return Browser.exchange(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + site.app.managementPort() + path))
                        .GET());
    }

    @Test
    void the_mails_are_listed_and_shown_in_every_form() {
        try (var site = Site.start()) {
            assertTrue(get(site, "/dev/mail").body().contains("Nothing yet"));
            ByMail.recover(site.browser(), "ada@example.com");
            var list = get(site, "/dev/mail");
            assertEquals(200, list.status());
            assertTrue(list.body().contains("ada@example.com"), list.body());
            var id = get(site, "/dev/mail.json").json().get(0).get("id").textValue();
            assertTrue(list.body().contains("href=\"/dev/mail/" + id + "\""), list.body());
            var html = get(site, "/dev/mail/" + id);
            assertTrue(html.body()
                    .contains(Letter.last(site, "ada@example.com").code().substring(0, 3)));
            assertTrue(html.header("content-security-policy").orElseThrow().endsWith("; sandbox"));
            assertEquals("no-store", html.header("cache-control").orElseThrow());
            assertEquals("nosniff", html.header("x-content-type-options").orElseThrow());
            assertTrue(html.header("access-control-allow-origin").isEmpty());
            var text = get(site, "/dev/mail/" + id + ".txt");
            assertTrue(text.header("content-type").orElseThrow().startsWith("text/plain"));
            assertEquals(404, get(site, "/dev/mail/nothing").status());
            assertEquals(404, get(site, "/dev/other").status());
        }
    }

    @Test
    void a_time_is_readable_the_mark_is_there_and_a_letter_leads_back_to_the_list() {
        try (var site = Site.start()) {
            ByMail.recover(site.browser(), "ada@example.com");
            var list = get(site, "/dev/mail");
            assertTrue(list.body().matches("(?s).*>[0-9-]{10} [0-9]{2}:[0-9]{2}:[0-9]{2} UTC</time>.*"), list.body());
            var policy = list.header("content-security-policy").orElseThrow();
            assertTrue(policy.contains("img-src 'self'"), policy);
            var mark = list.body().replaceAll("(?s).*<link rel=\"icon\"[^>]* href=\"([^\"]+)\".*", "$1");
            for (var path : List.of(mark, "/favicon.ico")) {
                assertEquals(
                        "image/svg+xml", get(site, path).header("content-type").orElseThrow(), path);
            }
            assertEquals(404, get(site, "/static/htmx.js").status());
            var one = get(site, "/dev/mail.json").json().get(0);
            var id = one.get("id").textValue();
            var letter = get(site, "/dev/mail/" + id);
            assertTrue(letter.body().contains("<a href=\"/dev/mail\""), letter.body());
            assertTrue(letter.body().contains("href=\"/dev/mail/" + id + ".txt\""), letter.body());
            assertFalse(one.get("html").textValue().contains("/dev/mail"), "what is sent has no such line");
        }
    }

    @Test
    void a_page_of_elsewhere_whose_name_leads_here_reads_nothing() {
        try (var site = Site.start()) {
            var reply = Browser.exchange(HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + site.app.managementPort() + "/dev/mail.json"))
                    .header("Host", "evil.example")
                    .GET());
            assertEquals(403, reply.status());
        }
    }

    @Test
    void where_a_mail_server_is_set_there_is_nothing_to_be_seen() {
        var settings = Map.of("SYMBOLON_SMTP", "smtp://127.0.0.1:1", "SYMBOLON_MAIL_FROM", "a@example.com");
        try (var site = Site.start(settings)) {
            ByMail.recover(site.browser(), "ada@example.com");
            assertEquals(404, get(site, "/dev/mail").status());
            assertEquals(404, get(site, "/dev/mail.json").status());
        }
    }

    @Test
    void AD_04_no_code_link_or_address_of_a_mail_stands_in_clear_in_the_database() throws IOException {
        try (var site = Site.start()) {
            ByMail.signUp(site.browser(), "somebody-new@example.com", ByMail.GOOD_PASSWORD);
            var letter = Letter.last(site, "somebody-new@example.com");
            site.app.close();
            var found = new StringBuilder();
            try (var files = Files.walk(site.data)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    found.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
                }
            }
            assertFalse(found.toString().contains("somebody-new"));
            assertFalse(found.toString().contains(letter.link()));
            assertFalse(found.toString()
                    .contains(
                            letter.code().substring(0, 3) + " " + letter.code().substring(3)));
        }
    }
}
