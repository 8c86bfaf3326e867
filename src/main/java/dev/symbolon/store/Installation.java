package dev.symbolon.store;

import dev.symbolon.crypto.Sealed;
import java.time.Instant;
import java.util.Optional;

/// What belongs to the whole installation.
public final class Installation {
    private final Database db;

    public Installation(Database db) {
        this.db = db;
    }

    /// Soon.
    public Optional<Sealed> masterProbe() {
        return db.soon();
    }

    /// Soon.
    public void keepMasterProbe(Sealed probe, Instant now) {
        db.soon();
    }
}
