package dev.symbolon.client;

import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Refusals;
import dev.symbolon.store.Refusals.Refusal;
import dev.symbolon.web.Call;
import dev.symbolon.web.Edge;
import dev.symbolon.web.ErrorId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was refused before anybody could be sent back, and what would have been right: the first question of every
/// developer. The log has each one; the store has a bounded record, in which the same client,
/// rule and value are counted once, written at most once a second by whoever calls {@link #flush}.
public final class RefusedCallbacks {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedCallbacks.class);

    /// Kinds of refusals that wait for the next write; what comes beyond in the same second is only logged.
    private static final int WAITING_MAX = 1_000;

    private static final int VALUE_MAX_CHARACTERS = 500;

    private record Kind(TenantId tenant, String clientId, String rule, String received) {}

    private final Refusals store;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private Map<Kind, Refusal> waiting = new LinkedHashMap<>();

    /// Nothing is waiting yet.
    public RefusedCallbacks(Refusals store, RandomGenerator random) {
        this.store = store;
        this.random = random;
    }

    /// An identifier that a page shows and the log holds.
    public String newErrorId() {
        return ErrorId.of(random);
    }

    /// Tells the developer.
    ///
    /// @return the error's id, for the page
    public String note(Call call, String clientId, String rule, String received, String registered) {
        var kind = new Kind(call.host().id(), cut(clientId), rule, cut(received));
        var id = errorId(call, kind);
        LOG.warn(
                "{} refused [{}]: tenant {}, client_id '{}', rule {}: received '{}', registered: {}",
                call.path(),
                id,
                call.host().id(),
                Edge.printable(clientId),
                rule,
                Edge.printable(received),
                Edge.printable(registered.replace('\n', ' ')));
        lock.lock();
        try {
            var counted = waiting.get(kind);
            if (counted != null) {
                waiting.put(kind, again(counted, call.now()));
            } else if (waiting.size() < WAITING_MAX) {
                waiting.put(kind, first(kind, cut(registered), id, call.now()));
            }
        } finally {
            lock.unlock();
        }
        return id;
    }

    /// Writes what is waiting.
    public void flush(Instant now) {
        List<Refusal> batch;
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                return;
            }
            batch = List.copyOf(waiting.values());
            waiting = new LinkedHashMap<>();
        } finally {
            lock.unlock();
        }
        store.record(batch, now);
    }

    private static Refusal first(Kind kind, String registered, String id, Instant now) {
        return new Refusal(kind.tenant(), kind.clientId(), kind.rule(), kind.received(), registered, id, 1, now, now);
    }

    /// The id under which a refusal is told.
    ///
    /// @see #note
    public static String errorId(Call call, String clientId, String rule, String received) {
        return errorId(call, new Kind(call.host().id(), cut(clientId), rule, cut(received)));
    }

    // What is counted once has one id: whoever saw the page, at whatever time, tells the same one.
    private static String errorId(Call call, Kind kind) {
        var what = kind.clientId() + "\n" + kind.rule() + "\n" + kind.received();
        return ErrorId.of(call.host().sealer().hash(Purpose.REFUSAL, what));
    }

    private static Refusal again(Refusal one, Instant now) {
        return new Refusal(
                one.tenant(),
                one.clientId(),
                one.rule(),
                one.received(),
                one.registered(),
                one.errorId(),
                one.count() + 1,
                one.firstAt(),
                now);
    }

    private static String cut(String text) {
        return text.length() <= VALUE_MAX_CHARACTERS ? text : text.substring(0, VALUE_MAX_CHARACTERS);
    }
}
