package dev.symbolon.tenant;

import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Words;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.page.Brand;
import dev.symbolon.page.Texts;
import dev.symbolon.web.Fields;
import dev.symbolon.web.Host;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How the pages of a tenant look, as fields: as the dashboard and the management API know it, and what can be
/// said.
public final class BrandingFields {
    /// What can be said of how the pages look; the logo is handed in by itself.
    public static final List<String> NAMES = List.of("name", "accent_light", "accent_dark", "texts");

    /// What can be said in a language.
    public static final List<String> WORDS = List.of("title", "text", "terms", "privacy", "support");

    private static final int NAME_MAX_CHARACTERS = 100;
    private static final int TITLE_MAX_CHARACTERS = 80;
    private static final int TEXT_MAX_CHARACTERS = 300;
    private static final int LINK_MAX_CHARACTERS = 500;

    private BrandingFields() {}

    /// A branding in fields.
    public static Map<String, Object> of(Host host, Branding branding) {
        var fields = new LinkedHashMap<String, Object>();
        branding.name().ifPresent(value -> fields.put("name", value));
        branding.accentLight().ifPresent(value -> fields.put("accent_light", value));
        branding.accentDark().ifPresent(value -> fields.put("accent_dark", value));
        branding.logo().ifPresent(logo -> {
            fields.put("logo", host.issuer().at(Brand.path(logo)));
            fields.put("logo_type", logo.format().mediaType());
        });
        var texts = new LinkedHashMap<String, Object>();
        branding.words().forEach((language, words) -> texts.put(language, of(words)));
        fields.put("texts", texts);
        return fields;
    }

    /// Words in fields.
    public static Map<String, String> of(Words words) {
        var fields = new LinkedHashMap<String, String>();
        words.title().ifPresent(value -> fields.put("title", value));
        words.text().ifPresent(value -> fields.put("text", value));
        words.terms().ifPresent(value -> fields.put("terms", value));
        words.privacy().ifPresent(value -> fields.put("privacy", value));
        words.support().ifPresent(value -> fields.put("support", value));
        return fields;
    }

    /// What fields make of a branding. What they do not speak of stays; an empty text is the house's again.
    ///
    /// @throws OAuthException `invalid_request` when it cannot be
    public static Branding changed(Branding before, Map<String, ?> values) {
        var fields = new Fields("a branding", values).only(NAMES);
        var branding = new Branding(
                said(fields, "name", before.name())
                        .map(name -> line(name, "The name on the pages", NAME_MAX_CHARACTERS)),
                before.logo(),
                said(fields, "accent_light", before.accentLight()).map(Accents.LIGHT::parse),
                said(fields, "accent_dark", before.accentDark()).map(Accents.DARK::parse),
                before.words());
        for (var entry : texts(values.get("texts")).entrySet()) {
            var language = String.valueOf(entry.getKey());
            if (!Texts.LANGUAGES.contains(language)) {
                throw refused("The pages do not speak " + language + "; they speak "
                        + String.join(", ", Texts.LANGUAGES) + ".");
            }
            branding = branding.with(language, words(branding.in(language), language, entry.getValue()));
        }
        return branding;
    }

    private static Map<?, ?> texts(@Nullable Object texts) {
        if (texts == null) {
            return Map.of();
        }
        if (!(texts instanceof Map<?, ?> byLanguage)) {
            throw refused("texts has to be an object of languages.");
        }
        return byLanguage;
    }

    private static Words words(Words before, String language, Object value) {
        if (!(value instanceof Map<?, ?> values)) {
            throw refused("The texts in " + language + " have to be an object.");
        }
        var named = new LinkedHashMap<String, Object>();
        values.forEach((name, text) -> named.put(String.valueOf(name), text));
        var fields = new Fields("the texts in a language", named).only(WORDS);
        return new Words(
                said(fields, "title", before.title())
                        .map(text -> line(text, "The title of the sign-in page", TITLE_MAX_CHARACTERS)),
                said(fields, "text", before.text())
                        .map(text -> line(text, "The text under the title", TEXT_MAX_CHARACTERS)),
                said(fields, "terms", before.terms()).map(text -> link(text, "The link to the terms")),
                said(fields, "privacy", before.privacy()).map(text -> link(text, "The link about privacy")),
                said(fields, "support", before.support()).map(text -> link(text, "The link to help", "mailto")));
    }

    private static Optional<String> said(Fields fields, String name, Optional<String> before) {
        var text = fields.text(name).map(String::strip);
        return text.isPresent() ? text.filter(value -> !value.isEmpty()) : before;
    }

    private static String line(String text, String what, int most) {
        if (text.length() > most || OneLine.isBrokenBy(text)) {
            throw refused(what + " has at most " + most + " characters on one line; this one has " + text.length()
                    + (text.length() > most ? "." : ", and not on one line."));
        }
        return text;
    }

    private static String link(String text, String what, String... more) {
        try {
            var uri = new URI(text);
            var scheme = Optional.ofNullable(uri.getScheme()).orElse("");
            // https://login.example.com@evil.example reads as what it is not.
            var isWeb = (scheme.equals("https") || scheme.equals("http"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null;
            if (text.length() <= LINK_MAX_CHARACTERS && (isWeb || Set.of(more).contains(scheme))) {
                return text;
            }
        } catch (URISyntaxException _) {
            // falls through: it is no address
        }
        throw refused(what + " is a whole address such as https://example.com/terms"
                + (more.length == 0 ? "" : ", or mailto:help@example.com") + ", of at most " + LINK_MAX_CHARACTERS
                + " characters.");
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
