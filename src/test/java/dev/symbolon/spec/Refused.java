package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// What every refusal of the token endpoint is held to: the shape of RFC 6749 §5.2 (J), and not one row changed
/// (STILL).
public final class Refused {
    private static final List<String> SECRETS =
            List.of("client_secret", "code", "code_verifier", "refresh_token", "client_assertion");

    private Refused() {}

    /// The shape alone.
    public static void json(int status, String error, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals("application/json", reply.header("content-type").orElse(""));
        assertEquals("no-store", reply.header("cache-control").orElse(""));
        assertTrue(reply.header("date").isPresent(), "every answer carries Date");
        assertTrue(reply.headers("set-cookie").isEmpty(), "a program gets no cookie");
        var answer = reply.json();
        assertEquals(error, answer.get("error").textValue(), reply.body());
        var description = answer.get("error_description").textValue();
        assertTrue(description.matches("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+"), description);
        assertEquals(2, answer.size(), reply.body());
    }

    /// Sends a form to the token endpoint and holds the answer to all of it.
    public static Reply still(Site site, int status, String error, Map<String, String> form) {
        return still(site, status, error, form, Map.of());
    }

    /// The same with headers.
    public static Reply still(
            Site site, int status, String error, Map<String, String> form, Map<String, String> headers) {
        var reply = still(site, status, error, () -> site.token(form, headers));
        for (var name : SECRETS) {
            var secret = form.getOrDefault(name, "");
            assertFalse(secret.length() > 3 && reply.body().contains(secret), name + " is echoed: " + reply.body());
        }
        return reply;
    }

    /// Does something that is refused and changes nothing.
    public static Reply still(Site site, int status, String error, Supplier<Reply> attempt) {
        var before = Rows.of(site);
        var reply = attempt.get();
        json(status, error, reply);
        assertEquals(before, Rows.of(site), "something changed");
        return reply;
    }
}
