package dev.symbolon.management;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Host;
import dev.symbolon.web.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A call to the management API by a client that showed its token and may do this.
///
/// @param scope everything that the token lets it do
record Request(Call call, ClientId client, Scope scope) {
    private static final int LIMIT_MAX = 200;
    private static final int LIMIT_DEFAULT = 50;
    private static final int KEY_MAX_CHARACTERS = 200;

    Host host() {
        return call.host();
    }

    TenantId tenant() {
        return call.host().id();
    }

    Instant now() {
        return call.now();
    }

    boolean may(Permission permission) {
        return scope.has(permission.wire());
    }

    /// What stands in the path for a name.
    String path(String name) {
        return call.pathValue(name);
    }

    /// The members of the body.
    ///
    /// @throws Problem when it is no JSON object
    Map<String, Object> body() {
        if (!call.mediaType().equals("application/json") && !call.mediaType().equals("application/merge-patch+json")) {
            throw new Problem(Code.INVALID_REQUEST, "Content-Type has to be application/json.");
        }
        var node = Json.read(call.body().get());
        if (!node.isObject()) {
            throw new Problem(Code.INVALID_REQUEST, "The body has to be a JSON object.");
        }
        var fields = new LinkedHashMap<String, Object>();
        node.properties().forEach(member -> {
            if (!member.getValue().isNull()) {
                fields.put(member.getKey(), plain(member.getValue()));
            }
        });
        return fields;
    }

    private static Object plain(JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNumber()) {
            return node.numberValue();
        }
        if (node.isArray()) {
            var list = new ArrayList<>();
            node.forEach(one -> list.add(plain(one)));
            return list;
        }
        var map = new LinkedHashMap<String, Object>();
        node.properties().forEach(member -> map.put(member.getKey(), plain(member.getValue())));
        return map;
    }

    /// How many a page shall have.
    ///
    /// @throws Problem when it is no number from 1 to 200
    int limit() {
        var text = call.query().text("limit");
        if (text.isEmpty()) {
            return LIMIT_DEFAULT;
        }
        try {
            var limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException _) {
            // falls through: it is no number
        }
        throw new Problem(Code.INVALID_REQUEST, "limit is a number from 1 to " + LIMIT_MAX + ".");
    }

    /// Where the page begins: the `next_cursor` of the one before.
    ///
    /// @throws Problem when it is none of ours
    Optional<String> cursor() {
        return call.query().get("cursor").map(text -> {
            try {
                return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException _) {
                throw new Problem(Code.INVALID_REQUEST, "cursor has to be the next_cursor of another page.");
            }
        });
    }

    /// A page.
    ///
    /// @param found one more than the page holds, when there are more
    /// @param mark what the next page begins behind
    <T> Answer page(List<T> found, Function<T, Map<String, Object>> fields, Function<T, String> mark) {
        var limit = limit();
        var shown = found.stream().limit(limit).toList();
        var next = found.size() > limit ? Optional.of(mark.apply(shown.getLast())) : Optional.<String>empty();
        return page(shown.stream().map(fields).toList(), next);
    }

    /// A page whose next one is known.
    static Answer page(List<Map<String, Object>> items, Optional<String> next) {
        var page = new LinkedHashMap<String, Object>();
        page.put("items", items);
        next.ifPresent(mark -> page.put(
                "next_cursor",
                Base64.getUrlEncoder().withoutPadding().encodeToString(mark.getBytes(StandardCharsets.UTF_8))));
        return Answer.json(200, page);
    }

    /// What the caller named this creation, so that a repetition makes nothing a second time.
    ///
    /// @throws Problem when it is too long
    Optional<String> idempotencyKey() {
        return call.header("idempotency-key").map(key -> {
            if (key.isBlank() || key.length() > KEY_MAX_CHARACTERS) {
                throw new Problem(
                        Code.INVALID_REQUEST, "Idempotency-Key has 1 to " + KEY_MAX_CHARACTERS + " characters.");
            }
            return client + " " + key;
        });
    }

    /// A thing as it is, with the tag that an update can name.
    Answer thing(int status, Map<String, Object> fields) {
        return Answer.json(status, fields).with("ETag", tag(fields));
    }

    /// @throws Problem `precondition_failed` when the caller has seen another version than this
    void requireMatch(Map<String, Object> fields) {
        call.header("if-match").filter(tags -> !tags.equals("*")).ifPresent(tags -> {
            if (List.of(tags.split("\\s*,\\s*")).stream().noneMatch(tag(fields)::equals)) {
                throw new Problem(
                        Code.PRECONDITION_FAILED, "It was changed since you read it: read it again, and then decide.");
            }
        });
    }

    private String tag(Map<String, Object> fields) {
        var text = new String(Json.write(fields), StandardCharsets.UTF_8);
        return '"'
                + host().sealer()
                        .hash(dev.symbolon.crypto.Purpose.VERSION, text)
                        .value()
                        .substring(0, 22)
                + '"';
    }
}
