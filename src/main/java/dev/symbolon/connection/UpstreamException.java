package dev.symbolon.connection;

import dev.symbolon.oauth.OneLine;
import dev.symbolon.outbound.OutboundException;
import java.util.Optional;

/// Nobody came from the other server. The message is a sentence for the operator; a person never
/// sees it, and no secret is in it.
public final class UpstreamException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final int ERROR_MAX_CHARACTERS = 64;

    private final Kind kind;
    private final Optional<String> error;

    /// Whose matter it is.
    public enum Kind {
        /// The other server is down, slow, busy or says too much. Another attempt may help.
        UNREACHABLE,
        /// The other server said no. Its error code is kept.
        REFUSED,
        /// What came did not stand a check: it may be an attack.
        UNTRUSTWORTHY,
        /// The connection is not set up as the other server wants it, or that one is not set up well.
        MISCONFIGURED
    }

    private UpstreamException(Kind kind, Optional<String> error, String sentence) {
        super(sentence, null, false, false);
        this.kind = kind;
        this.error = error;
    }

    static UpstreamException unreachable(String sentence) {
        return new UpstreamException(Kind.UNREACHABLE, Optional.empty(), sentence);
    }

    static UpstreamException untrustworthy(String sentence) {
        return new UpstreamException(Kind.UNTRUSTWORTHY, Optional.empty(), sentence);
    }

    static UpstreamException misconfigured(String sentence) {
        return new UpstreamException(Kind.MISCONFIGURED, Optional.empty(), sentence);
    }

    /// The other server's own error code.
    static UpstreamException answered(Kind kind, String error, String sentence) {
        return new UpstreamException(kind, Optional.of(shown(error, ERROR_MAX_CHARACTERS)), sentence);
    }

    /// A call that failed.
    static UpstreamException of(OutboundException failure) {
        var kind = switch (failure.reason()) {
            case UNREACHABLE, SLOW, OVERSIZED, ENCODED, BUSY -> Kind.UNREACHABLE;
            case UNTRUSTED -> Kind.UNTRUSTWORTHY;
            case FORBIDDEN, REDIRECTED -> Kind.MISCONFIGURED;
        };
        return new UpstreamException(kind, Optional.empty(), String.valueOf(failure.getMessage()));
    }

    /// What a stranger wrote, as it can stand in a sentence.
    static String shown(String text, int mostCharacters) {
        return OneLine.of(text.length() > mostCharacters ? text.substring(0, mostCharacters) + "…" : text);
    }

    /// Whose matter it is.
    public Kind kind() {
        return kind;
    }

    /// The error code of the other server, for example `access_denied`, if it gave one.
    public Optional<String> error() {
        return error;
    }
}
