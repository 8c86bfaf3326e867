package dev.symbolon.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.time.Year;
import java.time.ZoneId;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What the claims of a [Profile] look like (OpenID Connect Core §5.1), each by its name; the parts of the
/// address (§5.1.1) are `address.locality` and so on.
public final class ClaimText {
    /// Every name, in the order of the standard.
    public static final List<String> NAMES = List.of(
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "phone_number",
            "phone_number_verified",
            "address.formatted",
            "address.street_address",
            "address.locality",
            "address.region",
            "address.postal_code",
            "address.country");

    private static final int TEXT_MAX_CHARACTERS = 200;
    private static final int LINES_MAX_CHARACTERS = 1_000;
    private static final int URL_MAX_CHARACTERS = 2_000;

    private ClaimText() {}

    /// The value as it can be kept, when another server says it: text is cut and put into a line,
    /// what has a form and does not keep it is left out.
    public static Optional<String> fitted(String name, String value) {
        var said = value.strip();
        var text = isPlain(name) ? cut(lined(name, said), most(name)) : said;
        var written = name.equals("locale") ? text.replace('_', '-') : text;
        try {
            require(name, written);
            return Optional.of(written).filter(one -> !one.isBlank());
        } catch (OAuthException _) {
            return Optional.empty();
        }
    }

    private static boolean isPlain(String name) {
        return switch (name) {
            case "profile", "picture", "website", "birthdate", "zoneinfo", "locale", "phone_number_verified" -> false;
            default -> true;
        };
    }

    private static String lined(String name, String text) {
        return hasLines(name)
                ? text.lines()
                        .map(OneLine::of)
                        .reduce((one, next) -> one + "\n" + next)
                        .orElse("")
                : OneLine.of(text);
    }

    // A character outside the basic plane is two, which stay together.
    private static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    // §5.1.1: these two may have several lines.
    private static boolean hasLines(String name) {
        return name.equals("address.formatted") || name.equals("address.street_address");
    }

    private static int most(String name) {
        return hasLines(name) ? LINES_MAX_CHARACTERS : TEXT_MAX_CHARACTERS;
    }

    /// @throws OAuthException `invalid_request` with a sentence when the claim cannot be so
    public static void require(String name, String value) {
        switch (name) {
            case "profile", "picture", "website" -> requireUrl(name, value);
            case "birthdate" ->
                require(
                        isBirthdate(value),
                        name + " has to be YYYY-MM-DD, 0000-MM-DD when the year is not told, or YYYY; it is " + value);
            case "zoneinfo" ->
                require(
                        ZoneId.getAvailableZoneIds().contains(value),
                        name + " has to be a time zone such as Europe/Paris; it is " + value);
            case "locale" ->
                require(
                        isLanguageTag(value),
                        name + " has to be a language tag such as en-GB (BCP 47); it is " + value);
            case "phone_number_verified" ->
                require(value.equals("true") || value.equals("false"), name + " has to be true or false");
            default -> requireShort(name, hasLines(name) ? value.replaceAll("\r?\n", "") : value, most(name));
        }
    }

    private static void requireShort(String name, String value, int mostCharacters) {
        require(
                value.length() <= mostCharacters && !OneLine.isBrokenBy(value),
                name + " has at most " + mostCharacters + " characters and no control characters");
    }

    private static void requireUrl(String name, String value) {
        requireShort(name, value, URL_MAX_CHARACTERS);
        try {
            var uri = new URI(value);
            var scheme = Optional.ofNullable(uri.getScheme()).orElse("").toLowerCase(Locale.ROOT);
            if ((scheme.equals("https") || scheme.equals("http")) && uri.getHost() != null) {
                return;
            }
        } catch (URISyntaxException _) {
            // falls through: it is no address
        }
        throw refused(name + " has to be an http or https URL; it is " + value);
    }

    private static boolean isBirthdate(String value) {
        try {
            if (value.matches("[0-9]{4}")) {
                return Year.parse(value).getValue() > 0;
            }
            if (value.matches("0000-[0-9]{2}-[0-9]{2}")) {
                var _ = MonthDay.parse(value.replaceFirst("0000", "-"));
                return true;
            }
            return value.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")
                    && LocalDate.parse(value).getYear() > 0;
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static boolean isLanguageTag(String value) {
        try {
            var _ = new Locale.Builder().setLanguageTag(value).build();
            return true;
        } catch (IllformedLocaleException _) {
            return false;
        }
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw refused(sentence);
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence.endsWith(".") ? sentence : sentence + ".");
    }
}
