package dev.symbolon.oauth;

import java.util.regex.Pattern;

/// Texts of strangers that stand in a line beside others: in a list, a log, a terminal, a sentence on a page.
public final class OneLine {
    // C0 and C1 controls, line and paragraph separators, and what turns the direction of the text behind it. Joiners
    // stay: names in several scripts need them.
    private static final Pattern BREAKS = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]");

    private OneLine() {}

    /// Whether it would break the line, move a cursor or turn the text beside it.
    public static boolean isBrokenBy(String text) {
        return BREAKS.matcher(text).find();
    }

    /// The text with everything replaced that would.
    public static String of(String text) {
        return BREAKS.matcher(text).replaceAll("?");
    }
}
