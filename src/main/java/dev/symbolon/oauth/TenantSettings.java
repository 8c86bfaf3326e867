package dev.symbolon.oauth;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a tenant has otherwise than the installation; whatever is absent is the installation's.
///
/// @param language what the pages and mails speak to whom no other language is known of, for example `de`
/// @param sessionIdle a browser session that is not used for so long has ended
/// @param sessionAbsolute however often it is used, a session ends so long after sign-in
/// @param eventsKept how long the audit trail is kept
public record TenantSettings(
        Optional<String> language,
        Optional<Duration> sessionIdle,
        Optional<Duration> sessionAbsolute,
        Optional<Duration> eventsKept) {
    /// Everything as the installation has it.
    public static final TenantSettings NONE =
            new TenantSettings(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /// Everything that is set, by names.
    public Map<String, String> values() {
        var values = new TreeMap<String, String>();
        language.ifPresent(value -> values.put("language", value));
        sessionIdle.ifPresent(value -> values.put("session_idle_seconds", Long.toString(value.toSeconds())));
        sessionAbsolute.ifPresent(value -> values.put("session_absolute_seconds", Long.toString(value.toSeconds())));
        eventsKept.ifPresent(value -> values.put("events_kept_seconds", Long.toString(value.toSeconds())));
        return values;
    }
}
