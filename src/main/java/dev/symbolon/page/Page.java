package dev.symbolon.page;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Session;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Everything that a person can be shown: one record for each template, so that a forgotten field
/// does not compile.
/// [Pages] turns a page into bytes. All text in here is raw; the templates escape it.
public sealed interface Page {

    /// Who are you? Posts `interaction`, `csrf`, `username` and `password` to `/login`; cancel
    /// adds `action=cancel`, a
    /// connection's button adds `connection=<id>`.
    ///
    /// @param interaction the sealed request, handed back as it is
    /// @param email what stands in the field, empty when nothing is known
    /// @param canSignUp whether to offer `/signup`
    /// @param connections other ways to sign in, one button each
    /// @param emailLocked one account signs in again: the address can be read but not changed
    record Login(
            App app,
            String interaction,
            String csrf,
            String email,
            Optional<Notice> notice,
            boolean canCancel,
            boolean canSignUp,
            List<Connection> connections,
            boolean emailLocked)
            implements Page {
        public Login {
            connections = List.copyOf(connections);
        }

        /// Where "create an account" leads.
        public String signUpHref() {
            return "/signup?interaction=" + URLEncoder.encode(interaction, StandardCharsets.UTF_8);
        }
    }

    /// May the application? Posts `interaction`, `csrf` and `action=allow` or `action=deny` to
    /// `/consent`.
    ///
    /// @param who the account that gives
    /// @param asks one line each, in the order shown; [ScopeLine#of(Scope)] makes them
    /// @param returnsTo where the browser goes afterwards, as a person reads it: a host, or a
    ///     native app's scheme
    record Consent(App app, String interaction, String csrf, Who who, List<ScopeLine> asks, Optional<String> returnsTo)
            implements Page {
        public Consent {
            asks = List.copyOf(asks);
        }
    }

    /// Which of your accounts? Posts `interaction`, `csrf` and `session=<id>`, `action=another` or
    /// `action=cancel` to
    /// `/accounts`.
    record Accounts(App app, String interaction, String csrf, List<Who> accounts) implements Page {
        public Accounts {
            accounts = List.copyOf(accounts);
        }
    }

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

    /// Another way to sign in.
    ///
    /// @param id what the button posts as `connection`
    /// @param label the provider's name, for example `GitHub`
    record Connection(String id, String label) {}

    /// A form field that is handed back or handed on.
    record Field(String name, String value) {}

    /// One thing that is asked for.
    ///
    /// @param scope the value on the wire
    /// @param description an API's own sentence; the standard scopes have ours, in every language
    record ScopeLine(String scope, Optional<String> description) {
        static final Set<String> KNOWN = Set.of("openid", "profile", "email", "address", "phone", "offline_access");

        /// One line for each value, without descriptions.
        public static List<ScopeLine> of(Scope scope) {
            return scope.values().stream()
                    .map(value -> new ScopeLine(value, Optional.empty()))
                    .toList();
        }

        /// Whether we have a sentence for it.
        public boolean isKnown() {
            return description.isEmpty() && KNOWN.contains(scope);
        }
    }

    /// What stands above a form: why it is shown (again).
    enum Notice {
        /// Also when there is no such account: nobody learns which.
        WRONG_PASSWORD(true),
        /// A field came empty.
        MISSING(true),
        /// Guessing is slowed down.
        TOO_MANY_TRIES(true),
        /// The queue of password checks is full.
        BUSY(true),
        /// Disabled by an operator; said only after the right password.
        ACCOUNT_DISABLED(true),
        /// Our cookie did not come back.
        COOKIES(true),
        /// The upstream provider did not sign the person in.
        CONNECTION_FAILED(true),
        /// The page was open for too long; what was asked still stands.
        EXPIRED(false),
        /// Begun in another browser, or the browser was changed meanwhile.
        OTHER_BROWSER(false),
        /// `prompt=login` or `max_age`: signed in, but asked again.
        AGAIN(false),
        /// The chosen account's session has ended.
        SESSION_ENDED(false);

        private final boolean error;

        Notice(boolean error) {
            this.error = error;
        }

        /// The notice of that name; none for a name that another version of the server made up.
        public static Optional<Notice> of(String name) {
            return Stream.of(values()).filter(one -> one.name().equals(name)).findFirst();
        }

        /// Whether something has to be put right; otherwise it only informs.
        public boolean isError() {
            return error;
        }

        /// Whether it is about what stands in the fields.
        public boolean marksFields() {
            return this == WRONG_PASSWORD || this == MISSING;
        }

        /// Its message.
        public String key() {
            return "notice." + name().toLowerCase(Locale.ROOT);
        }
    }

    /// What an error page can say. The exact reason is for the log and the dashboard, never for
    /// this page.
    enum Problem {
        /// Unknown client, unknown redirect URI, a parameter twice: all alike (AR-05).
        REQUEST(400),
        /// A sealed value is too old, and there is nothing to continue with.
        EXPIRED(400),
        /// A page of a sign-in was opened without one, or with half of its address.
        INCOMPLETE(400),
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
