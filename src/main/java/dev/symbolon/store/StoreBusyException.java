package dev.symbolon.store;

import org.jspecify.annotations.Nullable;

/// The database has more to do than it can within the time a caller waits; nothing was changed, or (when a
/// standby did not confirm in time) nobody may rely on it. The answer to the outside is 503 with `Retry-After`.
public final class StoreBusyException extends StoreException {
    private static final long serialVersionUID = 1;

    StoreBusyException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
