package dev.symbolon.web;

import dev.symbolon.crypto.BrowserCookie;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealer;
import java.util.Optional;

/// Shows that a form was ours and was shown to this browser: a token made from the browser's own cookie, and the
/// `Origin` of the page that sent it.
public final class Csrf {
    private Csrf() {}

    /// The token for the forms of a page shown to this browser.
    public static String token(Host host, BrowserCookie browser) {
        return host.sealer().hash(Purpose.CSRF, browser.id()).value();
    }

    /// The same for a form that is about one account: shown for another one it does nothing.
    public static String token(Host host, BrowserCookie browser, String about) {
        return host.sealer().hash(Purpose.CSRF, browser.id() + " " + about).value();
    }

    /// Whether a form was ours, was shown to this browser, and was about that account.
    public static boolean isAbout(Call call, Form form, String about) {
        return isSameOrigin(call)
                && Cookies.browser(call)
                        .filter(browser -> Sealer.equal(token(call.host(), browser, about), form.text("csrf")))
                        .isPresent();
    }

    /// The browser that a form came from, if the form was shown to it by us.
    public static Optional<BrowserCookie> prove(Call call, Form form) {
        if (!isSameOrigin(call)) {
            return Optional.empty();
        }
        var given = form.text("csrf");
        return Cookies.browser(call).filter(browser -> Sealer.equal(token(call.host(), browser), given));
    }

    // Some browsers' privacy settings make `Origin: null` even of our own pages' forms; they say with Sec-Fetch-Site,
    // which no page can forge, where the request came from.
    private static boolean isSameOrigin(Call call) {
        var origin = call.header("origin").orElse("null");
        var site = call.header("sec-fetch-site");
        if (site.isPresent() && !site.get().equals("same-origin")) {
            return false;
        }
        return origin.equals(call.host().issuer().value()) || (origin.equals("null") && site.isPresent());
    }
}
