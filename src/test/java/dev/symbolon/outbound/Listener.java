package dev.symbolon.outbound;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A socket on loopback that counts who comes, and says what a test wants, HTTP or not.
public final class Listener implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final ServerSocket socket;
    private final Talk talk;
    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private final List<Socket> open = new ArrayList<>();

    /// What is said to whoever comes, after the request was read.
    @FunctionalInterface
    public interface Talk {
        void to(Socket guest) throws IOException;
    }

    private Listener(ServerSocket socket, Talk talk) {
        this.socket = socket;
        this.talk = talk;
        Thread.ofVirtual().start(this::listen);
    }

    public static Listener saying(Talk talk) {
        try {
            return new Listener(new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")), talk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Says these bytes and hangs up.
    public static Listener saying(String answer) {
        return saying(guest -> guest.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    public int port() {
        return socket.getLocalPort();
    }

    public String at(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    private void listen() {
        while (!socket.isClosed()) {
            try {
                var guest = socket.accept();
                synchronized (open) {
                    open.add(guest);
                }
                Thread.ofVirtual().start(() -> serve(guest));
            } catch (IOException _) {
                return; // closed by the test
            }
        }
    }

    private void serve(Socket guest) {
        try (guest) {
            requests.add(request(new BufferedInputStream(guest.getInputStream())));
            talk.to(guest);
        } catch (IOException _) {
            // the guest hung up, which is what most tests are about
        }
    }

    private static String request(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            var one = in.read();
            if (one < 0) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
            head.write(one);
        }
        var text = head.toString(StandardCharsets.ISO_8859_1);
        var length = text.toLowerCase(java.util.Locale.ROOT).split("content-length: ", 2);
        var body = length.length < 2
                ? new byte[0]
                : in.readNBytes(Integer.parseInt(length[1].split("\r\n", 2)[0]));
        return text + new String(body, StandardCharsets.UTF_8);
    }

    /// Waits for the next request.
    public String next() {
        try {
            var request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (request == null) {
                throw new AssertionError("Nobody came.");
            }
            return request;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// How many came until now. Whoever came earlier was accepted before us.
    public int guests() {
        try (var own = new Socket(InetAddress.ofLiteral("127.0.0.1"), port())) {
            own.getOutputStream().write("ours\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            var count = 0;
            while (!next().startsWith("ours")) {
                count++;
            }
            return count;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        hangUp();
    }

    /// Hangs up on everybody, and nobody else is heard.
    public void hangUp() {
        try {
            socket.close();
            synchronized (open) {
                for (var guest : open) {
                    guest.close();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
