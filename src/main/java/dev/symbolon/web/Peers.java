package dev.symbolon.web;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;

/// Everybody who is connected, and for what the server waits of each: a request has to be there whole within a
/// deadline, and an answer has to be taken within it, however slowly either trickles; who says nothing is left
/// in peace for a while. Where everybody's place is taken, the one that the server has waited for longest gives
/// way to whoever comes. The library's own timeouts cover no answer, and its limit keeps newcomers out.
final class Peers implements Http1ConnectionListener {
    private static final int ROOM_TRIES = 3;

    private final Duration deadline;
    private final Duration quiet;
    private final int most;
    private final LongAdder hungUp = new LongAdder();
    private final LongAdder gaveWay = new LongAdder();
    // Each connection has a thread of its own.
    private final Map<Thread, Peer> connected = new ConcurrentHashMap<>();

    /// @param deadline within which a request arrives and an answer is taken
    /// @param quiet for how long a connection may stay silent
    /// @param most how many there may be; the listener itself has to take a few more
    Peers(Duration deadline, Duration quiet, int most) {
        this.deadline = deadline;
        this.quiet = quiet;
        this.most = most;
    }

    private enum Phase {
        /// Nothing but the beginning of a request line can have come.
        SILENT,
        ARRIVING,
        /// It is the server that is waited for.
        WORKING,
        TAKING
    }

    private static final class Peer {
        private final Thread thread;
        private Phase phase = Phase.SILENT;
        private boolean isHungUpOn;
        private long since = System.nanoTime();
        private long began = since;

        private Peer(Thread thread) {
            this.thread = thread;
        }

        private synchronized void is(Phase next, long at) {
            if (isHungUpOn) {
                // Hung up on at this very moment: whatever is done next is done undisturbed.
                var _ = Thread.interrupted();
                isHungUpOn = false;
            }
            phase = next;
            since = at;
        }

        /// Since when the server waits for it; the end of time when it does not.
        private synchronized long waitedForSince() {
            return phase == Phase.WORKING || isHungUpOn ? Long.MAX_VALUE : since;
        }

        private synchronized boolean isLate(long now, Duration deadline, Duration quiet) {
            var most = phase == Phase.SILENT ? quiet : deadline;
            return waitedForSince() != Long.MAX_VALUE && now - since > most.toNanos();
        }

        /// An interrupted read or write closes the connection.
        private synchronized boolean hangUp(long sinceThen) {
            if (waitedForSince() != sinceThen) {
                return false;
            }
            isHungUpOn = true;
            thread.interrupt();
            return true;
        }
    }

    // ---- the phases of a connection, told by its own thread ---------------------------------------------------------

    private void is(Phase phase, long since) {
        var peer = connected.get(Thread.currentThread());
        if (peer != null) {
            peer.is(phase, since);
        }
    }

