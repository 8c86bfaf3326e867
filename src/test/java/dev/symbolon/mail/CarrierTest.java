package dev.symbolon.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.symbolon.outbound.Authorities;
import dev.symbolon.outbound.Certificate;
import dev.symbolon.spec.Site;
import dev.symbolon.store.Outbox;
import dev.symbolon.store.Outbox.Row;
import dev.symbolon.store.Outbox.State;
import jakarta.mail.internet.MimeMultipart;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mails on the way to real mail servers on this machine.
final class CarrierTest {
    @TempDir
    private Path folder;

    private Site site;
    private Outbox outbox;
    private GreenMail server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        site = Site.start();
        outbox = site.app.house().outbox();
        port = freePort();
        server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    }

    @AfterEach
    void stop() {
        server.stop();
        site.close();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private Carrier carrier(String url) {
        return carrier(url, Optional.empty());
    }

    private Carrier carrier(String url, Optional<Path> authorities) {
        var mailServer = MailServer.parse(url, Optional.of("accounts@example.com"));
        var smtp = new Smtp(mailServer, new Authorities(authorities).connections());
        return new Carrier(outbox, site.app.house().hosts()::find, smtp, site.clock, RandomGenerator.getDefault());
    }

    private String plain() {
        return "smtp://127.0.0.1:" + port;
    }

    private void queue(String id, String to, String name) {
        var mail = new Mail(
                Mail.Kind.SIGN_IN,
                to,
                "de",
                Map.of(
                        Mail.Value.APP,
                        name,
                        Mail.Value.CODE,
                        "123456",
                        Mail.Value.MINUTES,
                        "30",
                        Mail.Value.LINK,
                        site.issuer + "/verify?link=abc"));
        var content = Letters.write(site.host(), mail).seal(site.host());
        assertTrue(outbox.queue(site.host().id(), id, "sign_in", content, site.clock.instant()));
    }

    private Row row(String id) {
        return outbox.log(site.host().id(), 100).stream()
                .filter(row -> row.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_letter_arrives_as_it_was_written() throws Exception {
        server.start();
        queue("m1", "ada@example.com", "Käse & Söhne");
        try (var carrier = carrier(plain())) {
            assertTrue(carrier.carryOne());
            assertFalse(carrier.carryOne());
        }
        assertEquals(State.SENT, row("m1").state());
        assertEquals(Optional.empty(), row("m1").content());
        assertEquals(1, server.getReceivedMessages().length);
        var message = server.getReceivedMessages()[0];
        assertEquals("Anmelden bei Käse & Söhne", message.getSubject());
        assertEquals("Symbolon <accounts@example.com>", message.getFrom()[0].toString());
        assertEquals("ada@example.com", message.getAllRecipients()[0].toString());
        assertEquals("<m1@localhost>", message.getMessageID());
        assertEquals("auto-generated", message.getHeader("Auto-Submitted", null));
        assertEquals("de", message.getHeader("Content-Language", null));
        assertEquals(site.clock.instant(), message.getSentDate().toInstant());
        var parts = (MimeMultipart) message.getContent();
        assertTrue(parts.getContentType().startsWith("multipart/alternative"));
        assertTrue(((String) parts.getBodyPart(0).getContent()).contains("123 456"));
        assertTrue(((String) parts.getBodyPart(1).getContent()).contains("Käse &amp; Söhne"));
        assertTrue(((String) parts.getBodyPart(1).getContent()).contains(site.issuer + "/verify?link=abc"));
    }

    @Test
    void XS_05_a_name_with_line_breaks_makes_no_header_and_no_recipient() throws Exception {
        server.start();
        queue("m1", "ada@example.com", "A\r\nBcc: bob@example.com\r\n\r\n<b>x</b>");
        try (var carrier = carrier(plain())) {
            carrier.carryOne();
        }
        var message = server.getReceivedMessages()[0];
        assertEquals(1, server.getReceivedMessages().length);
        assertEquals(1, message.getAllRecipients().length);
        assertEquals(null, message.getHeader("Bcc"));
        assertFalse(
                ((String) ((MimeMultipart) message.getContent()).getBodyPart(1).getContent()).contains("<b>x"));
    }

    @Test
    void what_is_no_address_is_given_up_at_once() {
        server.start();
        queue("m1", "ada@example.com\r\nRCPT TO:<bob@example.com>", "A");
        try (var carrier = carrier(plain())) {
            carrier.carryOne();
        }
        assertEquals(State.FAILED, row("m1").state());
        assertEquals(0, server.getReceivedMessages().length);
    }

    @Test
    void a_server_that_is_down_is_tried_again_with_longer_and_longer_pauses_until_it_is_up() {
        queue("m1", "ada@example.com", "A");
        try (var carrier = carrier(plain())) {
            var pause = Duration.ZERO;
            for (var attempt = 1; attempt <= 5; attempt++) {
                assertTrue(carrier.carryOne(), "attempt " + attempt);
                var row = row("m1");
                assertEquals(attempt, row.attempts());
                assertFalse(row.answer().orElseThrow().isBlank());
                var next = Duration.between(site.clock.instant(), row.dueAt().orElseThrow());
                assertTrue(next.compareTo(pause) > 0, next + " after " + pause);
                assertFalse(carrier.carryOne(), "not before its time");
                pause = next;
                site.clock.advance(next);
            }
            server.start();
            assertTrue(carrier.carryOne());
            assertEquals(State.SENT, row("m1").state());
        }
    }

    @Test
    void nobody_tries_for_ever() {
        queue("m1", "ada@example.com", "A");
        try (var carrier = carrier(plain())) {
            while (row("m1").state() == State.QUEUED) {
                site.clock.advance(Duration.ofHours(5));
                assertTrue(carrier.carryOne());
            }
        }
        assertEquals(State.FAILED, row("m1").state());
        assertEquals(12, row("m1").attempts());
    }

    @Test
    void a_wrong_password_is_said_and_tried_again() {
        server.setUser("post@example.com", "post@example.com", "right");
        server.getUserManager().setAuthRequired(true);
        server.start();
        queue("m1", "ada@example.com", "A");
        try (var wrong = carrier("smtp://post%40example.com:wrong@127.0.0.1:" + port)) {
            assertTrue(wrong.carryOne());
        }
        assertEquals(State.QUEUED, row("m1").state());
        assertTrue(row("m1").answer().orElseThrow().contains("refuses our user and password"), row("m1") + "");
        site.clock.advance(Duration.ofMinutes(2));
        try (var right = carrier("smtp://post%40example.com:right@127.0.0.1:" + port)) {
            assertTrue(right.carryOne());
        }
        assertEquals(State.SENT, row("m1").state(), row("m1") + "");
    }

    @Test
    void a_server_that_says_no_for_ever_or_for_now_is_believed() throws Exception {
        try (var rude = SmallSmtp.saying("550 5.1.1 No such person")) {
            queue("m1", "nobody@example.com", "A");
            try (var carrier = carrier("smtp://127.0.0.1:" + rude.port())) {
                carrier.carryOne();
            }
            assertEquals(State.FAILED, row("m1").state(), row("m1") + "");
            assertTrue(row("m1").answer().orElseThrow().contains("550"), row("m1") + "");
        }
        try (var busy = SmallSmtp.saying("451 4.3.0 Later")) {
            queue("m2", "ada@example.com", "A");
            try (var carrier = carrier("smtp://127.0.0.1:" + busy.port())) {
                carrier.carryOne();
            }
            assertEquals(State.QUEUED, row("m2").state(), row("m2") + "");
        }
    }

    @Test
    void tls_is_spoken_with_a_server_whose_certificate_is_trusted_and_with_no_other() throws Exception {
        var certificate = Certificate.of(folder, "dns:localhost,ip:127.0.0.1");
        var stranger = Certificate.of(Files.createDirectory(folder.resolve("other")), "dns:elsewhere.example");
        try (var secure = SmallSmtp.secure(certificate.context())) {
            queue("m1", "ada@example.com", "A");
            try (var distrusting = carrier("smtps://127.0.0.1:" + secure.port())) {
                distrusting.carryOne();
            }
            assertEquals(State.QUEUED, row("m1").state(), "nobody trusts it");
            site.clock.advance(Duration.ofMinutes(2));
            try (var trusting = carrier("smtps://localhost:" + secure.port(), Optional.of(certificate.pem()))) {
                trusting.carryOne();
            }
            assertEquals(State.SENT, row("m1").state(), row("m1") + "");
            assertEquals(1, secure.taken());
        }
        try (var other = SmallSmtp.secure(stranger.context())) {
            queue("m2", "ada@example.com", "A");
            try (var trusting = carrier("smtps://localhost:" + other.port(), Optional.of(stranger.pem()))) {
                trusting.carryOne();
            }
            assertEquals(State.QUEUED, row("m2").state(), "it has another name");
        }
    }
}
