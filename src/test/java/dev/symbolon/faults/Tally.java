package dev.symbolon.faults;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// What all visitors of a storm were told, counted, so that a storm can be ended after so many answers.
final class Tally {
    private static final int ANSWERS_MAX_SECONDS = 60;

    private final Map<String, Integer> acknowledged = new TreeMap<>();
    private final Map<String, Integer> inFlight = new TreeMap<>();
    private final Semaphore answers = new Semaphore(0);
    final AtomicInteger checked = new AtomicInteger();
    final AtomicInteger committedUnanswered = new AtomicInteger();

    /// The server has said that it is done.
    synchronized void acknowledged(String what) {
        acknowledged.merge(what, 1, Integer::sum);
        answers.release();
    }

    /// The server was killed before it said anything.
    synchronized void inFlight(String what) {
        inFlight.merge(what, 1, Integer::sum);
    }

    /// Waits for so many answers from now on.
    void await(int more) throws InterruptedException, TimeoutException {
        answers.drainPermits();
        if (!answers.tryAcquire(more, ANSWERS_MAX_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("The server answers too little: " + this);
        }
    }

    @Override
    public synchronized String toString() {
        return "acknowledged " + acknowledged + "; in flight at a kill " + inFlight + ", of the refreshes "
                + committedUnanswered + " committed and unanswered; checks of what was acknowledged " + checked;
    }
}
