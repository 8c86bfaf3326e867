package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Site;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Somebody who redeems every code twice at the same moment, and once more when nobody is known to have won:
/// whatever fails meanwhile, at most one of them gets tokens.
final class Racer {
    private static final int UNANSWERED = 0;

    private final String email;
    private Browser browser;
    final AtomicInteger races = new AtomicInteger();
    final AtomicInteger undecided = new AtomicInteger();

    /// @param number of a person whom nobody else signs in
    Racer(int number) {
        email = Installed.email(number);
    }

    void live(String server, BooleanSupplier over) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (!over.getAsBoolean()) {
                var code = code(server);
                if (code.isPresent()) {
                    race(threads, server, code.get());
                }
            }
        }
    }

    private void race(ExecutorService threads, String server, String code) {
        var barrier = new CyclicBarrier(2);
        var other = CompletableFuture.supplyAsync(() -> redeem(server, code, barrier), threads);
        var answers = List.of(redeem(server, code, barrier), other.join());
        var won = Collections.frequency(answers, 200);
        races.incrementAndGet();
        if (answers.contains(UNANSWERED)) {
            undecided.incrementAndGet();
            // Whoever was not answered may have won.
            if (redeem(server, code, new CyclicBarrier(1)) == 200) {
                won++;
            }
            assertTrue(won <= 1, "a code was redeemed twice, and once nobody knows");
        } else {
            assertEquals(1, won, "how often a code was redeemed: " + answers);
        }
    }

    private static int redeem(String server, String code, CyclicBarrier barrier) {
        try {
            barrier.await();
            var status = Installed.token(server, Site.redemption("spa", code)).status();
            return status >= 500 ? UNANSWERED : status;
        } catch (UncheckedIOException _) {
            return UNANSWERED;
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }

    // Empty when somebody on the way failed.
    private Optional<String> code(String server) {
        try {
            if (browser == null) {
                var coming = Installed.browser(server);
                var page = coming.follow(coming.get(Site.authorize(Site.request("spa"))));
                if (page.status() >= 500) {
                    return Optional.empty();
                }
                var in = coming.follow(coming.post("/login", Site.login(page, email, Site.PASSWORD)));
                if (in.status() >= 500) {
                    return Optional.empty();
                }
                browser = coming;
            }
            var silent = browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
            return silent.status() >= 500
                    ? Optional.empty()
                    : Optional.of(silent.redirect().text("code"));
        } catch (UncheckedIOException _) {
            return Optional.empty();
        }
    }
}
