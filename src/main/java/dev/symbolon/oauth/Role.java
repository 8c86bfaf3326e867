package dev.symbolon.oauth;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What an operator of a tenant is, from the one who may do the most to the one who may only look.
public enum Role {
    /// Everything, operators and tenants too.
    OWNER,
    /// Everything but who operates, other tenants, and taking everything out or in at once.
    ADMIN,
    /// Looks at everything, and helps people.
    SUPPORT,
    /// Looks at everything.
    READ_ONLY;

    /// Whether the role includes it.
    public boolean may(Permission permission) {
        return switch (this) {
            case OWNER -> true;
            case ADMIN ->
                permission != Permission.WRITE_OPERATORS
                        && permission != Permission.WRITE_TENANTS
                        && permission != Permission.WRITE_TRANSFERS;
            case SUPPORT ->
                permission.isRead() || permission == Permission.WRITE_PEOPLE || permission == Permission.WRITE_SESSIONS;
            case READ_ONLY -> permission.isRead();
        };
    }

    /// Whether whoever is this may change, suspend or remove somebody who is that: nobody lays hands on those
    /// above.
    public boolean isAtLeast(Role other) {
        return compareTo(other) <= 0;
    }

    /// The word in the store, on the command line and in JSON, for example `read-only`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The role of that name, if it is one.
    public static Optional<Role> of(String wire) {
        return Arrays.stream(values()).filter(role -> role.wire().equals(wire)).findFirst();
    }
}
