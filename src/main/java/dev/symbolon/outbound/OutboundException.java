package dev.symbolon.outbound;

/// Another server was not called, or did not answer as it has to. The message is a sentence for the
/// operator's log; no secret is in it, and a person never sees it.
public final class OutboundException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /// What went wrong.
    public enum Reason {
        /// The URL or the address behind its name is none that this server calls. Nothing was sent.
        FORBIDDEN,
        /// The name is unknown, nobody listens there, the connection broke, or it is not HTTP.
        UNREACHABLE,
        /// The server could not show a certificate that is trusted and names it.
        UNTRUSTED,
        /// The whole time for a call was over.
        SLOW,
        /// The answer has more bytes than are read.
        OVERSIZED,
        /// The answer is compressed, which was not asked for.
        ENCODED,
        /// The server sends us elsewhere, where we do not go.
        REDIRECTED,
        /// As many calls as there may be are under way. Nothing was sent.
        BUSY
    }

    OutboundException(Reason reason, String sentence) {
        super(sentence, null, false, false);
        this.reason = reason;
    }

    /// What went wrong.
    public Reason reason() {
        return reason;
    }
}
