package dev.symbolon;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// What somebody probably meant.
public final class Nearest {
    private Nearest() {}

    /// The known name that takes the fewest changed letters.
    ///
    /// @param known not empty
    public static String of(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(other -> distance(name, other)))
                .orElseThrow();
    }

    /// The same, if it is near enough to have been meant: half of the letters are right.
    public static Optional<String> near(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(other -> distance(name, other)))
                .filter(other -> 2 * distance(name, other) <= Math.max(name.length(), other.length()));
    }

    /// How many letters have to be put in, taken out or changed (Levenshtein).
    static int distance(String one, String other) {
        var row = new int[other.length() + 1];
        for (var j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (var i = 1; i <= one.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j < row.length; j++) {
                var change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
