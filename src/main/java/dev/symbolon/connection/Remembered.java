package dev.symbolon.connection;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What other servers publish, for a while. Whoever wants the same at the same time waits for one
/// answer; a failure is remembered too, for seconds; what is oldest goes first.
final class Remembered<V> {
    /// So that a server that is down is not asked by everybody, and is asked again soon.
    private static final Duration FAILURE_KEPT = Duration.ofSeconds(5);

    private final Map<String, Memory<V>> memories = new ConcurrentHashMap<>();
    private final Duration kept;
    private final int most;
    private final InstantSource clock;

    /// @param kept how long an answer is good
    /// @param most how many of them there may be
    Remembered(Duration kept, int most, InstantSource clock) {
        this.kept = kept;
        this.most = most;
        this.clock = clock;
    }

    private static final class Memory<V> {
        private final CompletableFuture<V> value = new CompletableFuture<>();
        private final Instant askedAt;
        private volatile Instant readAt;

        Memory(Instant askedAt) {
            this.askedAt = askedAt;
            this.readAt = askedAt;
        }

        boolean isGoodAt(Instant now, Duration kept) {
            return value.isDone() && !value.isCompletedExceptionally() && now.isBefore(readAt.plus(kept));
        }

        boolean isFailureAt(Instant now) {
            return value.isCompletedExceptionally() && now.isBefore(askedAt.plus(FAILURE_KEPT));
        }

        boolean isUnderWay() {
            return !value.isDone();
        }
    }

    /// What is known, or what is found out now.
    ///
    /// @throws UpstreamException as finding out does
    V get(String key, Supplier<V> find) {
        var now = clock.instant();
        return get(key, find, now, known -> known.isUnderWay() || known.isGoodAt(now, kept) || known.isFailureAt(now));
    }

    /// What is found out now, unless somebody asked within this time. When it cannot be found out,
    /// what was known stays known.
    ///
    /// @throws UpstreamException as finding out does, when nothing was known
    V getNewer(String key, Duration than, Supplier<V> find) {
        var now = clock.instant();
        return get(key, find, now, known -> known.isUnderWay() || now.isBefore(known.askedAt.plus(than)));
    }

    private V get(String key, Supplier<V> find, Instant now, Predicate<Memory<V>> suffices) {
        var mine = new Memory<V>(now);
        var before = new CompletableFuture<Optional<Memory<V>>>();
        var memory = memories.compute(key, (_, known) -> {
            if (known != null && suffices.test(known)) {
                return known;
            }
            before.complete(Optional.ofNullable(known));
            return mine;
        });
        if (memory == mine) {
            findOut(mine, find, before.join().filter(known -> known.isGoodAt(now, kept)));
            forget(now);
        }
        try {
            return memory.value.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    private void findOut(Memory<V> mine, Supplier<V> find, Optional<Memory<V>> before) {
        try {
            mine.value.complete(find.get());
        } catch (UpstreamException e) {
            if (before.isPresent()) {
                mine.readAt = before.get().readAt;
                mine.value.complete(before.get().value.join());
            } else {
                mine.value.completeExceptionally(e);
            }
        } finally {
            // Nobody waits for ever for one who came to grief.
            mine.value.completeExceptionally(UpstreamException.unreachable("Asking another server failed."));
        }
    }

    private void forget(Instant now) {
        if (memories.size() > most) {
            memories.values().removeIf(known -> !known.isUnderWay() && !known.isGoodAt(now, kept));
        }
        while (memories.size() > most) {
            memories.entrySet().stream()
                    .min(Comparator.comparing(known -> known.getValue().askedAt))
                    .ifPresent(oldest -> memories.remove(oldest.getKey(), oldest.getValue()));
        }
    }
}
