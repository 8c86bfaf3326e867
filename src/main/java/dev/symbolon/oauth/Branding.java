package dev.symbolon.oauth;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// How the pages of a tenant look and what they say; whatever is absent is as the house has it.
///
/// @param name what stands at the head of the pages instead of the tenant's name
/// @param accentLight the colour of buttons and links on light pages, `#RRGGBB`
/// @param accentDark the same on dark pages
/// @param words by language, for example `de`
public record Branding(
        Optional<String> name,
        Optional<Logo> logo,
        Optional<String> accentLight,
        Optional<String> accentDark,
        SortedMap<String, Words> words) {
    /// Nothing of its own.
    public static final Branding NONE =
            new Branding(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), new TreeMap<>());

    public Branding {
        words = Collections.unmodifiableSortedMap(new TreeMap<>(words));
    }

    /// The picture at the head of the pages.
    ///
    /// @param hash of its bytes, in hexadecimal digits: its address changes with it
    public record Logo(Format format, String hash) {}

    /// What a logo can be.
    public enum Format {
        PNG("image/png"),
        SVG("image/svg+xml"),
        WEBP("image/webp");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }

        /// For `Content-Type`.
        public String mediaType() {
            return mediaType;
        }
    }

    /// What the pages say in one language.
    ///
    /// @param title of the sign-in page
    /// @param text under the title
    /// @param terms where the terms of use are
    /// @param privacy where it says what is done with personal data
    /// @param support where help is, by https or mailto
    public record Words(
            Optional<String> title,
            Optional<String> text,
            Optional<String> terms,
            Optional<String> privacy,
            Optional<String> support) {
        /// No word.
        public static final Words NONE =
                new Words(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The words in a language.
    public Words in(String language) {
        return Optional.ofNullable(words.get(language)).orElse(Words.NONE);
    }

    /// The same with other words in a language.
    public Branding with(String language, Words said) {
        var all = new TreeMap<>(words);
        if (said.equals(Words.NONE)) {
            all.remove(language);
        } else {
            all.put(language, said);
        }
        return new Branding(name, logo, accentLight, accentDark, all);
    }

    /// The same with another logo, or without one.
    public Branding with(Optional<Logo> other) {
        return new Branding(name, other, accentLight, accentDark, words);
    }

    /// Everything that is set, by names; a text in a language as `de.title`.
    public Map<String, String> values() {
        var values = new TreeMap<String, String>();
        name.ifPresent(value -> values.put("name", value));
        logo.ifPresent(one -> values.put("logo", one.format().name() + " " + one.hash()));
        accentLight.ifPresent(value -> values.put("accent_light", value));
        accentDark.ifPresent(value -> values.put("accent_dark", value));
        words.forEach((language, said) -> {
            said.title().ifPresent(value -> values.put(language + ".title", value));
            said.text().ifPresent(value -> values.put(language + ".text", value));
            said.terms().ifPresent(value -> values.put(language + ".terms", value));
            said.privacy().ifPresent(value -> values.put(language + ".privacy", value));
            said.support().ifPresent(value -> values.put(language + ".support", value));
        });
        return values;
    }

    /// What [#values] says; names of a later version are passed over.
    public static Branding of(Map<String, String> values) {
        var words = new TreeMap<String, Words>();
        for (var name : values.keySet()) {
            var dot = name.indexOf('.');
            if (dot > 0) {
                words.computeIfAbsent(name.substring(0, dot), language -> words(values, language + "."));
            }
        }
        var logo = get(values, "logo").map(text -> text.split(" ", 2)).map(Branding::logo);
        return new Branding(get(values, "name"), logo, get(values, "accent_light"), get(values, "accent_dark"), words);
    }

    private static Logo logo(String[] parts) {
        return new Logo(Format.valueOf(parts[0]), parts[1]);
    }

    private static Words words(Map<String, String> values, String prefix) {
        return new Words(
                get(values, prefix + "title"),
                get(values, prefix + "text"),
                get(values, prefix + "terms"),
                get(values, prefix + "privacy"),
                get(values, prefix + "support"));
    }

    private static Optional<String> get(Map<String, String> values, String name) {
        return Optional.ofNullable(values.get(name));
    }
}
