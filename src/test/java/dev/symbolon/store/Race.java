package dev.symbolon.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Eight threads that begin at the same moment, round after round.
final class Race implements AutoCloseable {
    static final int THREADS = 8;
    static final int ROUNDS = 200;

    private final java.util.concurrent.ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    private final CyclicBarrier barrier = new CyclicBarrier(THREADS);

    /// What each of the eight returned; a failure of one fails the test.
    <T> List<T> run(IntFunction<T> contender) throws Exception {
        var futures = new ArrayList<Future<T>>();
        for (var i = 0; i < THREADS; i++) {
            var number = i;
            futures.add(threads.submit(() -> {
                barrier.await();
                return contender.apply(number);
            }));
        }
        var results = new ArrayList<T>();
        for (var future : futures) {
            results.add(future.get());
        }
        return results;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
