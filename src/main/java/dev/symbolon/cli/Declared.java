package dev.symbolon.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.symbolon.Durations;
import dev.symbolon.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// One object of a `symbolon.yaml`, read by type. Every mistake is told with its place, for example
/// `tenants[0].clients[1].callbacks`.
final class Declared {
    private final JsonNode node;
    private final String path;
    private final TreeSet<String> known = new TreeSet<>();

    Declared(JsonNode node, String path) {
        this.node = node;
        this.path = path;
        if (!node.isObject()) {
            throw wrong(path, "has to hold names and values");
        }
    }

    private JsonNode get(String name) {
        known.add(name);
        var value = node.get(name);
        return value == null || value.isNull() ? MissingNode.getInstance() : value;
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    Optional<String> text(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isValueNode()) {
            throw wrong(at(name), "has to be a text");
        }
        return Optional.of(value.asText());
    }

    String required(String name) {
        return text(name).filter(text -> !text.isBlank()).orElseThrow(() -> wrong(at(name), "is missing"));
    }

    Optional<Boolean> truth(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrong(at(name), "has to be true or false");
        }
        return Optional.of(value.booleanValue());
    }

    Optional<Duration> duration(String name) {
        return text(name)
                .map(text -> Durations.parse(text)
                        .orElseThrow(() -> wrong(at(name), "has to be a duration such as 45s, 15m, 12h or 7d")));
    }

    Optional<List<String>> texts(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isArray()) {
            throw wrong(at(name), "has to be a list");
        }
        var texts = new ArrayList<String>();
        for (var item : value) {
            if (!item.isTextual()) {
                throw wrong(at(name) + "[" + texts.size() + "]", "has to be a text");
            }
            texts.add(item.textValue());
        }
        return Optional.of(texts);
    }

    List<Declared> objects(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(at(name), "has to be a list");
        }
        var objects = new ArrayList<Declared>();
        for (var item : value) {
            objects.add(new Declared(item, at(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    /// Where this stands, for a sentence.
    String path() {
        return path;
    }

    /// To be called when everything was read: a name that nobody asked for is a mistake.
    void requireNothingElse() {
        for (var property : node.properties()) {
            if (!known.contains(property.getKey())) {
                throw wrong(
                        at(property.getKey()),
                        "is not known; did you mean " + Nearest.of(property.getKey(), known) + "?");
            }
        }
    }

    static Mistake wrong(String path, String what) {
        return new Mistake(
                "symbolon.yaml: " + (path.isEmpty() ? "it" : path) + " " + what + (what.endsWith("?") ? "" : "."));
    }
}
