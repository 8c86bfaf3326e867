package dev.symbolon.crypto;

import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Interaction;
import dev.symbolon.oauth.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The wire form of a request in progress.
public final class Interactions {
    /// A page can be left open for so long; what it asks for is checked from scratch when it is used.
    public static final Duration LIFE = Duration.ofDays(30);

    private Interactions() {}

    /// The value of the `interaction` parameter.
    public static Sealed write(Sealer sealer, Interaction interaction) {
        var fields = new SealedFields.Writer()
                .text(interaction.request())
                .optional(interaction.page())
                .instant(interaction.startedAt())
                .text(interaction.browser())
                .number(interaction.restarts())
                .optional(interaction.about().map(Subject::value))
                .number((interaction.retry().isPresent() ? 1 : 0)
                        + (interaction.pending().isPresent() ? 2 : 0));
        interaction
                .retry()
                .ifPresent(retry -> fields.text(retry.on())
                        .text(retry.notice())
                        .text(retry.typed())
                        .text(retry.name()));
        interaction
                .pending()
                .ifPresent(pending -> fields.text(pending.connection().value())
                        .text(pending.upstreamSubject())
                        .text(pending.shownAs())
                        .number(pending.isSure() ? 1 : 0)
                        .instant(pending.provenAt()));
        return sealer.seal(
                Purpose.INTERACTION, fields.bytes(), interaction.startedAt().plus(LIFE));
    }

    /// The request in progress; empty when this tenant did not write it or it is older than {@link
    /// #LIFE}.
    public static Optional<Interaction> read(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.INTERACTION, text, now).map(content -> {
            try {
                return read(new SealedFields.Reader(content));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Interaction read(SealedFields.Reader in) throws IOException {
        var request = in.text();
        var page = in.optional();
        var startedAt = in.instant();
        var browser = in.text();
        var restarts = in.number();
        var about = in.optional().map(Subject::new);
        var has = in.number();
        var retry = (has & 1) == 0
                ? Optional.<Interaction.Retry>empty()
                : Optional.of(new Interaction.Retry(in.text(), in.text(), in.text(), in.text()));
        var pending = (has & 2) == 0
                ? Optional.<Interaction.Pending>empty()
                : Optional.of(new Interaction.Pending(
                        new ConnectionId(in.text()), in.text(), in.text(), in.number() == 1, in.instant()));
        return new Interaction(request, page, startedAt, browser, restarts, about, retry, pending);
    }

    /// The same, however old it is: enough to say which application the person can go back to, and
    /// for nothing else.
    public static Optional<Interaction> readExpired(Sealer sealer, String text) {
        return read(sealer, text, Instant.EPOCH);
    }
}
