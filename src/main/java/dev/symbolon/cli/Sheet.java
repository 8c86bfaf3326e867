package dev.symbolon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.symbolon.oauth.OneLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows for people (aligned columns) or for scripts (JSON). A row has its values by name, in order; every row of a
/// sheet has the same names.
final class Sheet {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private Sheet() {}

    /// Prints a list, or the sentence when there is nothing in it.
    static void print(Surroundings to, Given given, List<? extends Map<String, ?>> rows, String whenEmpty) {
        if (given.has(Given.JSON)) {
            to.say(json(rows));
        } else if (rows.isEmpty()) {
            to.note(whenEmpty);
        } else {
            table(rows).forEach(to::say);
        }
    }

    /// Prints one thing: a name and a value on each line.
    static void print(Surroundings to, Given given, Map<String, ?> row) {
        if (given.has(Given.JSON)) {
            to.say(json(row));
            return;
        }
        var width = row.keySet().stream().mapToInt(String::length).max().orElse(0);
        row.forEach((name, value) -> to.say(padded(name, width) + "  " + text(value)));
    }

    private static List<String> table(List<? extends Map<String, ?>> rows) {
        var names = List.copyOf(new ArrayList<>(rows.getFirst().keySet()));
        var lines = new ArrayList<List<String>>();
        lines.add(names);
        rows.forEach(
                row -> lines.add(names.stream().map(name -> text(row.get(name))).toList()));
        var widths = new int[names.size()];
        for (var line : lines) {
            for (var i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        return lines.stream().map(line -> joined(line, widths)).toList();
    }

    private static String joined(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (var i = 0; i < widths.length; i++) {
            line.append(padded(cells.get(i), widths[i])).append("  ");
        }
        return line.toString().stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    // What came from outside cannot move the cursor or colour the terminal.
    private static String text(@Nullable Object value) {
        var text = switch (value) {
            case Collection<?> many ->
                String.join(" ", many.stream().map(String::valueOf).toList());
            case Map<?, ?> named -> text(named.keySet());
            case null, default -> String.valueOf(value);
        };
        return OneLine.of(text);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A result could not be written as JSON; this is a fault of ours.", e);
        }
    }
}
