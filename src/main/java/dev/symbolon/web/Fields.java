package dev.symbolon.web;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What somebody says of a thing, by names: read from JSON or from a form. What is not there is not spoken of;
/// what has another type than it should is refused with a sentence.
///
/// @param of what it is about, with its article, for example `a client`
public record Fields(String of, Map<String, ?> values) {
    /// The same fields, when there are no others.
    ///
    /// @throws OAuthException `invalid_request` when there is one that cannot be set
    public Fields only(List<String> names) {
        for (var name : values.keySet()) {
            if (!names.contains(name)) {
                throw refused("There is no field " + name + " of " + of + " that can be set; there are "
                        + String.join(", ", names) + ".");
            }
        }
        return this;
    }

    /// A text.
    public Optional<String> text(String name) {
        return value(name, String.class, "a text");
    }

    /// Yes or no.
    public Optional<Boolean> flag(String name) {
        return value(name, Boolean.class, "true or false");
    }

    /// A whole number of seconds.
    public Optional<Duration> seconds(String name) {
        return value(name, Number.class, "a whole number of seconds").map(number -> {
            if (number.doubleValue() != number.longValue() || number.longValue() < 0) {
                throw refused(name + " has to be a whole number of seconds.");
            }
            return Duration.ofSeconds(number.longValue());
        });
    }

    /// A list of texts.
    public Optional<List<String>> texts(String name) {
        return value(name, List.class, "a list of texts").map(values -> {
            for (var one : (List<?>) values) {
                if (!(one instanceof String text)) {
                    throw refused(name + " has to be a list of texts.");
                }
                requireWhole(name, text);
            }
            return ((List<?>) values).stream().map(String.class::cast).toList();
        });
    }

    /// Texts by names.
    public Optional<Map<String, String>> map(String name) {
        return value(name, Map.class, "an object of texts").map(values -> {
            var texts = new LinkedHashMap<String, String>();
            ((Map<?, ?>) values).forEach((key, value) -> {
                if (!(value instanceof String text)) {
                    throw refused(name + " has to be an object of texts.");
                }
                requireWhole(name, text);
                requireWhole(name, String.valueOf(key));
                texts.put(String.valueOf(key), text);
            });
            return texts;
        });
    }

    /// One of a few words.
    public <T> Optional<T> word(String name, Function<String, Optional<T>> of) {
        return text(name).map(text -> of.apply(text).orElseThrow(() -> refused(name + " cannot be " + text + ".")));
    }

    private <T> Optional<T> value(String name, Class<T> type, String what) {
        var value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw refused(name + " has to be " + what + ".");
        }
        if (value instanceof String text) {
            requireWhole(name, text);
        }
        return Optional.of(type.cast(value));
    }

    // JSON can escape one half of a pair of UTF-16, which is no character: it has no UTF-8, and no database keeps it.
    private static void requireWhole(String name, String text) {
        if (text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE)) {
            throw refused(name + " holds half a character.");
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