    @Override
    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        var peer = connected.get(Thread.currentThread());
        if (peer != null) {
            peer.began = System.nanoTime();
            peer.is(Phase.ARRIVING, peer.began);
        }
    }

    /// What was read of this thread's request is enough to work with.
    void isWorkedFor() {
        is(Phase.WORKING, System.nanoTime());
    }

    /// More of its request is read now; its deadline is the one that it had.
    void isListenedTo() {
        var peer = connected.get(Thread.currentThread());
        if (peer != null) {
            peer.is(Phase.ARRIVING, peer.began);
        }
    }

    /// It is sent something now.
    ///
    /// @param nanos for how long it has kept the server waiting with it already
    void isAnswered(long nanos) {
        is(Phase.TAKING, System.nanoTime() - nanos);
    }

    /// It has taken its answer and may ask again.
    void isDone() {
        is(Phase.SILENT, System.nanoTime());
    }

    // ---- who is hung up on ------------------------------------------------------------------------------------------

    /// Hangs up on those that are late.
    void hangUp() {
        var now = System.nanoTime();
        for (var peer : connected.values()) {
            var since = peer.waitedForSince();
            if (peer.isLate(now, deadline, quiet) && peer.hangUp(since)) {
                hungUp.increment();
            }
        }
    }

    private void makeRoom() {
        if (connected.size() < most) {
            return;
        }
        record Waiting(Peer peer, long since) {}
        for (var i = 0; i < ROOM_TRIES; i++) {
            var longest = connected.values().stream()
                    .map(peer -> new Waiting(peer, peer.waitedForSince()))
                    .filter(waiting -> waiting.since != Long.MAX_VALUE)
                    .min(Comparator.comparingLong(Waiting::since));
            if (longest.isPresent() && longest.get().peer.hangUp(longest.get().since)) {
                gaveWay.increment();
                return;
            }
        }
        throw new CloseConnectionException("All places are taken by those who are worked for.");
    }

    /// What is worth watching, by the name of a metric.
    Map<String, Long> vitals() {
        var vitals = new TreeMap<String, Long>();
        vitals.put("symbolon_connections_open", (long) connected.size());
        vitals.put("symbolon_connections_most", (long) most);
        vitals.put("symbolon_connections_late_total", hungUp.sum());
        vitals.put("symbolon_connections_gave_way_total", gaveWay.sum());
        return vitals;
    }

    // ---- how they come and go ---------------------------------------------------------------------------------------

    /// The way in; it has to be the listener's only one, since with two the library reads before it asks either.
    ServerConnectionSelector door(Http1ConnectionSelector http) {
        return new ServerConnectionSelector() {
            @Override
            public int bytesToIdentifyConnection() {
                return http.bytesToIdentifyConnection();
            }

            @Override
            public Support supports(BufferData data) {
                return http.supports(data);
            }

            @Override
            public Set<String> supportedApplicationProtocols() {
                return http.supportedApplicationProtocols();
            }

            @Override
            public ServerConnection connection(ConnectionContext context) {
                makeRoom();
                return new Guest(http.connection(new Heard(context)));
            }
        };
    }

    /// A connection that is known for as long as it lasts.
    private final class Guest implements ServerConnection, InterruptableTask<Void> {
        private final ServerConnection connection;

        private Guest(ServerConnection connection) {
            this.connection = connection;
        }

        @Override
        public void handle(Limit limit) throws InterruptedException {
            var thread = Thread.currentThread();
            connected.put(thread, new Peer(thread));
            try {
                connection.handle(limit);
            } finally {
                connected.remove(thread);
            }
        }

        /// Whether the server may stop without waiting for it.
        @Override
        public boolean canInterrupt() {
            return !(connection instanceof InterruptableTask<?> task) || task.canInterrupt();
        }

        @Override
        public Duration idleTime() {
            return connection.idleTime();
        }

        @Override
        public void close(boolean interrupt) {
            connection.close(interrupt);
        }
    }

    /// The connection as the library sees it. Whoever leaves in the middle of a request has ended the
    /// connection, where the library's own reader makes an internal error of it, with its stack in the log.
    private record Heard(ConnectionContext context, DataReader dataReader) implements ConnectionContext {
        private Heard(ConnectionContext context) {
            this(context, DataReader.create(() -> heard(context.serverSocket())));
        }

        private static byte[] heard(HelidonSocket socket) {
            byte[] bytes;
            try {
                bytes = socket.get();
            } catch (UncheckedIOException e) {
                throw new CloseConnectionException("The connection broke.", e);
            }
            if (bytes == null) {
                throw new CloseConnectionException("The caller has left.");
            }
            return bytes;
        }

        @Override
        public ListenerContext listenerContext() {
            return context.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return context.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return context.dataWriter();
        }

        @Override
        public Router router() {
            return context.router();
        }

        @Override
        public HelidonSocket serverSocket() {
            return context.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return context.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return context.localPeer();
        }

        @Override
        public boolean isSecure() {
            return context.isSecure();
        }

        @Override
        public String socketId() {
            return context.socketId();
        }

        @Override
        public String childSocketId() {
            return context.childSocketId();
        }
    }
}
