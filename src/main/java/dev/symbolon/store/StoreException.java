package dev.symbolon.store;

import org.jspecify.annotations.Nullable;

/// The database could not do what was asked of it. The message is a sentence for the operator and names no secret.
public sealed class StoreException extends RuntimeException permits StoreBusyException {
    private static final long serialVersionUID = 1;

    StoreException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
