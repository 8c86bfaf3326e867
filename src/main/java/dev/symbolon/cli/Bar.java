package dev.symbolon.cli;

import java.io.Console;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// How far something long is, on the standard error: one line that is drawn again on a terminal, otherwise a line
/// every ten seconds.
final class Bar {
    private static final int WIDTH = 40;
    private static final Duration DRAWN_EVERY = Duration.ofMillis(100);
    private static final Duration SAID_EVERY = Duration.ofSeconds(10);

    private final Surroundings surroundings;
    private final String unit;
    private final boolean isTerminal;
    private Instant last;
    private boolean isDrawn;

    /// @param unit of what is counted, in the plural
    Bar(Surroundings surroundings, String unit) {
        this.surroundings = surroundings;
        this.unit = unit;
        this.isTerminal = isTerminal();
        this.last = surroundings.now();
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    /// So much is done.
    ///
    /// @param total 0 when nobody knows
    void at(long done, long total) {
        var now = surroundings.now();
        if (Duration.between(last, now).compareTo(isTerminal ? DRAWN_EVERY : SAID_EVERY) < 0) {
            return;
        }
        last = now;
        if (isTerminal) {
            surroundings.err().print("\r" + line(done, total, unit));
            surroundings.err().flush();
            isDrawn = true;
        } else {
            surroundings.note(line(done, total, unit));
        }
    }

    /// It is over; what is said next begins a line.
    void end() {
        if (isDrawn) {
            surroundings.err().print("\r" + " ".repeat(WIDTH + 50) + "\r");
            surroundings.err().flush();
        }
    }

    static String line(long done, long total, String unit) {
        if (total <= 0) {
            return done + " " + unit;
        }
        var share = (double) Math.min(done, total) / total;
        var full = (int) Math.round(share * WIDTH);
        return "[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + (int) (share * 100) + "% of " + total + " "
                + unit;
    }
}
