package dev.symbolon.web;

import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How an {@link Answer} leaves the house: with the headers that every answer has, and in time.
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    /// So much of a long answer has to be taken within the deadline of an answer.
    private static final int TAKEN_BYTES = 64 * 1_024;

    private final Peers peers;

    /// @param peers are told how long the other side takes
    Delivery(Peers peers) {
        this.peers = peers;
    }

    /// The answer with the headers that keep a browser from misusing it, where it has none of its own.
    static Answer protect(Answer answer) {
        var safe = answer.with("X-Content-Type-Options", "nosniff");
        if (!safe.has("Referrer-Policy")) {
            safe = safe.with("Referrer-Policy", "no-referrer");
        }
        if (!safe.has("Content-Security-Policy")) {
            safe = safe.with("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        }
        if (!safe.has("X-Frame-Options")) {
            safe = safe.with("X-Frame-Options", "DENY");
        }
        return safe.with("Cross-Origin-Opener-Policy", "same-origin");
    }

    void send(ServerResponse response, Answer answer) {
        begin(response, answer);
        if (answer.stream().isEmpty()) {
            peers.isAnswered(0);
            response.send(answer.body());
            return;
        }
        try {
            var out = new Taken(response.outputStream());
            answer.stream().get().write(out);
            out.close(); // not when it broke off: the end that is missing tells the receiver
        } catch (IOException | RuntimeException broken) {
            LOG.warn("An answer broke off while it was sent.", broken);
            throw new CloseConnectionException("The answer is not whole.", broken);
        }
    }

    /// A long answer on its way: only the time that its receiver takes counts, and every {@link #TAKEN_BYTES}
    /// anew.
    private final class Taken extends OutputStream {
        private final OutputStream out;
        private long bytes;
        private long nanos;

        private Taken(OutputStream out) {
            this.out = out;
        }

        private interface Sending {
            void send() throws IOException;
        }

        private void timed(Sending sending) throws IOException {
            var began = System.nanoTime();
            peers.isAnswered(nanos);
            try {
                sending.send();
            } finally {
                peers.isWorkedFor();
                nanos += System.nanoTime() - began;
            }
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            for (var sent = 0; sent < length; ) {
                var at = offset + sent;
                var next = (int) Math.min(length - sent, TAKEN_BYTES - bytes);
                timed(() -> out.write(from, at, next));
                sent += next;
                bytes += next;
                if (bytes == TAKEN_BYTES) {
                    bytes = 0;
                    nanos = 0;
                }
            }
        }

        @Override
        public void flush() throws IOException {
            timed(out::flush);
        }

        @Override
        public void close() throws IOException {
            timed(out::close);
        }
    }

    // RFC 9110 §9.3.2: the answer to HEAD ends with its headers; a body would be taken for the next answer.
    void sendHead(ServerResponse response, Answer answer) {
        begin(response, answer);
        response.headers().contentLength(answer.body().length);
        peers.isAnswered(0);
        response.send();
    }

    private static void begin(ServerResponse response, Answer answer) {
        response.status(Status.create(answer.status()));
        Asked.now().ifPresent(asked -> {
            asked.answered(answer.status());
            response.headers().add(HeaderValues.create("X-Request-Id", asked.id()));
        });
        for (var header : answer.headers()) {
            response.headers().add(HeaderValues.create(header.name(), header.value()));
        }
    }
}
