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
public record Interaction(String request, Instant startedAt, String browser, int restarts, Optional<String> loginHint) {

    /// How long a sign-in after the beginning of a request counts as made for it: as long as somebody reads a page.
    public static final Duration SIGN_IN_COUNTS_FOR = Duration.ofMinutes(10);

    /// The same request, about that account or about none.
    public Interaction about(Optional<String> address) {
        return new Interaction(request, startedAt, browser, restarts, address);
    }
}
