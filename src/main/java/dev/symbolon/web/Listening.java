package dev.symbolon.web;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// Starts web servers that listen or fail: the library itself only logs when its port is taken, and goes on
/// without one.
public final class Listening {
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
    private static final int ANSWER_MILLIS = 2_000;
    private static final byte[] QUESTION =
            "GET /robots.txt HTTP/1.1\r\nHost: health\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private Listening() {}

    /// Listens until {@link WebServer#stop()}.
    ///
    /// @throws UncheckedIOException of a {@link BindException} when the address or the port cannot be had
    public static WebServer start(WebServerConfig.Builder builder) {
        WebServer server;
        try {
            server = builder.build();
        } catch (IllegalArgumentException e) {
            throw refused("No such address: " + e.getMessage());
        }
        if (!server.start().isRunning()) {
            throw refused("The port cannot be listened on.");
        }
        return server;
    }

    /// Whether a server of ours answers at that port within two seconds, from this machine.
    public static boolean answers(String address, int port) {
        var host = ANYWHERE.contains(address) ? InetAddress.getLoopbackAddress().getHostAddress() : address;
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), ANSWER_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.getOutputStream().write(QUESTION);
            return new String(socket.getInputStream().readNBytes(8), StandardCharsets.US_ASCII).equals("HTTP/1.1");
        } catch (IOException _) {
            return false;
        }
    }

    private static UncheckedIOException refused(String why) {
        return new UncheckedIOException(new BindException(why));
    }
}
