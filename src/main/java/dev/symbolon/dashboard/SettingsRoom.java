package dev.symbolon.dashboard;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.page.Texts;
import dev.symbolon.page.templates.desk.JtesettingsGenerated;
import dev.symbolon.page.templates.desk.JtesettingschangeGenerated;
import dev.symbolon.tenant.Installed;
import dev.symbolon.tenant.SettingFields;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Host;
import dev.symbolon.web.Route;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What holds for a tenant and where that comes from, and what the tenant has otherwise than the installation.
public final class SettingsRoom {
    private static final String CHANGE = "/dashboard/settings/change";

    private final Dashboard dashboard;

    SettingsRoom(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put(Room.SETTINGS.path(), dashboard.look(Room.SETTINGS, this::show));
        // Whoever shortens how long the trail is kept removes what is older.
        routes.put(CHANGE, dashboard.fresh(Room.SETTINGS, Permission.WRITE_SETTINGS, this::change));
    }

    /// Something that holds for the tenant.
    ///
    /// @param isOwn whether the tenant says so, and not the installation
    /// @param id of its value on the page
    public record Line(String id, String title, String value, boolean isOwn) {}

    /// What holds.
    ///
    /// @param installed of the installation, read-only
    /// @param isFirst whether they are all of them
    public record View(List<Line> lines, List<Installed.Line> installed, boolean isFirst) {}

    private Host host(Desk desk) {
        return dashboard.means().hosts().find(desk.call().host().id()).orElseThrow();
    }

    private Answer show(Desk desk) {
        var host = host(desk);
        var settings = host.settings();
        var holds = SettingFields.effective(host, installed());
        var isFirst =
                dashboard.means().tenants().first().filter(host.id()::equals).isPresent();
        var lines = List.of(
                new Line("name", "Name", host.tenant().name(), true),
                new Line(
                        "language",
                        "Language, where no other is asked for",
                        language(host.language()),
                        settings.language().isPresent()),
                line("session_idle", "A session that is not used lives for", holds, settings.sessionIdle()),
                line("session_absolute", "A session lives for at most", holds, settings.sessionAbsolute()),
                line("events_kept", "The audit trail is kept for", holds, settings.eventsKept()));
        var view = new View(lines, installed().shown(isFirst), isFirst);
        var frame = desk.frame();
        return desk.show(out -> JtesettingsGenerated.render(out, null, frame, view));
    }

    private Installed installed() {
        return dashboard.means().installed();
    }

    private static Line line(String id, String title, Map<String, Object> holds, Optional<Duration> own) {
        var seconds = (Long) Objects.requireNonNull(holds.get(id + "_seconds"));
        return new Line(id, title, Span.of(Duration.ofSeconds(seconds)).toString(), own.isPresent());
    }

    private static String language(String tag) {
        return Locale.forLanguageTag(tag).getDisplayLanguage(Locale.ENGLISH);
    }

    /// A language that the pages speak.
    public record Language(String tag, String name) {}

    /// The form.
    ///
    /// @param values what stands in the fields, by their names
    public record Sheet(
            Map<String, String> values, List<Language> languages, Installed installed, Optional<String> error) {
        /// What stands in a field.
        public String value(String field) {
            return values.getOrDefault(field, "");
        }
    }

    private Answer change(Desk desk) {
        var host = host(desk);
        if (!desk.call().isPost()) {
            return sheet(desk, stored(host), Optional.empty());
        }
        return desk.attempt(
                () -> {
                    var mayForget = desk.may(Permission.WRITE_OPERATORS);
                    var after =
                            SettingFields.changed(SettingFields.of(host), installed(), mayForget, said(desk.form()));
                    if (!dashboard.means().hosts().configure(host, after)) {
                        throw new OAuthException(
                                OAuthError.INVALID_REQUEST, "Somebody else changed it at this moment. Save once more.");
                    }
                    return desk.to(Room.SETTINGS.path(), Said.SAVED);
                },
                sentence -> sheet(desk, typed(desk.form()), Optional.of(sentence)));
    }

    private static Map<String, Object> said(Form form) {
        var said = new LinkedHashMap<String, Object>();
        said.put("name", form.text("name"));
        said.put("language", form.text("language"));
        said.put("session_idle_seconds", seconds(form, "session_idle", "How long an unused session lives"));
        said.put("session_absolute_seconds", seconds(form, "session_absolute", "How long a session lives"));
        said.put("events_kept_seconds", seconds(form, "events_kept", "How long the audit trail is kept"));
        return said;
    }

    // An empty field is the installation's.
    private static long seconds(Form form, String name, String what) {
        return form.get(name)
                .map(amount ->
                        Span.parse(amount, form.text(name + "_unit"), what).toSeconds())
                .orElse(0L);
    }

    private static Map<String, String> stored(Host host) {
        var settings = host.settings();
        var values = new LinkedHashMap<String, String>();
        values.put("name", host.tenant().name());
        settings.language().ifPresent(tag -> values.put("language", tag));
        put(values, "session_idle", settings.sessionIdle());
        put(values, "session_absolute", settings.sessionAbsolute());
        put(values, "events_kept", settings.eventsKept());
        return values;
    }

    private static void put(Map<String, String> values, String name, Optional<Duration> life) {
        var span = life.map(Span::of);
        values.put(name, span.map(one -> Long.toString(one.amount())).orElse(""));
        values.put(name + "_unit", span.map(one -> one.unit().word()).orElse("days"));
    }

    private static Map<String, String> typed(Form form) {
        var values = new LinkedHashMap<String, String>();
        for (var name : List.of("name", "language", "session_idle", "session_absolute", "events_kept")) {
            values.put(name, form.text(name));
            values.put(name + "_unit", form.text(name + "_unit"));
        }
        return values;
    }

    private Answer sheet(Desk desk, Map<String, String> values, Optional<String> error) {
        var languages = Texts.LANGUAGES.stream()
                .map(tag -> new Language(tag, language(tag)))
                .toList();
        var view = new Sheet(values, languages, installed(), error);
        var frame = desk.frame();
        return desk.show(out -> JtesettingschangeGenerated.render(out, null, frame, view));
    }
}
