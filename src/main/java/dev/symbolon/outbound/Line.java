package dev.symbolon.outbound;

import dev.symbolon.outbound.OutboundException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/// One connection for one call. Whoever closes it ends the call, wherever that has come to.
final class Line implements AutoCloseable {
    /// A name may have many addresses; a call is not one to each of them.
    private static final int ADDRESSES_TRIED_MAX = 3;

    /// What the protocol itself may add to a body: status, headers, the sizes of chunks.
    private static final int FRAMING_MAX_BYTES = 65_536;

    private final String host;
    private final Limits limits;
    private Optional<Socket> raw = Optional.empty();
    private Optional<Socket> open = Optional.empty();
    private boolean isClosed;
    private int received;

    Line(String host, Limits limits) {
        this.host = host;
        this.limits = limits;
    }

    /// Connects to the first of the addresses that can be connected to; they have been checked.
    void connect(Destination to, List<InetAddress> addresses) throws IOException {
        var last = new IOException("No address was tried.");
        for (var address : addresses.subList(0, Math.min(addresses.size(), ADDRESSES_TRIED_MAX))) {
            var socket = new Socket();
            begin(socket);
            try {
                socket.connect(
                        new InetSocketAddress(address, to.port()),
                        Math.toIntExact(limits.connect().toMillis()));
                socket.setTcpNoDelay(true);
                open = Optional.of(socket);
                return;
            } catch (IOException e) {
                socket.close();
                last = e;
            }
        }
        throw last;
    }

    private synchronized void begin(Socket socket) throws IOException {
        if (isClosed) {
            socket.close();
            throw new IOException("The call has ended.");
        }
        raw = Optional.of(socket);
    }

    /// TLS with the name that was asked for, whatever its address (RFC 9110 §4.3.4).
    void secure(Destination to, SSLSocketFactory tls) throws IOException {
        var socket = (SSLSocket) tls.createSocket(socket(), to.host(), to.port(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        open = Optional.of(socket);
    }

    /// What bytes are read from and written to.
    Socket socket() {
        return open.orElseThrow();
    }

    /// Counts what has come. The HTTP library reads a chunk as a whole, however long it says it is.
    ///
    /// @param bytes null at the end, as the library has it
    byte @Nullable [] received(byte @Nullable [] bytes) {
        received += bytes == null ? 0 : bytes.length;
        if (received > limits.bodyMaxBytes() + FRAMING_MAX_BYTES) {
            throw limits.oversized(host);
        }
        return bytes;
    }

    // The connection below TLS: saying goodbye to somebody who does not listen can take for ever.
    @Override
    public synchronized void close() {
        isClosed = true;
        if (raw.isPresent()) {
            try {
                raw.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// What one call to another server may cost, and all of them together.
    ///
    /// @param total from the first look-up to the last byte
    record Limits(Duration connect, Duration total, int bodyMaxBytes, int calls, int callsPerHost) {
        static final Limits DEFAULT = new Limits(Duration.ofSeconds(2), Duration.ofSeconds(5), 1_048_576, 64, 16);

        OutboundException oversized(String host) {
            return new OutboundException(
                    Reason.OVERSIZED, host + " answers with more than " + bodyMaxBytes + " bytes.");
        }
    }
}
