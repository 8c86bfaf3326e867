package dev.symbolon.account;

import de.mkammerer.argon2.Argon2;
import de.mkammerer.argon2.Argon2Factory;
import dev.symbolon.crypto.ForeignHash;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.trace.Span;
import java.text.Normalizer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Hashes and checks passwords with Argon2id behind a bounded gate: so many at once as there are permits, so
/// many waiting as the queue holds, and a refusal beyond that, so that sign-ins never starve token refreshes.
/// The hashing threads are the platform's own, since a native call would hold the carrier of a virtual thread,
/// and take only the time that nothing else of the server wants.
public final class Passwords implements AutoCloseable {
    /// NIST 800-63B §3.1.1.2 asks for at least 64; longer than anybody types.
    public static final int MAX_CHARACTERS = 1_024;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    /// The cost of one hash.
    ///
    /// @param memoryKib OWASP's first choice is 19,456
    /// @param iterations OWASP's first choice is 2
    public record Cost(int memoryKib, int iterations, int parallelism) {}

    /// Who wants a password checked. Of one address and of one network only so many are in the gate at once, so
    /// that nobody takes all places.
    ///
    /// @param address what was typed, in its tenant
    /// @param network where it was typed
    public record Asker(String address, String network) {}

    private static final int AT_ONCE_PER_ADDRESS = 4;

    private final Cost cost;
    private final int atOncePerNetwork;
    private final ThreadPoolExecutor gate;
    private final Semaphore places;
    private final LongAdder refused = new LongAdder();
    private final Map<String, Integer> inside = new ConcurrentHashMap<>();
    private final Argon2 argon2 = Argon2Factory.create(Argon2Factory.Argon2Types.ARGON2id, SALT_BYTES, HASH_BYTES);
    private final PasswordHash nobody;

    /// @param permits how many hashes are computed at once
    /// @param queue how many may wait
    public Passwords(Cost cost, int permits, int queue) {
        this.cost = cost;
        this.places = new Semaphore(permits + queue);
        this.atOncePerNetwork = permits + queue - queue / 4;
        var threads = Thread.ofPlatform().name("argon2-", 0).daemon().factory();
        ThreadFactory behind = work -> threads.newThread(() -> {
            Niceness.giveWay();
            work.run();
        });
        // A thread that is free and wakes late has its work in the queue still: that takes nobody's place.
        BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(permits + queue);
        this.gate = new ThreadPoolExecutor(permits, permits, 30, TimeUnit.SECONDS, waiting, behind);
        gate.allowCoreThreadTimeOut(true);
        // What an unknown address is checked against, so that its answer takes as long as a known one's.
        this.nobody = new PasswordHash("$argon2id$v=19$m=" + cost.memoryKib() + ",t=" + cost.iterations() + ",p="
                + cost.parallelism() + "$AAAAAAAAAAAAAAAAAAAAAA$" + "A".repeat(43));
    }

    /// @throws OAuthException `temporarily_unavailable` when too many wait already
    public PasswordHash hash(String password) {
        var characters = normal(password).toCharArray();
        return new PasswordHash(
                inGate(() -> argon2.hash(cost.iterations(), cost.memoryKib(), cost.parallelism(), characters)));
    }

    /// The same for somebody who is not alone.
    ///
    /// @throws OAuthException `temporarily_unavailable` when too many wait already, or too many of them there
    public PasswordHash hash(String password, Asker asker) {
        return inside(asker, () -> hash(password));
    }

    /// Takes a place before anything is looked up or counted: who does not fit costs no more than the refusal.
    /// Inside, passwords are hashed and checked as of somebody who is alone.
    ///
    /// @throws OAuthException `temporarily_unavailable` when too many are inside already, or too many of them
    public <T> T admit(Asker asker, Supplier<T> work) {
        if (!places.tryAcquire()) {
            refused.increment();
            throw busy();
        }
        try {
            return inside(asker, work);
        } finally {
            places.release();
        }
    }

    /// Whether it is the password. Without a stored hash the work is done all the same and the answer is no.
    ///
    /// @throws OAuthException `temporarily_unavailable` when too many wait already
    public boolean matches(Optional<PasswordHash> stored, String password) {
        var typed = password.length() > MAX_CHARACTERS ? "" : password;
        var against = stored.orElse(nobody);
        // Other servers hashed what was typed as it came. Which of the two it is depends on the password alone.
        var matches = inGate(
                () -> verify(against, normal(typed)) || (!normal(typed).equals(typed) && verify(against, typed)));
        return matches && stored.isPresent() && password.length() <= MAX_CHARACTERS;
    }

    private boolean verify(PasswordHash hash, String password) {
        return hash.isArgon2id()
                ? argon2.verify(hash.phc(), password.toCharArray())
                : ForeignHash.read(hash.phc()).verify(password);
    }

    private <T> T inside(Asker asker, Supplier<T> work) {
        enter(asker.network(), atOncePerNetwork);
        try {
            enter(asker.address(), AT_ONCE_PER_ADDRESS);
            try {
                return work.get();
            } finally {
                leave(asker.address());
            }
        } finally {
            leave(asker.network());
        }
    }

    // Whoever is refused takes no place, not even for a moment.
    private void enter(String who, int most) {
        if (inside.merge(who, 1, Integer::sum) > most) {
            leave(who);
            throw busy();
        }
    }

    private void leave(String who) {
        inside.computeIfPresent(who, (_, count) -> count == 1 ? null : count - 1);
    }

    /// Whether whoever comes now is refused.
    public boolean isFull() {
        return places.availablePermits() == 0 || gate.getQueue().remainingCapacity() == 0;
    }

    /// What is worth watching, by the name of a metric: what ends in `_total` only grows, the rest is as it is
    /// now.
    public Map<String, Long> vitals() {
        var vitals = new TreeMap<String, Long>();
        vitals.put("symbolon_hashes_total", gate.getCompletedTaskCount());
        vitals.put("symbolon_hashes_refused_total", refused.sum());
        vitals.put("symbolon_hashes_running", (long) gate.getActiveCount());
        var free = gate.getCorePoolSize() - gate.getActiveCount();
        vitals.put("symbolon_hashes_waiting", (long) Math.max(0, gate.getQueue().size() - free));
        return vitals;
    }

    private static OAuthException busy() {
        return new OAuthException(
                OAuthError.TEMPORARILY_UNAVAILABLE, "Too many people sign in at this moment; try again shortly.");
    }

    /// Whether the hash was made at another cost than today's, or in another way.
    public boolean isOutdated(PasswordHash hash) {
        return !hash.isArgon2id()
                || argon2.needsRehash(hash.phc(), cost.iterations(), cost.memoryKib(), cost.parallelism());
    }

    private <T> T inGate(Callable<T> work) {
        return Span.of(Span.Kind.INTERNAL, () -> "password", () -> done(work));
    }

    private <T> T done(Callable<T> work) {
        try {
            return gate.submit(work).get();
        } catch (RejectedExecutionException _) {
            refused.increment();
            throw busy();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A password could not be hashed; this is a fault of the server.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The server is stopping.", e);
        }
    }

    // NIST 800-63B §3.1.1.2: the same password typed on another keyboard is the same password.
    private static String normal(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    @Override
    public void close() {
        gate.shutdownNow();
    }
}
