package dev.symbolon.faults;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// What all clients were told while something was broken, counted, with the longest that one of them waited for
/// it.
final class Told {
    private static final int ANSWERS_MAX_SECONDS = 90;

    private final Map<String, Integer> done = new TreeMap<>();
    private final Map<String, Integer> later = new TreeMap<>();
    private final Semaphore dones = new Semaphore(0);
    private final Semaphore laters = new Semaphore(0);
    private long longest;

    /// The server has said that it is done.
    synchronized void done(String what, long nanos) {
        done.merge(what, 1, Integer::sum);
        longest = Math.max(longest, nanos);
        dones.release();
    }

    /// The server has said that it cannot at this moment.
    synchronized void later(String what, long nanos) {
        later.merge(what, 1, Integer::sum);
        longest = Math.max(longest, nanos);
        laters.release();
    }

    /// Waits for so many things done from now on.
    void awaitDone(int more) throws InterruptedException, TimeoutException {
        await(dones, more);
    }

    /// Waits for so many refusals from now on.
    void awaitLater(int more) throws InterruptedException, TimeoutException {
        await(laters, more);
    }

    private void await(Semaphore answers, int more) throws InterruptedException, TimeoutException {
        answers.drainPermits();
        if (!answers.tryAcquire(more, ANSWERS_MAX_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("The server answers too little: " + this);
        }
    }

    synchronized long longestMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    @Override
    public synchronized String toString() {
        return "done " + done + "; told to come later " + later + "; the longest wait was " + longestMillis() + " ms";
    }
}
