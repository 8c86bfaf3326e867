package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/// Ada in one browser, in which she stays signed in: a code costs one request.
public final class Ada {
    private final Site site;
    public final Browser browser;

    public Ada(Site site) {
        this.site = site;
        this.browser = site.browser();
    }

    public String code(String client) {
        return code(client, Map.of());
    }

    /// A code for a request with some parameters changed.
    public String code(String client, Map<String, String> changes) {
        var reply = browser.follow(browser.get(Site.authorize(Site.request(client, changes))));
        if (reply.status() == 200) {
            reply = site.signInAt(browser, reply, "ada@example.com");
        }
        return reply.redirect().text("code");
    }

    /// The answer to a good redemption, whatever the client is registered with.
    public JsonNode tokens(String client) {
        return tokens(client, Map.of());
    }

    /// The same for a request with some parameters changed.
    public JsonNode tokens(String client, Map<String, String> changes) {
        var form = Site.redemption(client, code(client, changes));
        if (changes.containsKey("redirect_uri")) {
            form.put("redirect_uri", changes.get("redirect_uri"));
        }
        var reply = site.token(form, authentication(client));
        assertEquals(200, reply.status(), reply.body());
        return reply.json();
    }

    /// The answer to a good refresh.
    public JsonNode refreshed(String client, String refreshToken) {
        return refreshed(client, refreshToken, Map.of());
    }

    /// The same with more fields.
    public JsonNode refreshed(String client, String refreshToken, Map<String, String> more) {
        var form = new HashMap<>(Site.refresh(client, refreshToken));
        form.putAll(more);
        var reply = site.token(form, authentication(client));
        assertEquals(200, reply.status(), reply.body());
        return reply.json();
    }

    private Map<String, String> authentication(String client) {
        return site.secrets.containsKey(client) ? Map.of("Authorization", site.basic(client)) : Map.of();
    }
}
