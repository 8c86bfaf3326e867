package dev.symbolon.web;

import dev.symbolon.oauth.OAuthException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an endpoint says: a value, sent only after the endpoint is done.
///
/// @param stream what is written instead of the body, for what is too long to be held
public record Answer(int status, List<Header> headers, byte[] body, Optional<Stream> stream) {
    /// Writes a body while it is sent. What it throws ends the connection, so that nobody takes a part for the
    /// whole.
    @FunctionalInterface
    public interface Stream {
        void write(OutputStream out) throws IOException;
    }

    /// An answer whose body is at hand.
    public Answer(int status, List<Header> headers, byte[] body) {
        this(status, headers, body, Optional.empty());
    }

    /// A file of JSON lines that is made while it is sent, and that nobody may keep on the way.
    public static Answer lines(String fileName, Stream stream) {
        return new Answer(200, List.of(), new byte[0], Optional.of(stream))
                .with("Content-Type", "application/jsonl; charset=utf-8")
                .with("Content-Disposition", "attachment; filename=\"" + fileName + "\"")
                .with("Cache-Control", "no-store");
    }

    /// One header line.
    public record Header(String name, String value) {}

    /// Nothing but a status.
    public static Answer status(int status) {
        return new Answer(status, List.of(), new byte[0]);
    }

    /// 303: the browser goes on with GET, and no body of a POST travels with it (RFC 9700 §4.12).
    public static Answer seeOther(String location) {
        return status(303).with("Location", location).with("Cache-Control", "no-store");
    }

    /// An object in JSON that nobody may keep.
    public static Answer json(int status, Map<String, ?> object) {
        return new Answer(status, List.of(), Json.write(object))
                .with("Content-Type", "application/json")
                .with("Cache-Control", "no-store");
    }

    /// A body that anyone may keep for so long.
    public static Answer cacheable(String contentType, byte[] body, int maxAgeSeconds) {
        return new Answer(200, List.of(), body)
                .with("Content-Type", contentType)
                .with("Cache-Control", "public, max-age=" + maxAgeSeconds);
    }

    /// A page of one sentence without any style, for what no person of a tenant should ever see.
    public static Answer plain(int status, String sentence) {
        return new Answer(status, List.of(), sentence.getBytes(StandardCharsets.UTF_8))
                .with("Content-Type", "text/plain; charset=utf-8")
                .with("Cache-Control", "no-store");
    }

    /// A refusal in the shape of RFC 6749 §5.2, with the error's own status.
    public static Answer refusal(OAuthException refusal) {
        var object = new LinkedHashMap<String, String>();
        object.put("error", refusal.error().wire());
        object.put("error_description", refusal.description());
        var answer = json(refusal.error().status(), object);
        return switch (refusal.error()) {
            case TEMPORARILY_UNAVAILABLE -> answer.with("Retry-After", "1");
            case TOO_MANY_REQUESTS -> answer.with("Retry-After", "3600");
            default -> answer;
        };
    }

    /// The same answer with one more header line.
    public Answer with(String name, String value) {
        var more = new ArrayList<>(headers);
        more.add(new Header(name, value));
        return new Answer(status, List.copyOf(more), body, stream);
    }

    /// The same answer with a cookie to set.
    public Answer cookie(String setCookie) {
        return with("Set-Cookie", setCookie);
    }

    /// The same answer with another status.
    public Answer as(int otherStatus) {
        return new Answer(otherStatus, headers, body, stream);
    }

    /// The same answer without its body, for HEAD.
    public Answer withoutBody() {
        return new Answer(status, headers, new byte[0]);
    }

    /// Whether a header of that name is among them.
    public boolean has(String name) {
        return headers.stream().anyMatch(header -> header.name().equalsIgnoreCase(name));
    }
}
