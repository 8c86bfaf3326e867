package dev.symbolon.connection;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.connection.Described.Field;
import dev.symbolon.connection.Described.Source;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.web.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/// A JSON text that another server sent. Nothing is what it should be until it was looked at.
final class Claims {
    private static final int FIELDS_MAX = 200;
    private static final int VALUE_MAX_CHARACTERS = 200;
    private static final Pattern SECRET =
            Pattern.compile("(?i).*(token|secret|password|passwd|private).*|nonce|.*_hash");

    private final JsonNode root;

    private Claims(JsonNode root) {
        this.root = root;
    }

    /// Reads an object or a list; empty when it is neither, or a name stands in it twice.
    static Optional<Claims> parse(byte[] json) {
        try {
            var root = Json.read(json);
            return root.isContainerNode() ? Optional.of(new Claims(root)) : Optional.empty();
        } catch (OAuthException _) {
            return Optional.empty();
        }
    }

    /// The members of a list that are objects.
    List<Claims> list() {
        return StreamSupport.stream(root.spliterator(), false)
                .filter(JsonNode::isObject)
                .map(Claims::new)
                .toList();
    }

    /// The same for a list by its name.
    List<Claims> list(String name) {
        return at(name).filter(JsonNode::isArray)
                .map(found -> new Claims(found).list())
                .orElse(List.of());
    }

    boolean has(String path) {
        return at(path).isPresent();
    }

    /// What is there, by its name or by a path of names and numbers with dots between; null is nothing.
    private Optional<JsonNode> at(String path) {
        var found = root.get(path);
        if (found == null) {
            found = root;
            for (var step : path.split("\\.")) {
                var isIndex = found.isArray() && step.matches("[0-9]{1,4}");
                found = isIndex ? found.path(Integer.parseInt(step)) : found.path(step);
            }
        }
        return found.isNull() || found.isMissingNode() ? Optional.empty() : Optional.of(found);
    }

    /// A text; numbers and booleans as they are written. An empty text is none.
    Optional<String> text(String path) {
        return at(path).filter(JsonNode::isValueNode).map(JsonNode::asText).filter(text -> !text.isBlank());
    }

    /// A text that is one in JSON too.
    Optional<String> string(String path) {
        return at(path).filter(JsonNode::isTextual).map(JsonNode::textValue);
    }

    /// A whole number that is one in JSON too, as it is written.
    Optional<String> wholeNumber(String path) {
        return at(path).filter(JsonNode::isIntegralNumber).map(JsonNode::asText);
    }

    /// A NumericDate (RFC 7519 §2), without its fraction.
    Optional<Long> date(String path) {
        return at(path).filter(node -> node.isNumber() && node.canConvertToLong())
                .map(JsonNode::longValue);
    }

    /// Whether it is `true`, and not a text that says so (FE-04).
    boolean isTrue(String path) {
        return at(path).filter(JsonNode::isBoolean).map(JsonNode::booleanValue).orElse(false);
    }

    /// The texts of a list; one text is a list of one.
    List<String> strings(String path) {
        return at(path).map(node -> node.isTextual() ? List.of(node) : node)
                .map(nodes -> StreamSupport.stream(nodes.spliterator(), false)
                        .filter(JsonNode::isTextual)
                        .map(JsonNode::textValue)
                        .toList())
                .orElse(List.of());
    }

    /// This object as JSON again.
    String json() {
        return root.toString();
    }

    /// Every member for an operator to see, without those that are secrets by their name or that
    /// hold one of these.
    List<Field> fields(Source from, List<String> secrets) {
        var fields = new ArrayList<Field>();
        collect("", root, from, fields);
        return fields.stream()
                .filter(field -> secrets.stream().noneMatch(field.value()::contains))
                .map(field -> new Field(
                        UpstreamException.shown(field.name(), VALUE_MAX_CHARACTERS),
                        UpstreamException.shown(field.value(), VALUE_MAX_CHARACTERS),
                        from))
                .toList();
    }

    private static void collect(String name, JsonNode node, Source from, List<Field> into) {
        if (into.size() >= FIELDS_MAX || SECRET.matcher(name).matches()) {
            return;
        }
        if (node.isObject()) {
            node.properties().forEach(member -> collect(below(name, member.getKey()), member.getValue(), from, into));
        } else if (node.isArray()) {
            for (var i = 0; i < node.size(); i++) {
                collect(below(name, Integer.toString(i)), node.get(i), from, into);
            }
        } else {
            into.add(new Field(name, node.asText(), from));
        }
    }

    private static String below(String name, String member) {
        return name.isEmpty() ? member : name + "." + member;
    }
}
