package dev.symbolon.web;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which endpoint a path leads to: an exact one first, and otherwise a template like `/api/v1/clients/{client}`,
/// in which a name in braces stands for one segment.
final class Paths {
    /// Longer than any path of ours.
    private static final int SEGMENTS_MAX = 12;

    private record Template(String text, List<String> segments, Route route) {}

    /// What was found.
    ///
    /// @param template the path as it stands on the map, for counting
    /// @param values what stood for the names, decoded
    record Found(String template, Route route, Map<String, String> values) {}

    private final Map<String, Found> exact = new HashMap<>();
    private final Map<Integer, List<Template>> bySegments = new HashMap<>();

    Paths(Map<String, Route> routes) {
        routes.forEach((path, route) -> {
            if (path.contains("{")) {
                var template = new Template(path, segments(path), route);
                bySegments
                        .computeIfAbsent(template.segments().size(), _ -> new ArrayList<>())
                        .add(template);
            } else {
                exact.put(path, new Found(path, route, Map.of()));
            }
        });
        // Of two that fit, the one with a word where the other has a name: `{` is behind every letter.
        bySegments.values().forEach(list -> list.sort((one, other) -> one.text().compareTo(other.text())));
    }

    Optional<Found> find(String path) {
        var found = exact.get(path);
        if (found != null) {
            return Optional.of(found);
        }
        var given = segments(path);
        return bySegments.getOrDefault(given.size(), List.of()).stream()
                .flatMap(template -> match(template, given).stream())
                .findFirst();
    }

    private static Optional<Found> match(Template template, List<String> given) {
        var values = new HashMap<String, String>();
        for (var i = 0; i < given.size(); i++) {
            var wanted = template.segments().get(i);
            if (wanted.startsWith("{")) {
                var value = Form.decode(given.get(i).replace("+", "%2B"));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                values.put(wanted.substring(1, wanted.length() - 1), value);
            } else if (!wanted.equals(given.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(new Found(template.text(), template.route(), Map.copyOf(values)));
    }

    private static List<String> segments(String path) {
        return List.of(path.split("/", SEGMENTS_MAX));
    }
}
