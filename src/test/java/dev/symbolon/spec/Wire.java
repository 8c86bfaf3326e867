package dev.symbolon.spec;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/// A connection to the server on which a test writes what it likes.
public final class Wire implements AutoCloseable {
    private final Socket socket;

    public Wire(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes these characters as bytes; a server that has hung up meanwhile is no failure.
    public Wire send(String latin1) {
        return send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Wire send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (SocketException _) {
            // What it said before it hung up can still be read.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /// Everything that the server says until it hangs up, or falls silent for so long.
    public String answer(int silenceMillis) {
        var heard = new StringBuilder();
        try {
            socket.setSoTimeout(silenceMillis);
            var buffer = new byte[8_192];
            for (var read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                heard.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketTimeoutException | SocketException _) {
            // Silence, or hung up.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return heard.toString();
    }

    /// What one connection is answered when it sends this.
    public static String exchange(int port, String request) {
        try (var wire = new Wire(port)) {
            return wire.send(request).answer(500);
        }
    }

    /// The status that a form gets at the token endpoint, however long the form is; 0 when the server hung up
    /// before it had all of it, and its answer was lost on the way.
    public static int tokenStatus(int port, String form) {
        return status(exchange(
                port,
                "POST /oauth/token HTTP/1.1\r\nHost: localhost:" + port
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: "
                        + form.length() + "\r\n\r\n" + form));
    }

    /// How many answers stand in what was heard.
    public static int answers(String heard) {
        return heard.split("HTTP/1\\.[01] [0-9]{3} ", -1).length - 1;
    }

    /// The status of the first answer; 0 when the server said nothing and hung up.
    public static int status(String heard) {
        return heard.startsWith("HTTP/1.") ? Integer.parseInt(heard.substring(9, 12)) : 0;
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
