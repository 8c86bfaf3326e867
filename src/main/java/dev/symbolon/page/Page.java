package dev.symbolon.page;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.Ticket;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Everything that a person can be shown: one record for each template, so that a forgotten field does not
/// compile. The steps of a sign-in are in [StepPage]. [Pages] turns a page into bytes. All text in here is raw;
/// the templates escape it.
public sealed interface Page
        permits Page.Error,
                Page.Logout,
                Page.LoggedOut,
                Page.Continue,
                Page.FormPost,
                Page.MailLink,
                Page.TestResult,
                AccountPage,
                StepPage {

    /// What happened, what it means, what to do now.
    ///
    /// @param errorId what the log can be searched for
    /// @param app set when it is known which application asked; its home page is offered
    /// @param retry set when a fresh try makes sense: a path of ours, or an http(s) address
    @SuppressWarnings("AvoidCommonTypeNames") // always written Page.Error
    record Error(Problem problem, String errorId, Optional<App> app, Optional<String> retry) implements Page {
        public Error {
            retry.ifPresent(Page::requireNavigable);
        }
    }

    /// Do you want to sign out? Posts `csrf`, the fields and `action=logout` or `action=cancel` to
    /// `/logout`.
    ///
    /// @param app the application that asks, where one is known
    /// @param who everybody who is signed out by it
    /// @param fields hidden, handed back as they are
    record Logout(Optional<App> app, String csrf, List<Who> who, List<Field> fields) implements Page {
        public Logout {
            who = List.copyOf(who);
            fields = List.copyOf(fields);
        }
    }

    /// You are signed out.
    record LoggedOut(Optional<App> app) implements Page {}

    /// Nothing is left to do here: you are signed in already, or another tab has finished.
    ///
    /// @param href a path of ours, or the application's address; absent when nobody knows where to
    ///     go on
    record Continue(App app, Optional<String> href) implements Page {
        public Continue {
            href.ifPresent(Page::requireNavigable);
        }
    }

    /// The answer to the application as a form that sends itself (OAuth 2.0 Form Post Response
    /// Mode). Without scripts a
    /// button sends it.
    ///
    /// @param action the proven redirect URI
    record FormPost(String action, List<Field> fields) implements Page {
        public FormPost {
            requireNavigable(action);
            fields = List.copyOf(fields);
        }
    }

    /// The link of a mail was opened. Looking at it changes nothing: only the button does, so that programs that
    /// open links do no harm. Posts `link` and `csrf` to `/verify`.
    ///
    /// @param app the application that the person came from, where one is known
    /// @param kind what the button does
    /// @param address where the mail went
    /// @param code for the browser that asked, when this is another one
    record MailLink(
            Optional<App> app, String link, String csrf, Ticket.Kind kind, String address, Optional<String> code)
            implements Page {}

    /// What another server said of whoever tested its connection, for an operator.
    ///
    /// @param connection the name of the connection
    /// @param problem why nobody could be signed in, for the operator
    record TestResult(String connection, Optional<String> problem, List<Field> fields) implements Page {
        public TestResult {
            fields = List.copyOf(fields);
        }
    }

    /// The application that asks.
    ///
    /// @param homeUrl where "back to the application" leads; anything but http and https is left out
    record App(String name, Optional<String> homeUrl) {
        public App {
            homeUrl = homeUrl.filter(url -> Set.of("http", "https").contains(schemeOf(url)));
        }
    }

    /// An account that is, or was, signed in in this browser.
    ///
    /// @param sessionId what the chooser posts back
    /// @param name empty when the person gave none; then the e-mail address stands alone
    /// @param expired the password is needed before it can be used
    record Who(String sessionId, String name, String email, boolean expired) {
        /// An account that is, or was, signed in.
        public static Who of(Session session, Account account, boolean expired) {
            return new Who(session.id().value(), account.title(), account.subtitle(), expired);
        }

        /// What a person calls it: the name, else the e-mail address.
        public String title() {
            return name.isBlank() ? email : name;
        }

        /// The first letter of the title, as it stands in the circle; empty when there is none.
        public String initial() {
            return title().strip()
                    .codePoints()
                    .limit(1)
                    .mapToObj(Character::toString)
                    .findFirst()
                    .orElse("")
                    .toUpperCase(Locale.ROOT);
        }
    }

    /// A form field that is handed back or handed on.
    record Field(String name, String value) {}

    /// What an error page can say. The exact reason is for the log and the dashboard, never for
    /// this page.
    enum Problem {
        /// Unknown client, unknown redirect URI, a parameter twice: all alike (AR-05).
        REQUEST(400),
        /// A sealed value is too old, and there is nothing to continue with.
        EXPIRED(400),
        /// A page of a sign-in was opened without one, or with half of its address.
        INCOMPLETE(400),
        /// The link of a mail was used already, or is too old.
        LINK_OVER(400),
        /// What another server sent the person back with is not believed, or its connection was closed meanwhile.
        CONNECTION(400),
        /// Not from a page that we sent to this browser (CSRF).
        FORBIDDEN(403),
        /// Our cookie did not come back.
        COOKIES(403),
        /// No such page.
        NOT_FOUND(404),
        /// Slowed down.
        TOO_MANY_REQUESTS(429),
        /// A fault of ours.
        FAULT(500),
        /// Overload.
        BUSY(503);

        private final int status;

        Problem(int status) {
            this.status = status;
        }

        /// The HTTP status of the page.
        public int status() {
            return status;
        }

        /// Whether a person who stands there without an application may want to see their own account instead.
        public boolean leadsHome() {
            return switch (this) {
                case EXPIRED, INCOMPLETE, LINK_OVER, NOT_FOUND -> true;
                default -> false;
            };
        }

        /// The message key of `title`, `text` or `next`.
        public String key(String part) {
            return "error." + name().toLowerCase(Locale.ROOT) + "." + part;
        }
    }

    /// XS-03, XS-07: an address that a browser may be sent to; our own paths, and any scheme that
    /// cannot run as script.
    ///
    /// @throws IllegalArgumentException when it is none
    private static void requireNavigable(String href) {
        var path = href.startsWith("/") && !href.startsWith("//") && !href.startsWith("/\\");
        var scheme = schemeOf(href);
        var address = !scheme.isEmpty()
                && !Set.of("javascript", "data", "vbscript", "file", "blob", "about", "filesystem")
                        .contains(scheme);
        if ((!path && !address) || href.chars().anyMatch(c -> c <= ' ')) {
            throw new IllegalArgumentException("A page cannot lead to this address.");
        }
    }

    /// The scheme in lower case, empty when the address does not begin with one (RFC 3986 §3.1).
    private static String schemeOf(String href) {
        var colon = href.indexOf(':');
        var scheme = colon < 0 ? "" : href.substring(0, colon);
        return scheme.matches("[A-Za-z][A-Za-z0-9+.-]*") ? scheme.toLowerCase(Locale.ROOT) : "";
    }
}
