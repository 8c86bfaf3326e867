package dev.symbolon.web;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.oauth.Issuer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// The cookies of the house: which browser this is, who is signed in in it, and, while a mail is under way, what
/// it was about. Over TLS they carry the `__Host-` prefix, so no other host and no plain connection can set
/// them; an issuer on plain `http` is a developer's own machine, where some browsers refuse secure cookies, and
/// gets the same names without it.
public final class Cookies {
    /// Browsers send far less; what is behind is not read.
    private static final int HEADER_MAX_CHARACTERS = 16_384;

    /// With its name and the sealing around it a cookie stays under 4 KB.
    private static final int STEP_MAX_CHARACTERS = 2_700;

    private static final Duration STEP_LIFE = Duration.ofHours(24);

    private Cookies() {}

    /// The value of the cookie of that name in a `Cookie` header. Where a name stands twice the first one counts.
    static Optional<String> find(String header, String name) {
        if (header.length() > HEADER_MAX_CHARACTERS) {
            return Optional.empty();
        }
        for (var start = 0; start < header.length(); ) {
            var semicolon = header.indexOf(';', start);
            var end = semicolon < 0 ? header.length() : semicolon;
            var pair = header.substring(start, end).strip();
            if (pair.length() > name.length() && pair.startsWith(name) && pair.charAt(name.length()) == '=') {
                return Optional.of(pair.substring(name.length() + 1));
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /// The secret of the sessions in this browser, if it sent one.
    public static Optional<OpaqueToken> session(Call call) {
        return call.cookie(name(call.host().issuer(), "session")).map(OpaqueToken::new);
    }

    /// Which browser this is, if it was seen before.
    public static Optional<BrowserCookie> browser(Call call) {
        return call.cookie(name(call.host().issuer(), "browser"))
                .flatMap(value -> BrowserCookie.read(call.host().sealer(), value, call.now()));
    }

    /// `Set-Cookie` for the sessions in this browser.
    ///
    /// @param life the longest that a session can last
    public static String setSession(Issuer issuer, OpaqueToken token, Duration life) {
        return set(issuer, "session", token.value(), life);
    }

    /// `Set-Cookie` that takes the session's cookie back.
    public static String endSession(Issuer issuer) {
        return set(issuer, "session", "", Duration.ZERO);
    }

    /// `Set-Cookie` that tells a browser who it is.
    public static String setBrowser(Issuer issuer, BrowserCookie browser, Sealer sealer, Instant now) {
        return set(issuer, "browser", browser.write(sealer, now).text(), BrowserCookie.LIFE);
    }

    /// `Set-Cookie` for what this browser needs to go on when the link of a mail is opened in it: which ticket the
    /// mail was about, and the request in progress. The last one counts; a request too long for a cookie has none.
    public static String setStep(Host host, String ticketId, String interaction, Instant now) {
        var text = ticketId + " " + interaction;
        if (text.length() > STEP_MAX_CHARACTERS) {
            return set(host.issuer(), "step", "", Duration.ZERO);
        }
        var sealed = host.sealer().seal(Purpose.STEP, text.getBytes(StandardCharsets.US_ASCII), now.plus(STEP_LIFE));
        return set(host.issuer(), "step", sealed.text(), STEP_LIFE);
    }

    /// The request in progress that this browser keeps for that ticket.
    public static Optional<String> step(Call call, String ticketId) {
        return call.cookie(name(call.host().issuer(), "step"))
                .flatMap(value -> call.host().sealer().open(Purpose.STEP, value, call.now()))
                .map(content -> new String(content, StandardCharsets.US_ASCII))
                .filter(text -> text.startsWith(ticketId + " "))
                .map(text -> text.substring(ticketId.length() + 1));
    }

    /// What the dashboard keeps in a browser: a sealed text that is the dashboard's own.
    public enum OfDashboard {
        /// Who is on the way through a sign-in.
        ARRIVAL,
        /// Which client is being tried.
        TRIAL,
        /// Who is there.
        OPERATOR;

        private String what() {
            return "dashboard-" + name().toLowerCase(Locale.ROOT);
        }
    }

    /// What the dashboard kept, if the browser sent it.
    public static Optional<String> dashboard(Call call, OfDashboard which) {
        return call.cookie(name(call.host().issuer(), which.what()));
    }

    /// `Set-Cookie` for what the dashboard keeps; an empty text takes it back.
    public static String setDashboard(Issuer issuer, OfDashboard which, String text, Duration life) {
        return set(issuer, which.what(), text, text.isEmpty() ? Duration.ZERO : life);
    }

    private static String name(Issuer issuer, String what) {
        return (issuer.isHttps() ? "__Host-symbolon-" : "symbolon-") + what;
    }

    private static String set(Issuer issuer, String what, String value, Duration life) {
        return name(issuer, what) + "=" + value + "; Path=/; Max-Age=" + life.toSeconds() + "; HttpOnly; SameSite=Lax"
                + (issuer.isHttps() ? "; Secure" : "");
    }
}
