package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// What belongs to the installation as a whole and to no tenant.
public final class Installation {
    private static final String MASTER_PROBE = "master_probe";

    private final Database db;

    public Installation(Database db) {
        this.db = db;
    }

    /// The value that only the right master key opens; empty before the first start.
    public Optional<Sealed> masterProbe() {
        return db.read(Installation::masterProbe);
    }

    static Optional<Sealed> masterProbe(Handle handle) {
        return handle.createQuery("SELECT value FROM installation WHERE name = :name")
                .bind("name", MASTER_PROBE)
                .mapTo(String.class)
                .findOne()
                .map(Sealed::new);
    }

    /// Keeps the probe if none is kept: of two nodes that start at once the first wins, so read it again
    /// afterwards.
    public void keepMasterProbe(Sealed probe, Instant now) {
        db.write(handle -> handle.createUpdate("""
                        INSERT INTO installation (name, value, created_at) VALUES (:name, :value, :now)
                        ON CONFLICT DO NOTHING""")
                .bind("name", MASTER_PROBE)
                .bind("value", probe.text())
                .bind("now", now.toEpochMilli())
                .execute());
    }
}
