package dev.symbolon.store;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// What a node remembers of its database for a second, so that a busy client does not have the same rows read at
/// each request: clients, their secrets, APIs. What this node changes is forgotten at once, what another one
/// changes within a second. Nothing that can be revoked is here: grants, sessions and accounts are read at each
/// request.
final class Memory {
    /// Answers that are kept at most.
    static final int MOST = 4_096;

    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Kept(Object answer, long change, long readAt) {
        private boolean isFresh(long change, long now) {
            return this.change == change && now - readAt < FRESH_NANOS;
        }
    }

    private final Map<Object, Kept> kept = new ConcurrentHashMap<>();
    private final AtomicLong change = new AtomicLong();

    /// What was answered for this key within the last second, or else what is read now.
    ///
    /// @param key names the question and its type of answer
    /// @param read what it answers is kept if it is anything: whoever makes names up fills nothing
    @SuppressWarnings("unchecked")
    <T> Optional<T> recall(Object key, Supplier<Optional<T>> read) {
        var now = System.nanoTime();
        // Before it reads: what is changed in between is read anew the next time.
        var known = change.get();
        var found = kept.get(key);
        if (found != null && found.isFresh(known, now)) {
            return Optional.of((T) found.answer());
        }
        var answer = read.get();
        answer.ifPresent(one -> keep(key, new Kept(one, known, now)));
        return answer;
    }

    private void keep(Object key, Kept answer) {
        if (kept.size() >= MOST) {
            kept.values().removeIf(one -> !one.isFresh(answer.change(), answer.readAt()));
        }
        if (kept.size() < MOST) {
            kept.put(key, answer);
        }
    }

    /// Something that may be remembered has changed.
    void forget() {
        change.incrementAndGet();
    }
}
