package dev.symbolon.mail;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.web.Host;
import dev.symbolon.web.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/// A mail that is written: what goes over the wire.
///
/// @param to one address
/// @param from the name of who writes; the address is the installation's
/// @param language for `Content-Language`
public record Letter(String to, String from, String language, String subject, String text, String html) {
    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    /// Whatever strangers wrote, no header gets a second line (XS-05).
    public Letter {
        to = OneLine.of(to);
        from = OneLine.of(from);
        subject = OneLine.of(subject);
    }

    /// As it is kept: nobody reads it in the database.
    String seal(Host host) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("to", to);
        fields.put("from", from);
        fields.put("language", language);
        fields.put("subject", subject);
        fields.put("text", text);
        fields.put("html", html);
        return host.sealer().seal(Purpose.MAIL, Json.write(fields), NEVER).text();
    }

    /// What was sealed; empty when that was at another tenant.
    static Optional<Letter> open(Host host, String sealed, Instant now) {
        return host.sealer().open(Purpose.MAIL, sealed, now).map(Json::read).map(Letter::read);
    }

    private static Letter read(JsonNode json) {
        return new Letter(
                json.path("to").asText(),
                json.path("from").asText(),
                json.path("language").asText(),
                json.path("subject").asText(),
                json.path("text").asText(),
                json.path("html").asText());
    }

    /// The parts have secrets in them.
    @Override
    public String toString() {
        return "Letter in " + language;
    }
}
