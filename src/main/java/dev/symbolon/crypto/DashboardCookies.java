package dev.symbolon.crypto;

import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.Subject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/// What the dashboard keeps in an operator's browser, sealed: it is a client of its own issuer, and keeps what a
/// client keeps.
public final class DashboardCookies {
    private DashboardCookies() {}

    /// An operator on the way through a sign-in.
    ///
    /// @param state comes back with the code (RFC 6749 §10.12)
    /// @param page where the operator wanted to go; a path of the dashboard
    public record Arrival(String state, CodeVerifier verifier, String page) {}

    /// The arrival, until it is too late for it.
    public static Sealed write(Sealer sealer, Arrival arrival, Instant until) {
        var fields = new SealedFields.Writer()
                .text(arrival.state())
                .text(arrival.verifier().value())
                .text(arrival.page());
        return sealer.seal(Purpose.DASHBOARD_ARRIVAL, fields.bytes(), until);
    }

    /// The arrival; empty when this tenant did not write it or it is too late.
    public static Optional<Arrival> arrival(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.DASHBOARD_ARRIVAL, text, now).map(content -> {
            var in = new SealedFields.Reader(content);
            try {
                return new Arrival(in.text(), new CodeVerifier(in.text()), in.text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// A client that an operator tries, on the way through its flow.
    ///
    /// @param operator who tries it
    /// @param browser in which browser
    /// @param request the query of the authorization request
    public record Trial(Subject operator, String browser, CodeVerifier verifier, String request) {}

    /// The trial, until it is too late for it.
    public static Sealed write(Sealer sealer, Trial trial, Instant until) {
        var fields = new SealedFields.Writer()
                .text(trial.operator().value())
                .text(trial.browser())
                .text(trial.verifier().value())
                .text(trial.request());
        return sealer.seal(Purpose.DASHBOARD_TRIAL, fields.bytes(), until);
    }

    /// The trial; empty when this tenant did not write it or it is too late.
    public static Optional<Trial> trial(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.DASHBOARD_TRIAL, text, now).map(content -> {
            var in = new SealedFields.Reader(content);
            try {
                return new Trial(new Subject(in.text()), in.text(), new CodeVerifier(in.text()), in.text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// Whoever came in: the grant that the code was worth.
    public static Sealed write(Sealer sealer, GrantId grant, Instant until) {
        return sealer.seal(Purpose.DASHBOARD, grant.value().getBytes(StandardCharsets.UTF_8), until);
    }

    /// The grant; empty when this tenant did not write it or its time is over.
    public static Optional<GrantId> grant(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.DASHBOARD, text, now)
                .map(content -> new GrantId(new String(content, StandardCharsets.UTF_8)));
    }

    /// The end of a link with which a tenant gets its first operator.
    public static Sealed setup(Sealer sealer, Instant until) {
        return sealer.seal(Purpose.SETUP, sealer.bytes(16), until);
    }

    /// Whether this tenant wrote the link, not too long ago.
    public static boolean isSetup(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.SETUP, text, now).isPresent();
    }
}
