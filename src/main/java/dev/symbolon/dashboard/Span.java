package dev.symbolon.dashboard;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// A length of time as an operator writes it: a number and a unit.
public record Span(long amount, Unit unit) {
    private static final long AMOUNT_MAX = 100_000;

    /// What it is counted in.
    public enum Unit {
        SECONDS(ChronoUnit.SECONDS),
        MINUTES(ChronoUnit.MINUTES),
        HOURS(ChronoUnit.HOURS),
        DAYS(ChronoUnit.DAYS);

        private final ChronoUnit unit;

        Unit(ChronoUnit unit) {
            this.unit = unit;
        }

        /// The word.
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /// A duration in the largest unit that it fits.
    public static Span of(Duration duration) {
        for (var unit : List.of(Unit.DAYS, Unit.HOURS, Unit.MINUTES)) {
            var seconds = unit.unit.getDuration().toSeconds();
            if (duration.toSeconds() > 0 && duration.toSeconds() % seconds == 0) {
                return new Span(duration.toSeconds() / seconds, unit);
            }
        }
        return new Span(duration.toSeconds(), Unit.SECONDS);
    }

    /// What was typed.
    ///
    /// @throws OAuthException `invalid_request` when it is no number or no unit
    public static Duration parse(String amount, String unit, String name) {
        try {
            var number = Long.parseLong(amount.strip());
            if (number >= 0 && number <= AMOUNT_MAX) {
                for (var one : Unit.values()) {
                    if (one.word().equals(unit)) {
                        return Duration.of(number, one.unit);
                    }
                }
            }
        } catch (NumberFormatException _) {
            // falls through: it is no number
        }
        throw new OAuthException(
                OAuthError.INVALID_REQUEST, name + " is a whole number from 0 to " + AMOUNT_MAX + " and a unit.");
    }

    /// In words, for example `1 hour`.
    @Override
    public String toString() {
        return amount + " "
                + (amount == 1 ? unit.word().substring(0, unit.word().length() - 1) : unit.word());
    }
}
