package dev.symbolon.oauth;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A request in progress: what a browser carries, sealed, from page to page while a person signs in. The server keeps
/// no row of it, so a page left open for a day still works, on any node.
///
/// @param request the authorization request as it came (form encoding); proved and parsed again at each step
/// @param startedAt when it came: `prompt` and `max_age` are measured against this
/// @param browser the identifier of the browser that it was given to
/// @param restarts how often it moved to another browser or a browser without its cookie
/// @param loginHint the address of the account that the step is about, if it is about a certain one
/// @param retry what was typed at this step and was not good
public record Interaction(
        String request,
        Instant startedAt,
        String browser,
        int restarts,
        Optional<String> loginHint,
        Optional<Retry> retry) {

    /// How long a sign-in after the beginning of a request counts as made for it: as long as somebody reads a page.
    public static final Duration SIGN_IN_COUNTS_FOR = Duration.ofMinutes(10);

    /// A form that is shown again. It stands in the address, so the page can be reloaded and left by the back button.
    ///
    /// @param notice the name of the sentence above the form
    /// @param typed the address that was typed
    public record Retry(String notice, String typed) {}

    /// A request that no browser carries yet.
    public static Interaction begun(String request, Instant at) {
        return new Interaction(request, at, "", 0, Optional.empty(), Optional.empty());
    }

    /// The same request, about that account or about none.
    public Interaction about(Optional<String> address) {
        return new Interaction(request, startedAt, browser, restarts, address, Optional.empty());
    }

    /// The same step, shown again.
    public Interaction again(Retry why) {
        return new Interaction(request, startedAt, browser, restarts, loginHint, Optional.of(why));
    }
}
