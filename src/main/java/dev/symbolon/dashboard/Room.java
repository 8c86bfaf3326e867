package dev.symbolon.dashboard;

import dev.symbolon.oauth.Permission;

/// The rooms of the dashboard, in the order in which they stand at the side.
public enum Room {
    HOME("/dashboard", "Home", Permission.READ_EVENTS),
    CLIENTS("/dashboard/clients", "Clients", Permission.READ_CLIENTS),
    CONNECTIONS("/dashboard/connections", "Connections", Permission.READ_CONNECTIONS),
    PEOPLE("/dashboard/people", "People", Permission.READ_PEOPLE),
    APIS("/dashboard/apis", "APIs", Permission.READ_APIS),
    ERRORS("/dashboard/errors", "Explain an error", Permission.READ_REFUSALS),
    EVENTS("/dashboard/events", "Events", Permission.READ_EVENTS),
    SESSIONS("/dashboard/sessions", "Sessions", Permission.READ_SESSIONS),
    KEYS("/dashboard/keys", "Keys", Permission.READ_KEYS),
    BRANDING("/dashboard/branding", "Branding", Permission.READ_BRANDING),
    SETTINGS("/dashboard/settings", "Settings", Permission.READ_SETTINGS),
    OPERATORS("/dashboard/operators", "Operators", Permission.READ_OPERATORS),
    TENANTS("/dashboard/tenants", "Tenants", Permission.READ_TENANTS),
    TRANSFER("/dashboard/transfer", "Import and export", Permission.WRITE_TRANSFERS),
    API("/dashboard/api", "API", Permission.READ_EVENTS);

    private final String path;
    private final String title;
    private final Permission permission;

    Room(String path, String title, Permission permission) {
        this.path = path;
        this.title = title;
        this.permission = permission;
    }

    /// Where it is.
    public String path() {
        return path;
    }

    /// What stands on its door.
    public String title() {
        return title;
    }

    /// What whoever enters has to be allowed.
    public Permission permission() {
        return permission;
    }
}
