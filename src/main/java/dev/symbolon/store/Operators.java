package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// Who operates a tenant. Every change takes the tenant's row first, so that two operators who change each other
/// at the same moment do it one after the other.
public final class Operators {
    private static final int LIST_MAX = 500;

    private final Database db;

    public Operators(Database db) {
        this.db = db;
    }

    /// Somebody who operates a tenant.
    public record Operator(Account account, Role role, Instant since) {}

    /// What became of a change.
    public enum Change {
        DONE,
        /// There is no such account, or it is no operator.
        NOBODY,
        /// Then nobody could name operators any more.
        LAST_OWNER
    }

    /// What an active account may do here; empty for everybody who is no operator.
    public Optional<Role> role(TenantId tenant, Subject subject) {
        return db.read(handle -> handle.createQuery("""
                        SELECT o.role FROM operator o
                        JOIN account a ON a.tenant_id = o.tenant_id AND a.subject = o.subject
                        WHERE o.tenant_id = :tenant AND o.subject = :subject AND a.disabled_at IS NULL""")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .mapTo(String.class)
                .findOne()
                .flatMap(Role::of));
    }

    /// Whether the tenant has an operator at all.
    public boolean any(TenantId tenant) {
        return db.read(handle -> handle.createQuery("SELECT 1 FROM operator WHERE tenant_id = :tenant LIMIT 1")
                        .bind("tenant", tenant.value())
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
    }

    /// The operators of a tenant, the longest known first; 500 at most.
    public List<Operator> list(TenantId tenant) {
        return db.read(handle -> handle.createQuery("SELECT " + Accounts.COLUMNS + """
                        , o.role, o.created_at AS since FROM operator o
                        JOIN account a ON a.tenant_id = o.tenant_id AND a.subject = o.subject
                        WHERE o.tenant_id = :tenant ORDER BY o.created_at, o.subject LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("limit", LIST_MAX)
                .map((row, context) -> new Operator(
                        Accounts.account(row),
                        Role.of(row.getString("role")).orElse(Role.READ_ONLY),
                        instant(row, "since")))
                .list());
    }

    /// Makes somebody the owner of a tenant that has no operator. Of two who try at once exactly one wins.
    ///
    /// @return false when it has one already, or there is no such account
    public boolean first(TenantId tenant, Subject subject, Instant now) {
        return db.write(handle -> {
            if (!hold(handle, tenant)) {
                return false;
            }
            var made = handle.createUpdate("""
                            INSERT INTO operator (tenant_id, subject, role, created_at, updated_at)
                            SELECT a.tenant_id, a.subject, :role, :now, :now FROM account a
                            WHERE a.tenant_id = :tenant AND a.subject = :subject AND a.disabled_at IS NULL
                                AND NOT EXISTS (SELECT 1 FROM operator o WHERE o.tenant_id = :tenant)""")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .bind("role", Role.OWNER.wire())
                    .bind("now", now.toEpochMilli())
                    .execute();
            return told(handle, made, tenant, subject, Role.OWNER.wire(), now);
        });
    }

    /// Makes an account an operator, or changes what it is.
    public Change put(TenantId tenant, Subject subject, Role role, Instant now) {
        return db.write(handle -> {
            if (!hold(handle, tenant)) {
                return Change.NOBODY;
            }
            if (role != Role.OWNER && isLastOwner(handle, tenant, subject)) {
                return Change.LAST_OWNER;
            }
            var put = handle.createUpdate("""
                            INSERT INTO operator (tenant_id, subject, role, created_at, updated_at)
                            SELECT a.tenant_id, a.subject, :role, :now, :now FROM account a
                            WHERE a.tenant_id = :tenant AND a.subject = :subject
                            ON CONFLICT (tenant_id, subject) DO UPDATE SET role = :role, updated_at = :now""")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .bind("role", role.wire())
                    .bind("now", now.toEpochMilli())
                    .execute();
            return told(handle, put, tenant, subject, role.wire(), now) ? Change.DONE : Change.NOBODY;
        });
    }

    /// Makes an operator an ordinary person again.
    public Change remove(TenantId tenant, Subject subject, Instant now) {
        return db.write(handle -> {
            if (!hold(handle, tenant)) {
                return Change.NOBODY;
            }
            if (isLastOwner(handle, tenant, subject)) {
                return Change.LAST_OWNER;
            }
            var removed = handle.createUpdate("DELETE FROM operator WHERE tenant_id = :tenant AND subject = :subject")
                    .bind("tenant", tenant.value())
                    .bind("subject", subject.value())
                    .execute();
            return told(handle, removed, tenant, subject, "", now) ? Change.DONE : Change.NOBODY;
        });
    }

    /// @return whether there is such a tenant
    private static boolean hold(Handle handle, TenantId tenant) {
        return handle.createUpdate("UPDATE tenant SET name = name WHERE tenant_id = :tenant")
                        .bind("tenant", tenant.value())
                        .execute()
                == 1;
    }

    private static boolean isLastOwner(Handle handle, TenantId tenant, Subject subject) {
        var owners = handle.createQuery(
                        "SELECT subject FROM operator WHERE tenant_id = :tenant AND role = :owner LIMIT 2")
                .bind("tenant", tenant.value())
                .bind("owner", Role.OWNER.wire())
                .mapTo(String.class)
                .list();
        return owners.equals(List.of(subject.value()));
    }

    private boolean told(Handle handle, int rows, TenantId tenant, Subject subject, String role, Instant now) {
        if (rows == 1) {
            Events.happened(role.isEmpty() ? "operator.removed" : "operator.saved", tenant, now)
                    .subject(subject)
                    .with("role", role)
                    .write(handle, db);
        }
        return rows == 1;
    }
}
