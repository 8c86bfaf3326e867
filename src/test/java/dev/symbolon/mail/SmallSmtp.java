package dev.symbolon.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A mail server of a few lines (RFC 5321) that says of every recipient what a test wants it to say.
final class SmallSmtp implements AutoCloseable {
    private final ServerSocket socket;
    private final String ofRecipients;
    private final Optional<SSLContext> startTls;
    private final AtomicBoolean isSecure = new AtomicBoolean();
    private final AtomicInteger taken = new AtomicInteger();

    private SmallSmtp(ServerSocket socket, String ofRecipients, Optional<SSLContext> startTls) {
        this.socket = socket;
        this.ofRecipients = ofRecipients;
        this.startTls = startTls;
        Thread.ofVirtual().start(this::accept);
    }

    static SmallSmtp saying(String ofRecipients) throws IOException {
        return new SmallSmtp(open(), ofRecipients, Optional.empty());
    }

    /// With TLS after `STARTTLS` (RFC 3207), which it offers.
    static SmallSmtp offeringTls(SSLContext context) throws IOException {
        return new SmallSmtp(open(), "250 ok", Optional.of(context));
    }

    private static ServerSocket open() throws IOException {
        return new ServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
    }

    /// With TLS from the first byte.
    static SmallSmtp secure(SSLContext context) throws IOException {
        var socket = context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.ofLiteral("127.0.0.1"));
        return new SmallSmtp(socket, "250 ok", Optional.empty());
    }

    int port() {
        return socket.getLocalPort();
    }

    /// Whether the last mail came through TLS.
    boolean wasSecure() {
        return isSecure.get();
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
            say(peer, "220 small");
            go(peer);
        } catch (IOException _) {
            // it hung up
        }
    }

    private void go(Socket peer) {
        try (peer) {
            var in = new BufferedReader(new InputStreamReader(peer.getInputStream(), StandardCharsets.UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                switch (line.split("[ :]")[0].toUpperCase(java.util.Locale.ROOT)) {
                    case "EHLO" -> {
                        if (startTls.isPresent() && !(peer instanceof SSLSocket)) {
                            say(peer, "250-small");
                            say(peer, "250 STARTTLS");
                        } else {
                            say(peer, "250 small");
                        }
                    }
                    case "STARTTLS" -> {
                        say(peer, "220 go on");
                        var tls = (SSLSocket)
                                startTls.orElseThrow().getSocketFactory().createSocket(peer, null, true);
                        tls.setUseClientMode(false);
                        go(tls);
                        return;
                    }
                    case "MAIL" -> {
                        isSecure.set(peer instanceof SSLSocket);
                        say(peer, "250 ok");
                    }
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
