package dev.symbolon.crypto;

import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.UpstreamState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The wire form of a [UpstreamState]: the `state` that another server hands back as it came.
public final class UpstreamStates {
    /// How long somebody may take at the other server.
    public static final Duration LIFE = Duration.ofHours(1);

    private UpstreamStates() {}

    /// The value of `state`.
    public static Sealed write(Sealer sealer, UpstreamState state) {
        var fields = new SealedFields.Writer()
                .text(state.id())
                .text(state.errand().name())
                .text(state.connection().value())
                .text(state.nonce())
                .text(state.codeVerifier().value())
                .sealed(state.interaction())
                .text(state.browser())
                .instant(state.sentAt());
        return sealer.seal(
                Purpose.UPSTREAM_STATE, fields.bytes(), state.sentAt().plus(LIFE));
    }

    /// The same, however old it is: enough to start again, and for nothing else.
    public static Optional<UpstreamState> readExpired(Sealer sealer, String text) {
        return read(sealer, text, Instant.EPOCH);
    }

    /// What came back; empty when this tenant did not write it or it is older than [#LIFE].
    public static Optional<UpstreamState> read(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.UPSTREAM_STATE, text, now).map(content -> {
            var in = new SealedFields.Reader(content);
            try {
                return new UpstreamState(
                        in.text(),
                        UpstreamState.Errand.valueOf(in.text()),
                        new ConnectionId(in.text()),
                        in.text(),
                        new CodeVerifier(in.text()),
                        in.sealed(),
                        in.text(),
                        in.instant());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
