package dev.symbolon.crypto;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Ticket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/// The wire forms of a [Ticket]. The browser that asked carries one with which a code is needed;
/// the link in the mail
/// carries one that needs none. Neither passes as the other.
public final class Tickets {
    private static final int CODE_DIGITS = 6;

    /// A subject as [Sealer#newId] makes them, with its length before it.
    private static final int SUBJECT_BYTES = 4 + 22;

    private Tickets() {}

    /// Six digits that nobody can guess in a few tries.
    public static String newCode(Sealer sealer) {
        var number = 0;
        for (var b : sealer.bytes(CODE_DIGITS)) {
            // 250 of 256 values are taken, so that every digit is as likely as any other.
            var value = Byte.toUnsignedInt(b);
            while (value >= 250) {
                value = Byte.toUnsignedInt(sealer.bytes(1)[0]);
            }
            number = number * 10 + value % 10;
        }
        return String.format("%06d", number);
    }

    /// What the browser carries.
    public static Sealed write(Sealer sealer, Ticket ticket) {
        return sealer.seal(Purpose.TICKET, bytes(ticket), ticket.expiresAt());
    }

    /// What the link carries.
    public static Sealed writeLink(Sealer sealer, Ticket ticket) {
        return sealer.seal(Purpose.TICKET_LINK, bytes(ticket), ticket.expiresAt());
    }

    /// What shows that the mail was read: it was written after the code or the link was good.
    public static Sealed writeProof(Sealer sealer, Ticket ticket) {
        return sealer.seal(Purpose.TICKET_PROOF, bytes(ticket), ticket.expiresAt());
    }

    /// The ticket of a browser; empty when this tenant did not write it or it has expired.
    public static Optional<Ticket> read(Sealer sealer, String text, Instant now) {
        return read(sealer, Purpose.TICKET, text, now);
    }

    /// The ticket of a link; empty when this tenant did not write it or it has expired.
    public static Optional<Ticket> readLink(Sealer sealer, String text, Instant now) {
        return read(sealer, Purpose.TICKET_LINK, text, now);
    }

    /// The ticket of a proof; empty when this tenant did not write it or it has expired.
    public static Optional<Ticket> readProof(Sealer sealer, String text, Instant now) {
        return read(sealer, Purpose.TICKET_PROOF, text, now);
    }

    private static byte[] bytes(Ticket ticket) {
        var newcomer = ticket.newcomer();
        return new SealedFields.Writer()
                .text(ticket.id())
                .text(ticket.kind().name())
                .text(ticket.address())
                .text(ticket.code())
                .text(ticket.browser())
                .instant(ticket.expiresAt())
                .optional(ticket.about().map(Subject::value))
                .text(filler(ticket))
                .optional(ticket.client().map(ClientId::value))
                .number(newcomer.isPresent() ? 1 : 0)
                .optional(newcomer.flatMap(Ticket.Newcomer::name))
                .optional(newcomer.flatMap(Ticket.Newcomer::passwordHash))
                .optional(ticket.other())
                .optional(ticket.interaction())
                .bytes();
    }

    // The browser sees how long its ticket is: that of an unknown person is as long as that of a known one (BF-05).
    private static String filler(Ticket ticket) {
        return ticket.about().isPresent() ? "" : " ".repeat(SUBJECT_BYTES);
    }

    private static Optional<Subject> about(Optional<String> subject, String filler) {
        return subject.filter(_ -> filler.isEmpty()).map(Subject::new);
    }

    private static Optional<Ticket> read(Sealer sealer, Purpose purpose, String text, Instant now) {
        return sealer.open(purpose, text, now).map(content -> {
            var in = new SealedFields.Reader(content);
            try {
                return new Ticket(
                        in.text(),
                        Ticket.Kind.valueOf(in.text()),
                        in.text(),
                        in.text(),
                        in.text(),
                        in.instant(),
                        about(in.optional(), in.text()),
                        in.optional().map(ClientId::new),
                        newcomer(in.number(), in.optional(), in.optional()),
                        in.optional(),
                        in.optional());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static Optional<Ticket.Newcomer> newcomer(
            int present, Optional<String> name, Optional<String> passwordHash) {
        return present == 1 ? Optional.of(new Ticket.Newcomer(name, passwordHash)) : Optional.empty();
    }
}
