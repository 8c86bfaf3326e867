package dev.symbolon.transfer;

import dev.symbolon.store.Imports;
import dev.symbolon.store.Imports.Progress;
import java.util.LinkedHashMap;
import java.util.Map;

/// Both ways of a tenant's file, and what was imported lately.
public record Transfer(Export export, Import importing, Imports imports) {
    /// How far an import is, in fields.
    public static Map<String, Object> fields(Progress progress) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("import_id", progress.id());
        fields.put("file", progress.source());
        fields.put("bytes", progress.bytesTotal());
        fields.put("bytes_read", progress.bytes());
        fields.put("lines_read", progress.lines());
        fields.put("added", progress.added());
        fields.put("present", progress.present());
        fields.put("refused", progress.refused());
        fields.put(
                "problems",
                progress.problems().stream()
                        .map(problem -> Map.of("line", problem.line(), "reason", problem.reason()))
                        .toList());
        fields.put("started_at", progress.startedAt().toString());
        progress.endedAt().ifPresent(at -> fields.put("ended_at", at.toString()));
        return fields;
    }
}
