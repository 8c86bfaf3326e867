package dev.symbolon.self;

import dev.symbolon.account.Visit;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/// Days and times as a person reads them: in the language of the page, the country's way where their profile names
/// one, and in the time zone of the profile. Where it names none, it is UTC and says so.
record Dates(Locale locale, ZoneId zone, String named) {
    /// For whoever looks at the page.
    static Dates of(Visit visit) {
        var profile = visit.account().profile();
        var language = visit.texts().language();
        var zone = profile.zoneinfo().filter(ZoneId.getAvailableZoneIds()::contains);
        return new Dates(
                profile.locale()
                        .map(Locale::forLanguageTag)
                        .filter(locale -> locale.getLanguage().equals(language))
                        .orElseGet(() -> Locale.forLanguageTag(language)),
                zone.map(ZoneId::of).orElse(ZoneOffset.UTC),
                zone.isPresent() ? "" : " UTC");
    }

    /// For example `26 Nov 2026`.
    String day(Instant at) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM)
                .withLocale(locale)
                .format(at.atZone(zone));
    }

    /// For example `26 Nov 2026, 14:05 UTC`.
    String moment(Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
                        .withLocale(locale)
                        .format(at.atZone(zone))
                + named;
    }
}
