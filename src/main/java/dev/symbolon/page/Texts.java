package dev.symbolon.page;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/// The words of the pages in one language. They are read once, when the class is loaded.
public final class Texts {
    /// Every language that the pages speak; `messages/<language>.properties` holds its words.
    public static final List<String> LANGUAGES = List.of("en", "es", "de", "fr", "pt", "it", "nl", "pl", "ja", "zh");

    /// A browser sends fewer; what is longer is cut before it is read.
    static final int ACCEPT_LANGUAGE_MAX_CHARACTERS = 1_000;

    static final int LANGUAGE_RANGES_MAX = 20;

    private static final Map<String, Texts> ALL = loadAll();

    private final String language;
    private final Map<String, String> messages;

    private Texts(String language, Map<String, String> messages) {
        this.language = language;
        this.messages = messages;
    }

    /// The person's language: the first of `ui_locales` (OpenID Connect Core §3.1.2.1) that we speak, then the
    /// best of `Accept-Language` (RFC 9110 §12.5.4), then the one of the house. Regions are ignored: `pt-BR` is
    /// `pt`.
    ///
    /// @param acceptLanguage the header's value, empty when it was not sent
    /// @param otherwise one of [#LANGUAGES], for whoever asks for none of them
    public static Texts pick(List<String> uiLocales, String acceptLanguage, String otherwise) {
        return uiLocales.stream()
                .limit(LANGUAGE_RANGES_MAX)
                .flatMap(tag -> find(tag).stream())
                .findFirst()
                .or(() -> best(acceptLanguage))
                .orElseGet(() -> of(otherwise));
    }

    /// The words of one of [#LANGUAGES].
    ///
    /// @throws IllegalArgumentException when we do not speak it
    public static Texts of(String language) {
        return find(language).orElseThrow(() -> new IllegalArgumentException("No messages in " + language));
    }

    /// The language tag, for `lang` and `Content-Language`.
    public String language() {
        return language;
    }

    /// One message, `{0}`, `{1}` … replaced by the arguments. It is plain text: whoever shows it escapes it.
    ///
    /// @throws IllegalArgumentException when there is no such message
    public String text(String key, String... args) {
        var message = message(key);
        if (args.length == 0) {
            return message;
        }
        var text = new StringBuilder(message.length() + 32);
        var at = 0;
        for (var open = message.indexOf('{'); open >= 0; open = message.indexOf('{', at)) {
            text.append(message, at, open).append(args[message.charAt(open + 1) - '0']);
            at = open + 3;
        }
        return text.append(message, at, message.length()).toString();
    }

    /// A message cut at its `{0}`, so that a template can put an element there.
    public Around around(String key) {
        var message = message(key);
        var at = message.indexOf("{0}");
        return new Around(message.substring(0, at), message.substring(at + 3));
    }

    /// What stands before and after the placeholder.
    public record Around(String before, String after) {}

    /// Every key of this language.
    Set<String> keys() {
        return messages.keySet();
    }

    private String message(String key) {
        var message = messages.get(key);
        if (message == null) {
            throw new IllegalArgumentException("No message " + key + " in " + language);
        }
        return message;
    }

    private static Optional<Texts> find(String tag) {
        var end = 0;
        while (end < tag.length() && tag.charAt(end) != '-' && tag.charAt(end) != '_') {
            end++;
        }
        return Optional.ofNullable(ALL.get(tag.substring(0, end).toLowerCase(Locale.ROOT)));
    }

    private static Optional<Texts> best(String acceptLanguage) {
        var length = Math.min(acceptLanguage.length(), ACCEPT_LANGUAGE_MAX_CHARACTERS);
        var ranges = new ArrayList<Range>();
        for (var part : acceptLanguage.substring(0, length).split(",", LANGUAGE_RANGES_MAX + 1)) {
            if (ranges.size() < LANGUAGE_RANGES_MAX) {
                ranges.add(Range.parse(part));
            }
        }
        ranges.sort(Comparator.comparingDouble(Range::quality).reversed());
        return ranges.stream()
                .filter(range -> range.quality() > 0)
                .flatMap(range -> find(range.tag()).stream())
                .findFirst();
    }

    /// One language range with its weight; what cannot be read weighs nothing.
    private record Range(String tag, double quality) {
        static Range parse(String part) {
            var semicolon = part.indexOf(';');
            if (semicolon < 0) {
                return new Range(part.strip(), 1);
            }
            var weight = part.substring(semicolon + 1).strip();
            var known = weight.matches("[qQ]=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)");
            return new Range(part.substring(0, semicolon).strip(), known ? Double.parseDouble(weight.substring(2)) : 0);
        }
    }

    private static Map<String, Texts> loadAll() {
        var all = new LinkedHashMap<String, Texts>();
        for (var language : LANGUAGES) {
            all.put(language, new Texts(language, load(language)));
        }
        return Collections.unmodifiableMap(all);
    }

    private static Map<String, String> load(String language) {
        var properties = new Properties();
        var resource = "/messages/" + language + ".properties";
        try (var in = Objects.requireNonNull(Texts.class.getResourceAsStream(resource), resource)) {
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var messages = new LinkedHashMap<String, String>();
        properties.forEach((key, value) -> messages.put((String) key, (String) value));
        return Map.copyOf(messages);
    }
}
