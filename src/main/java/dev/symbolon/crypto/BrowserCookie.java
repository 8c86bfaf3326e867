package dev.symbolon.crypto;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a browser is known by before anyone signs in: a random identifier that interactions and form tokens are
/// bound to, and digests of the addresses that signed in here, so that strangers who guess cannot keep the owner
/// out. It lives in the browser only.
///
/// @param known at most 10, the newest first
public record BrowserCookie(String id, List<String> known) {
    /// Browsers keep a cookie for 400 days at most.
    public static final Duration LIFE = Duration.ofDays(400);

    private static final int KNOWN_MAX = 10;

    /// A browser never seen before.
    public static BrowserCookie fresh(Sealer sealer) {
        return new BrowserCookie(sealer.newId(), List.of());
    }

    /// The browser behind a cookie's value; empty when the cookie is not one of ours.
    public static Optional<BrowserCookie> read(Sealer sealer, String text, Instant now) {
        return sealer.open(Purpose.BROWSER, text, now).map(content -> {
            var in = new SealedFields.Reader(content);
            try {
                return new BrowserCookie(in.text(), in.texts());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /// The cookie's value.
    public Sealed write(Sealer sealer, Instant now) {
        var fields = new SealedFields.Writer().text(id).texts(known);
        return sealer.seal(Purpose.BROWSER, fields.bytes(), now.plus(LIFE));
    }

    /// Whether this address has signed in here.
    public boolean knows(Sealer sealer, String email) {
        return known.contains(digest(sealer, email));
    }

    /// The same browser, which has now signed in to this address.
    public BrowserCookie knowing(Sealer sealer, String email) {
        var digest = digest(sealer, email);
        var next = new ArrayList<String>();
        next.add(digest);
        known.stream().filter(old -> !old.equals(digest)).limit(KNOWN_MAX - 1L).forEach(next::add);
        return new BrowserCookie(id, List.copyOf(next));
    }

    private static String digest(Sealer sealer, String email) {
        return sealer.hash(Purpose.BROWSER, email).value().substring(0, 16);
    }
}
