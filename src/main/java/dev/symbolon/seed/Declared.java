package dev.symbolon.seed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.symbolon.Durations;
import dev.symbolon.Mistake;
import dev.symbolon.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// One object of a `symbolon.yaml`, read by type. Every mistake is told with its place, for example
/// `tenants[0].clients[1].callbacks`.
final class Declared {
    private final JsonNode node;
    private final String file;
    private final String path;
    private final TreeSet<String> known = new TreeSet<>();

    /// @param file what the operator calls the file
    /// @param path where in it this stands; empty at its root
    Declared(JsonNode node, String file, String path) {
        this.node = node;
        this.file = file;
        this.path = path;
        if (!node.isObject()) {
            throw wrong("has to hold names and values");
        }
    }

    private JsonNode get(String name) {
        known.add(name);
        var value = node.get(name);
        return value == null || value.isNull() ? MissingNode.getInstance() : value;
    }

    private String at(String name) {
        return path.isEmpty() || name.isEmpty() ? path + name : path + "." + name;
    }

    /// Where a value of this object stands, for a sentence; with an empty name, where the object does.
    String place(String name) {
        var at = at(name);
        return file + ": " + (at.isEmpty() ? "it" : at);
    }

    Optional<String> text(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isValueNode()) {
            throw wrong(name, "has to be a text");
        }
        return Optional.of(value.asText());
    }

    String required(String name) {
        return text(name).filter(text -> !text.isBlank()).orElseThrow(() -> wrong(name, "is missing"));
    }

    Optional<Boolean> truth(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isBoolean()) {
            throw wrong(name, "has to be true or false");
        }
        return Optional.of(value.booleanValue());
    }

    Optional<Duration> duration(String name) {
        return text(name)
                .map(text -> Durations.parse(text)
                        .orElseThrow(() -> wrong(name, "has to be a duration such as 45s, 15m, 12h or 7d")));
    }

    Optional<List<String>> texts(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isArray()) {
            throw wrong(name, "has to be a list");
        }
        var texts = new ArrayList<String>();
        for (var item : value) {
            if (!item.isTextual()) {
                throw wrong(name + "[" + texts.size() + "]", "has to be a text");
            }
            texts.add(item.textValue());
        }
        return Optional.of(texts);
    }

    /// Texts by names that the operator chooses.
    Optional<Map<String, String>> entries(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            throw wrong(name, "has to hold names and values");
        }
        var entries = new LinkedHashMap<String, String>();
        for (var property : value.properties()) {
            if (!property.getValue().isTextual()) {
                throw wrong(name + "." + property.getKey(), "has to be a text");
            }
            entries.put(property.getKey(), property.getValue().textValue());
        }
        return Optional.of(entries);
    }

    List<Declared> objects(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return List.of();
        }
        if (!value.isArray()) {
            throw wrong(name, "has to be a list");
        }
        var objects = new ArrayList<Declared>();
        for (var item : value) {
            objects.add(new Declared(item, file, at(name) + "[" + objects.size() + "]"));
        }
        return objects;
    }

    Optional<Declared> object(String name) {
        var value = get(name);
        return value.isMissingNode() ? Optional.empty() : Optional.of(new Declared(value, file, at(name)));
    }

    /// A text that YAML would spoil if it took it for a number: `+44…`, `01234`.
    Optional<String> literal(String name) {
        var value = get(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw wrong(name, "has to be a text; put it in quotes, so that nothing of it is lost");
        }
        return Optional.of(value.textValue());
    }

    /// To be called when everything was read: a name that nobody asked for is a mistake.
    void requireNothingElse() {
        for (var property : node.properties()) {
            if (!known.contains(property.getKey())) {
                throw wrong(
                        property.getKey(), "is not known; did you mean " + Nearest.of(property.getKey(), known) + "?");
            }
        }
    }

    /// What is wrong with a value of this object.
    Mistake wrong(String name, String what) {
        return new Mistake(place(name) + " " + what + (what.endsWith("?") ? "" : "."));
    }

    /// What is wrong with this object.
    Mistake wrong(String what) {
        return wrong("", what);
    }
}
