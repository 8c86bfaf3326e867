package dev.symbolon.crypto;

import dev.symbolon.oauth.Interaction;
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
                .instant(interaction.startedAt())
                .text(interaction.browser())
                .number(interaction.restarts())
                .optional(interaction.loginHint())
                .optional(interaction.retry().map(Interaction.Retry::notice))
                .text(interaction.retry().map(Interaction.Retry::typed).orElse(""));
        return sealer.seal(
                Purpose.INTERACTION, fields.bytes(), interaction.startedAt().plus(LIFE));
    }

    /// The request in progress; empty when this tenant did not write it or it is older than {@link #LIFE}.
    public static Optional<Interaction> read(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.INTERACTION, text, now).map(content -> {
            var in = new SealedFields.Reader(content);
            try {
                return new Interaction(
                        in.text(),
                        in.instant(),
                        in.text(),
                        in.number(),
                        in.optional(),
                        retry(in.optional(), in.text()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Optional<Interaction.Retry> retry(Optional<String> notice, String typed) {
        return notice.map(why -> new Interaction.Retry(why, typed));
    }

    /// The same, however old it is: enough to say which application the person can go back to, and for nothing else.
    public static Optional<Interaction> readExpired(Sealer sealer, String text) {
        return read(sealer, text, Instant.EPOCH);
    }
}
