package dev.symbolon;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as an operator writes them: a whole number and one of `s`, `m`, `h`, `d`.
public final class Durations {
    private static final Pattern SHAPE = Pattern.compile("([0-9]{1,9})([smhd])");

    private Durations() {}

    /// The duration, or empty when the text is none.
    public static Optional<Duration> parse(String text) {
        var match = SHAPE.matcher(text);
        if (!match.matches()) {
            return Optional.empty();
        }
        var count = Long.parseLong(match.group(1));
        return Optional.of(
                switch (match.group(2)) {
                    case "s" -> Duration.ofSeconds(count);
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                });
    }

    /// The same in the greatest unit that fits: `90d`, `36h`, `45s`.
    public static String written(Duration duration) {
        var seconds = duration.toSeconds();
        if (seconds % 60 != 0 || seconds == 0) {
            return seconds + "s";
        }
        if (seconds % 3_600 != 0) {
            return seconds / 60 + "m";
        }
        return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3_600 + "h";
    }
}
