package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `symbolon mail`.
class MailCommandsTest {
    @TempDir
    Path folder;

    private Terminal terminal() {
        var terminal = new Terminal(folder.resolve("data"));
        terminal.type("init", "--issuer", "https://login.example.com", "--name", "Example");
        return terminal;
    }

    @Test
    void a_test_says_what_the_server_said_and_arrives() throws Exception {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = socket.getLocalPort();
        }
        var server = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
        server.start();
        try {
            var terminal = terminal();
            terminal.set("SYMBOLON_SMTP", "smtp://127.0.0.1:" + port);
            terminal.set("SYMBOLON_MAIL_FROM", "accounts@example.com");
            assertTrue(terminal.good("mail", "test", "ada@example.com").startsWith("The mail was taken: 250"));
            assertEquals(1, server.getReceivedMessages().length);
            assertEquals("Test message from Example", server.getReceivedMessages()[0].getSubject());
            server.stop();
            var said = terminal.type("mail", "test", "ada@example.com");
            assertEquals(1, said.status());
            assertTrue(said.err().contains("The mail was not taken: "), said.err());
        } finally {
            server.stop();
        }
    }

    @Test
    void without_a_server_or_an_address_it_says_what_is_missing() {
        var terminal = terminal();
        assertTrue(terminal.type("mail", "test", "ada@example.com").err().contains("set SYMBOLON_SMTP"));
        terminal.set("SYMBOLON_SMTP", "smtp://localhost");
        assertTrue(terminal.type("mail", "test", "nobody").err().contains("cannot be an address"));
        assertTrue(terminal.type("mail", "test", "a@example.com").err().contains("SYMBOLON_MAIL_FROM"));
        terminal.set("SYMBOLON_SMTP", "http://localhost");
        assertTrue(terminal.type("mail", "test", "a@example.com").err().contains("smtp:// or smtps://"));
    }

    @Test
    void the_list_is_empty_at_first() {
        var terminal = terminal();
        assertTrue(terminal.type("mail", "list").all().contains("There are no mails in tenant default."));
        assertEquals("[ ]", terminal.good("mail", "list", "--json").strip());
    }
}
