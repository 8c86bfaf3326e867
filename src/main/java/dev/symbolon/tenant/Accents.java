package dev.symbolon.tenant;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Which colours buttons and links may have: those that can be read (WCAG 2.2 §1.4.3).
enum Accents {
    /// Against the ground of light pages; the card on it is lighter, and so is the text on a button.
    LIGHT("light", 0xFBFAF7, 0x000000),
    /// Against the card of dark pages, which is also the text on a button; the ground behind it is darker.
    DARK("dark", 0x1A2029, 0xFFFFFF);

    private static final double CONTRAST_LEAST = 4.5;
    private static final int STEPS = 100;
    private static final Pattern COLOUR = Pattern.compile("#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})");

    private final String word;
    private final int ground;
    private final int away;

    Accents(String word, int ground, int away) {
        this.word = word;
        this.ground = ground;
        this.away = away;
    }

    /// What pages of this kind look like behind a link.
    int ground() {
        return ground;
    }

    /// The colour that was written, as `#RRGGBB`.
    ///
    /// @throws OAuthException `invalid_request` when it is none, or cannot be read
    String parse(String text) {
        var written = text.strip();
        if (!COLOUR.matcher(written).matches()) {
            throw refused("The accent for " + word + " pages is a colour like #0E7C66.");
        }
        var digits = written.substring(1).toUpperCase(Locale.ROOT);
        var colour = Integer.parseInt(digits.length() == 3 ? digits.replaceAll("[0-9A-F]", "$0$0") : digits, 16);
        var contrast = contrast(colour, ground);
        if (contrast < CONTRAST_LEAST) {
            throw refused("The accent for " + word + " pages, " + hex(colour) + ", has a contrast of "
                    + ratio(contrast) + " to 1 with the page; text needs 4.5 to 1. Take a "
                    + (this == LIGHT ? "darker" : "lighter") + " one, for example " + hex(legible(colour)) + ".");
        }
        return hex(colour);
    }

    // Cut and not rounded: 4.49 is not 4.5.
    private static String ratio(double contrast) {
        return String.format(Locale.ROOT, "%.2f", Math.floor(contrast * 100) / 100);
    }

    // The nearest on the way to black or white.
    private int legible(int colour) {
        for (var step = 1; step < STEPS; step++) {
            var mixed = mixed(colour, away, step);
            if (contrast(mixed, ground) >= CONTRAST_LEAST) {
                return mixed;
            }
        }
        return away;
    }

    private static int mixed(int from, int to, int step) {
        var mixed = 0;
        for (var shift = 0; shift <= 16; shift += 8) {
            var one = from >> shift & 0xFF;
            var other = to >> shift & 0xFF;
            mixed |= (one * (STEPS - step) + other * step) / STEPS << shift;
        }
        return mixed;
    }

    private static String hex(int colour) {
        return String.format(Locale.ROOT, "#%06X", colour);
    }

    /// The contrast of two colours (WCAG 2.2, "contrast ratio"): 1 to 21.
    static double contrast(int one, int other) {
        var a = luminance(one);
        var b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(int colour) {
        return 0.2126 * linear(colour >> 16 & 0xFF)
                + 0.7152 * linear(colour >> 8 & 0xFF)
                + 0.0722 * linear(colour & 0xFF);
    }

    private static double linear(int channel) {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
