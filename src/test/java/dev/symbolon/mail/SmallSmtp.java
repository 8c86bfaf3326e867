package dev.symbolon.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// A mail server of a few lines (RFC 5321) that says of every recipient what a test wants it to say.
final class SmallSmtp implements AutoCloseable {
    private final ServerSocket socket;
    private final String ofRecipients;
    private final AtomicInteger taken = new AtomicInteger();

    private SmallSmtp(ServerSocket socket, String ofRecipients) {
        this.socket = socket;
        this.ofRecipients = ofRecipients;
        Thread.ofVirtual().start(this::accept);
    }

    static SmallSmtp saying(String ofRecipients) throws IOException {
        return new SmallSmtp(new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1")), ofRecipients);
    }

    /// With TLS from the first byte.
    static SmallSmtp secure(SSLContext context) throws IOException {
        var socket = context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        return new SmallSmtp(socket, "250 ok");
    }

    int port() {
        return socket.getLocalPort();
    }

    /// How many mails it has taken.
    int taken() {
        return taken.get();
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                var peer = socket.accept();
                Thread.ofVirtual().start(() -> serve(peer));
            } catch (IOException _) {
                // the test is over
            }
        }
    }

    private void serve(Socket peer) {
        try (peer) {
            var in = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
            say(peer, "220 small");
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.split("[ :]")[0].toUpperCase(java.util.Locale.ROOT)) {
                    case "RCPT" -> say(peer, ofRecipients);
                    case "DATA" -> {
                        say(peer, "354 go on");
                        while (!".".equals(in.readLine())) {
                            // the letter
                        }
                        taken.incrementAndGet();
                        say(peer, "250 taken");
                    }
                    case "QUIT" -> say(peer, "221 bye");
                    default -> say(peer, "250 small");
                }
            }
        } catch (IOException _) {
            // it hung up
        }
    }

    private static void say(Socket peer, String line) throws IOException {
        peer.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
