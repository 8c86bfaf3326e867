package dev.symbolon.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A request in progress: what a browser carries, sealed, from page to page while a person signs
/// in. The server keeps
/// no row of it, so a page left open for a day still works, on any node.
///
/// @param request the authorization request as it came (form encoding); proved and parsed again at each step.
///     Empty where no application asks and a page of ours does
/// @param page the page of ours that asks, a path; absent where an application does
/// @param startedAt when it came: `prompt` and `max_age` are measured against this
/// @param browser the identifier of the browser that it was given to
/// @param restarts how often it moved to another browser or a browser without its cookie
/// @param about the account that the step is about, if it is about a certain one
/// @param retry what was typed at this step and was not good
/// @param pending somebody from another server who shall be connected with the account that signs in
public record Interaction(
        String request,
        Optional<String> page,
        Instant startedAt,
        String browser,
        int restarts,
        Optional<Subject> about,
        Optional<Retry> retry,
        Optional<Pending> pending) {

    /// How long a sign-in after the beginning of a request counts as made for it: as long as
    /// somebody reads a page.
    public static final Duration SIGN_IN_COUNTS_FOR = Duration.ofMinutes(10);

    /// A form that is shown again. It stands in the address, so the page can be reloaded and left
    /// by the back button.
    ///
    /// @param on the path of the form; another page says nothing of it
    /// @param notice the name of the sentence above the form
    /// @param typed the address that was typed
    /// @param name the name that was typed, empty where there is no such field
    public record Retry(String on, String notice, String typed, String name) {}

    /// A person of another server without an account here, while it is asked which account they are.
    ///
    /// @param upstreamSubject what that server calls them for ever
    /// @param shownAs what they recognise themselves by
    /// @param isSure both servers have verified the address and the operator believes the other one:
    ///     the person need not sign in to the account first, only say so
    /// @param provenAt when that server vouched for them
    public record Pending(
            ConnectionId connection, String upstreamSubject, String shownAs, boolean isSure, Instant provenAt) {
        private static final Duration LIFE = Duration.ofHours(1);

        /// Whether it still counts. What stands in a browser's history signs nobody in later, and connects
        /// nothing.
        public boolean isGoodAt(Instant now) {
            return now.isBefore(provenAt.plus(isSure ? SIGN_IN_COUNTS_FOR : LIFE));
        }
    }

    /// A request that no browser carries yet.
    public static Interaction begun(String request, Instant at) {
        return new Interaction(
                request, Optional.empty(), at, "", 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// A page of ours that needs somebody who has just signed in.
    public static Interaction forPage(String path, Instant at, String browser) {
        return new Interaction(
                "", Optional.of(path), at, browser, 0, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The same request in this browser, moved there so often.
    public Interaction in(String otherBrowser, int times) {
        return new Interaction(request, page, startedAt, otherBrowser, times, about, retry, pending);
    }

    /// The same request, about that account or about none.
    public Interaction about(Optional<Subject> account) {
        return new Interaction(request, page, startedAt, browser, restarts, account, Optional.empty(), pending);
    }

    /// The same step, shown again.
    public Interaction again(Retry why) {
        return new Interaction(request, page, startedAt, browser, restarts, about, Optional.of(why), pending);
    }

    /// The same request, with somebody who shall be connected or without.
    public Interaction with(Optional<Pending> newcomer) {
        return new Interaction(request, page, startedAt, browser, restarts, about, Optional.empty(), newcomer);
    }
}
