package dev.symbolon.oauth;

import java.util.Locale;
import java.util.Optional;

/// What somebody may do with a tenant, in the dashboard and by its API. On the wire it is a scope, for example
/// `write:clients`; whoever may write something may not thereby read it.
public enum Permission {
    READ_CLIENTS,
    WRITE_CLIENTS,
    READ_CONNECTIONS,
    WRITE_CONNECTIONS,
    READ_PEOPLE,
    WRITE_PEOPLE,
    READ_APIS,
    WRITE_APIS,
    READ_SESSIONS,
    WRITE_SESSIONS,
    READ_EVENTS,
    READ_REFUSALS,
    READ_KEYS,
    WRITE_KEYS,
    READ_BRANDING,
    WRITE_BRANDING,
    READ_SETTINGS,
    WRITE_SETTINGS,
    READ_OPERATORS,
    WRITE_OPERATORS,
    READ_TENANTS,
    WRITE_TENANTS,
    /// Everything goes out, password hashes too, and comes in.
    WRITE_TRANSFERS;

    /// The scope, for example `read:clients`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', ':');
    }

    /// Whether it lets somebody look and nothing else.
    public boolean isRead() {
        return name().startsWith("READ_");
    }

    /// The permission of that scope, if it is one of ours.
    public static Optional<Permission> of(String wire) {
        for (var permission : values()) {
            if (permission.wire().equals(wire)) {
                return Optional.of(permission);
            }
        }
        return Optional.empty();
    }
}
