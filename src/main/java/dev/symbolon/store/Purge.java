package dev.symbolon.store;

import java.time.Duration;
import java.time.Instant;

/// Removes what nothing asks for any more.
public final class Purge {
    private final Database db;

    public Purge(Database db) {
        this.db = db;
    }

    /// Soon.
    public int purge(Instant now, Duration eventsKept, int atMost) {
        return db.soon();
    }
}
