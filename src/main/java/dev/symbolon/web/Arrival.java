package dev.symbolon.web;

import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Hangs up on whoever begins a request and does not finish it: the rest of the headers and the body have to be there
/// within a deadline, however slowly they trickle. The library's own read timeout does not cover these.
final class Arrival implements Http1ConnectionListener {
    private final Duration deadline;
    // Each connection has a thread of its own; what is kept is when its request began, in System.nanoTime().
    private final Map<Thread, Long> begun = new ConcurrentHashMap<>();

    Arrival(Duration deadline) {
        this.deadline = deadline;
    }

    @Override
    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        begun.put(Thread.currentThread(), System.nanoTime());
    }

    /// The request of this thread has arrived whole.
    void isWhole() {
        if (begun.remove(Thread.currentThread()) == null) {
            // Hung up on at this very moment: what the request asks for is done undisturbed.
            var _ = Thread.interrupted();
        }
    }

    /// Hangs up on those that are late.
    void hangUp() {
        var now = System.nanoTime();
        begun.forEach((thread, at) -> {
            if (now - at > deadline.toNanos()) {
                // An interrupted read closes the connection; the map lets nobody remove the entry in between.
                begun.computeIfPresent(thread, (_, same) -> {
                    if (!same.equals(at)) {
                        return same;
                    }
                    thread.interrupt();
                    return null;
                });
            }
        });
    }
}
