package dev.symbolon.store;

import dev.symbolon.oauth.TenantId;
import java.time.Instant;

/// Which one-time codes and links were used. They are sealed values that carry themselves (docs/decisions/0009),
/// so asking for one writes nothing here; using one writes a row, whose primary key is what makes it single-use.
public final class OneTimeCodes {
    private final Database db;

    public OneTimeCodes(Database db) {
        this.db = db;
    }

    /// Uses a code: true for exactly one caller ever, on any node.
    ///
    /// @param id names the code; the link in the same mail has the same one
    /// @param expiresAt until when the code could be used again if this were forgotten
    public boolean use(TenantId tenant, String id, Instant expiresAt, Instant now) {
        return db.write(handle -> handle.createUpdate("""
                                INSERT INTO one_time_code (tenant_id, code_id, used_at, expires_at)
                                VALUES (:tenant, :id, :now, :expires) ON CONFLICT DO NOTHING""")
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .bind("now", now.toEpochMilli())
                        .bind("expires", expiresAt.toEpochMilli())
                        .execute()
                == 1);
    }

    /// Whether it was used already; for the words on a page, never for a decision.
    public boolean isUsed(TenantId tenant, String id) {
        return db.read(handle -> handle.createQuery(
                                "SELECT 1 FROM one_time_code WHERE tenant_id = :tenant AND code_id = :id")
                        .bind("tenant", tenant.value())
                        .bind("id", id)
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
    }
}
