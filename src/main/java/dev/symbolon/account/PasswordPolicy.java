package dev.symbolon.account;

import com.nulabinc.zxcvbn.Zxcvbn;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Which passwords nobody should have (NIST 800-63B §3.1.1.2): too short ones, those that are
/// tried first, and those that
/// are guessed soon. There is no rule about which characters stand in one.
public final class PasswordPolicy {
    /// At least 8 where it is not the only factor; longer ones are welcome.
    public static final int MIN_CHARACTERS = 8;

    // The estimate takes time with the square of the length, and what is longer is strong by its length.
    private static final int ESTIMATED_CHARACTERS = 64;

    /// What stops a guesser who may try a few times in a quarter of an hour: 10⁶ guesses and more.
    private static final int LEAST_SCORE = 2;

    private static final int LONG_ENOUGH_CHARACTERS = 40;

    private static final int LEAST_OTHER_CHARACTERS = 4;

    private static final Zxcvbn ESTIMATE = new Zxcvbn();

    private PasswordPolicy() {}

    /// Why a password is not good enough.
    public enum Weakness {
        /// Fewer than [#MIN_CHARACTERS].
        SHORT("A password has at least " + MIN_CHARACTERS + " characters."),
        /// More than [Passwords#MAX_CHARACTERS].
        LONG("A password has at most " + Passwords.MAX_CHARACTERS + " characters."),
        /// On the list of those that are tried first.
        COMMON("This password is one of those that are tried first."),
        /// Made of the person's own address or name.
        PERSONAL("This password is made of the person's own address or name."),
        /// Short of guesses in another way: a word and a year, a row of keys.
        GUESSABLE("This password is guessed soon; a longer one, for example of several words, is not.");

        private final String sentence;

        Weakness(String sentence) {
            this.sentence = sentence;
        }

        /// One sentence for an operator or a developer.
        public String sentence() {
            return sentence;
        }

        /// The message for the person.
        public String key() {
            return "password." + name().toLowerCase(Locale.ROOT);
        }
    }

    /// What is wrong with it, if anything is.
    ///
    /// @param own the person's address and name
    public static Optional<Weakness> weakness(String password, List<String> own) {
        var characters = password.codePointCount(0, password.length());
        if (characters < MIN_CHARACTERS) {
            return Optional.of(Weakness.SHORT);
        }
        if (password.length() > Passwords.MAX_CHARACTERS) {
            return Optional.of(Weakness.LONG);
        }
        if (isPersonal(password, own)) {
            return Optional.of(Weakness.PERSONAL);
        }
        var looked = password.length() <= ESTIMATED_CHARACTERS ? password : password.substring(0, ESTIMATED_CHARACTERS);
        var strength = ESTIMATE.measure(looked, words(own));
        var isStrong = strength.getScore() >= LEAST_SCORE;
        if (isStrong
                || (characters >= LONG_ENOUGH_CHARACTERS
                        && password.chars().distinct().count() > 4)) {
            return Optional.empty();
        }
        var dictionaries = strength.getSequence().stream()
                .map(match -> match.dictionaryName == null ? "" : match.dictionaryName)
                .toList();
        return Optional.of(dictionaries.equals(List.of("passwords")) ? Weakness.COMMON : Weakness.GUESSABLE);
    }

    /// The password, if it is good enough.
    ///
    /// @throws OAuthException `invalid_request` with a sentence when nobody should have such a password
    public static String acceptable(String password, List<String> own) {
        weakness(password, own).ifPresent(why -> {
            throw new OAuthException(OAuthError.INVALID_REQUEST, why.sentence());
        });
        return password;
    }

    // What is left without the person's own words is too little.
    private static boolean isPersonal(String password, List<String> own) {
        var left = password.toLowerCase(Locale.ROOT);
        for (var word : words(own)) {
            left = left.replace(word.toLowerCase(Locale.ROOT), "");
        }
        var isTouched = left.length() < password.length();
        return isTouched && left.codePoints().filter(Character::isLetterOrDigit).count() < LEAST_OTHER_CHARACTERS;
    }

    private static List<String> words(List<String> own) {
        var words = new ArrayList<String>();
        for (var text : own) {
            words.add(text);
            for (var word : text.split("[^\\p{L}\\p{N}]+")) {
                if (word.length() >= 3) {
                    words.add(word);
                }
            }
        }
        return words;
    }
}
