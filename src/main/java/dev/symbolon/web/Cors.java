package dev.symbolon.web;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.TenantId;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Which pages of other origins may read our answers (Fetch §3.2): those of the client that asks, and never with
/// cookies. Pages that a person sees are shared with nobody.
public final class Cors {
    private static final int ORIGIN_MAX_CHARACTERS = 300;

    private final BiPredicate<TenantId, String> registered;

    /// @param registered whether any client of the tenant lives at that origin
    public Cors(BiPredicate<TenantId, String> registered) {
        this.registered = registered;
    }

    /// The answer to a browser that asks beforehand.
    public Answer preflight(Call call) {
        return share(call, Optional.empty(), Answer.status(204))
                .with("Access-Control-Allow-Methods", "GET, POST")
                .with("Access-Control-Allow-Headers", "authorization, content-type, x-client-info")
                .with("Access-Control-Max-Age", "7200");
    }

    /// The answer, shared with the page that asked if it is the client's. Before the client is known (a
    /// preflight, an error), it is shared with the origins of the tenant's clients.
    public Answer share(Call call, Optional<Client> client, Answer answer) {
        var varied = answer.with("Vary", "Origin");
        var origin = call.header("origin").orElse("");
        if (origin.isEmpty() || origin.equals("null") || origin.length() > ORIGIN_MAX_CHARACTERS) {
            return varied;
        }
        var allowed = client.map(known -> known.allowsOrigin(origin))
                .orElseGet(() -> registered.test(call.host().id(), origin));
        return !allowed
                ? varied
                : varied.with("Access-Control-Allow-Origin", origin)
                        .with("Access-Control-Expose-Headers", "Date, Retry-After, WWW-Authenticate");
    }

    /// A public document, for any origin.
    static Answer shareWithAll(Answer answer) {
        return answer.with("Access-Control-Allow-Origin", "*").with("Access-Control-Allow-Headers", "*");
    }
}
