package dev.symbolon.store;

import org.jspecify.annotations.Nullable;

/// The database has more to do than it can within the time a caller waits; nothing was changed, or (when a
/// standby did not confirm in time) nobody may rely on it. The answer to the outside is 503 with `Retry-After`.
public final class StoreBusyException extends StoreException {
    private static final long serialVersionUID = 1;

    private final boolean isUnconfirmed;

    StoreBusyException(String sentence, @Nullable Throwable cause) {
        this(sentence, cause, false);
    }

    private StoreBusyException(String sentence, @Nullable Throwable cause, boolean isUnconfirmed) {
        super(sentence, cause);
        this.isUnconfirmed = isUnconfirmed;
    }

    static StoreBusyException unconfirmed(Throwable cause) {
        return new StoreBusyException("No standby has confirmed the commit in time.", cause, true);
    }

    /// Whether it was committed, where no standby has confirmed it.
    boolean isUnconfirmed() {
        return isUnconfirmed;
    }
}
