package dev.symbolon.dashboard;

import dev.symbolon.oauth.Permission;

/// The rooms of the dashboard, in the order in which they stand at the side.
public enum Room {
    HOME("/dashboard", "Home", Permission.READ_EVENTS),
    CLIENTS("/dashboard/clients", "Clients", Permission.READ_CLIENTS),
    ERRORS("/dashboard/errors", "Explain an error", Permission.READ_REFUSALS);

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
