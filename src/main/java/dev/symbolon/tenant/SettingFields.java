package dev.symbolon.tenant;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.TenantSettings;
import dev.symbolon.page.Texts;
import dev.symbolon.store.Tenants.Configured;
import dev.symbolon.web.Fields;
import dev.symbolon.web.Host;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a tenant has otherwise than the installation, as fields: as the dashboard and the management API know it.
public final class SettingFields {
    /// What can be set; an empty text and 0 seconds are the installation's again.
    public static final List<String> NAMES =
            List.of("name", "language", "session_idle_seconds", "session_absolute_seconds", "events_kept_seconds");

    private static final int NAME_MAX_CHARACTERS = 100;
    private static final Duration SESSION_LEAST = Duration.ofMinutes(1);
    private static final Duration SESSION_MOST = Duration.ofDays(365);
    private static final Duration KEPT_LEAST = Duration.ofDays(1);
    private static final Duration KEPT_MOST = Duration.ofDays(3_650);

    private SettingFields() {}

    /// A tenant as it is set.
    public static Configured of(Host host) {
        return new Configured(host.tenant().name(), host.settings());
    }

    /// What a tenant has of its own.
    public static Map<String, Object> of(Configured configured) {
        var settings = configured.settings();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", configured.name());
        settings.language().ifPresent(value -> fields.put("language", value));
        settings.sessionIdle().ifPresent(value -> fields.put("session_idle_seconds", value.toSeconds()));
        settings.sessionAbsolute().ifPresent(value -> fields.put("session_absolute_seconds", value.toSeconds()));
        settings.eventsKept().ifPresent(value -> fields.put("events_kept_seconds", value.toSeconds()));
        return fields;
    }

    /// What holds for a tenant, whoever set it.
    public static Map<String, Object> effective(Host host, Installed installed) {
        var settings = host.settings();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("name", host.tenant().name());
        fields.put("language", host.language());
        fields.put("session_idle_seconds", idle(settings, installed).toSeconds());
        fields.put("session_absolute_seconds", absolute(settings, installed).toSeconds());
        fields.put(
                "events_kept_seconds",
                settings.eventsKept().orElse(installed.eventsKept()).toSeconds());
        return fields;
    }

    private static Duration idle(TenantSettings settings, Installed installed) {
        return settings.sessionIdle().orElse(installed.sessions().idle());
    }

    private static Duration absolute(TenantSettings settings, Installed installed) {
        return settings.sessionAbsolute().orElse(installed.sessions().absolute());
    }

    /// What fields make of a tenant's settings. What they do not speak of stays.
    ///
    /// @param mayForget whether whoever asks may have less kept of what operators did: an owner, or their program
    /// @throws OAuthException `invalid_request` when it cannot be
    public static Configured changed(Configured before, Installed installed, boolean mayForget, Map<String, ?> values) {
        var fields = new Fields("the settings", values).only(NAMES);
        var name = fields.text("name").map(String::strip).orElse(before.name());
        if (name.isEmpty() || name.length() > NAME_MAX_CHARACTERS || OneLine.isBrokenBy(name)) {
            throw refused("A tenant's name has 1 to " + NAME_MAX_CHARACTERS + " characters on one line.");
        }
        var were = before.settings();
        var language = fields.text("language").map(String::strip);
        language.filter(tag -> !tag.isEmpty() && !Texts.LANGUAGES.contains(tag)).ifPresent(tag -> {
            throw refused("The pages do not speak " + tag + "; they speak " + String.join(", ", Texts.LANGUAGES) + ".");
        });
        var after = new TenantSettings(
                language.isPresent() ? language.filter(tag -> !tag.isEmpty()) : were.language(),
                life(fields, "session_idle_seconds", were.sessionIdle()),
                life(fields, "session_absolute_seconds", were.sessionAbsolute()),
                life(fields, "events_kept_seconds", were.eventsKept()));
        after.sessionIdle().ifPresent(life -> requireSession("A session that is not used", life));
        after.sessionAbsolute().ifPresent(life -> requireSession("A session", life));
        if (idle(after, installed).compareTo(absolute(after, installed)) > 0) {
            throw refused("A session that is not used cannot live longer ("
                    + idle(after, installed).toSeconds() + " seconds) than one that is ("
                    + absolute(after, installed).toSeconds() + " seconds).");
        }
        after.eventsKept()
                .filter(kept -> kept.compareTo(KEPT_LEAST) < 0 || kept.compareTo(KEPT_MOST) > 0)
                .ifPresent(_ -> {
                    throw refused("The audit trail is kept for 1 day to 3650 days.");
                });
        if (!mayForget && kept(after, installed).compareTo(kept(were, installed)) < 0) {
            throw refused("The audit trail says what operators did, so only an owner has less of it kept.");
        }
        return new Configured(name, after);
    }

    private static Duration kept(TenantSettings settings, Installed installed) {
        return settings.eventsKept().orElse(installed.eventsKept());
    }

    private static Optional<Duration> life(Fields fields, String name, Optional<Duration> before) {
        var said = fields.seconds(name);
        return said.isPresent() ? said.filter(life -> !life.isZero()) : before;
    }

    private static void requireSession(String what, Duration life) {
        if (life.compareTo(SESSION_LEAST) < 0 || life.compareTo(SESSION_MOST) > 0) {
            throw refused(what + " lives for 1 minute to 365 days.");
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
