package dev.symbolon;

import dev.symbolon.store.Database;
import dev.symbolon.store.StoreException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `GET /health` tells whoever runs the server.
///
/// @param isListening whether the port of the issuers answers
record Health(Database database, BooleanSupplier isListening) {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    /// Why it cannot do its work, in one sentence; empty when it can.
    Optional<String> trouble() {
        try {
            database.check();
        } catch (StoreException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("The health check could not read the database.", e);
            return Optional.of("The database cannot be read.");
        }
        return isListening.getAsBoolean() ? Optional.empty() : Optional.of("The port of the issuers does not answer.");
    }
}
