package dev.symbolon.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// An application's own page, which calls the server itself.
final class OwnPage {
    static final String ORIGIN = "https://app.example";
    static final String START = "/passwordless/start";
    static final String VERIFY = "/passwordless/verify";
    static final String SIGN_UP = "/dbconnections/signup";
    static final String CHANGE_PASSWORD = "/dbconnections/change_password";

    private static final ObjectMapper JSON = new ObjectMapper();

    static {
        // It sets what the platform’s HTTP client reads only once.
        Browser.encode(Map.of());
    }

    private OwnPage() {}

    /// What it sends to begin, with an authorization request in it.
    static Map<String, String> begin(String client, String email) {
        var fields = Site.request(client);
        fields.remove("response_type");
        fields.put("email", email);
        return fields;
    }

    /// The same with some changed; an empty value takes one away.
    static Map<String, String> begin(String client, String email, Map<String, String> changes) {
        var fields = begin(client, email);
        changes.forEach((name, value) -> {
            if (value.isEmpty()) {
                fields.remove(name);
            } else {
                fields.put(name, value);
            }
        });
        return fields;
    }

    /// What it sends to sign up.
    static Map<String, String> signUp(String client, String email, String password) {
        return begin(client, email, Map.of("password", password, "name", "Eve Nova"));
    }

    static Map<String, String> typed(String client, Reply started, String code) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("client_id", client);
        fields.put("ticket", started.json().path("ticket").asText());
        fields.put("code", code);
        return fields;
    }

    /// Posts JSON from the application's origin.
    static Reply json(Site site, String path, Map<String, String> fields) {
        return send(site.issuer, path, "application/json", text(fields), Map.of("Origin", ORIGIN));
    }

    /// Posts a form.
    static Reply form(Site site, String path, Map<String, String> fields, Map<String, String> headers) {
        return send(site.issuer, path, "application/x-www-form-urlencoded", Browser.encode(fields), headers);
    }

    static Reply send(String issuer, String path, String type, String body, Map<String, String> headers) {
        var all = new HashMap<>(headers);
        var builder = HttpRequest.newBuilder(URI.create(issuer + path))
                .header("Content-Type", type)
                .POST(HttpRequest.BodyPublishers.ofString(body));
        all.forEach(builder::header);
        return Browser.exchange(builder);
    }

    static String text(Map<String, String> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
