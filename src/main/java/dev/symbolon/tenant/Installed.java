package dev.symbolon.tenant;

import dev.symbolon.store.Sessions;
import java.time.Duration;
import java.util.List;

/// What the installation sets for every tenant that says nothing else, by its environment.
///
/// @param sessions how long sessions live
/// @param eventsKept how long the audit trail is kept
/// @param lines every setting
public record Installed(Sessions.Limits sessions, Duration eventsKept, List<Line> lines) {
    public Installed {
        lines = List.copyOf(lines);
    }

    /// A setting of the installation.
    ///
    /// @param variable for example `SYMBOLON_PORT`
    /// @param value as it would be written, secrets as `***`; empty where there is none
    /// @param isGiven whether the environment says it, and not the default
    /// @param isAboutTenants whether it is about what happens in a tenant, and not about the machine
    public record Line(String variable, String value, String sentence, boolean isGiven, boolean isAboutTenants) {
        /// Where the value comes from.
        public String source() {
            return isGiven ? "environment" : "default";
        }
    }

    /// What operators of a tenant are shown: the machine is the business of those of the tenant that was there
    /// first.
    public List<Line> shown(boolean isFirst) {
        return isFirst ? lines : lines.stream().filter(Line::isAboutTenants).toList();
    }
}
