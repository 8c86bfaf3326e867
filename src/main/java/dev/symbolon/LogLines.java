package dev.symbolon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.trace.Span;
import dev.symbolon.web.Asked;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// The lines of the log, for people or, as one JSON object each, for programs. What happened within a request
/// tells which one.
final class LogLines extends Formatter {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSxx");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final boolean isJson;

    LogLines(boolean isJson) {
        this.isJson = isJson;
    }

    /// Lets everything that is logged look so.
    ///
    /// @param setting what SYMBOLON_LOG says; whether it can be is for [Config] to say
    static void use(Optional<String> setting) {
        var lines = new LogLines(setting.orElse("").contains("json"));
        for (var handler : Logger.getLogger("").getHandlers()) {
            handler.setFormatter(lines);
        }
    }

    @Override
    public String format(LogRecord record) {
        return isJson ? json(record) : text(record);
    }

    private String text(LogRecord record) {
        var request = Asked.now().map(asked -> " {" + asked.id() + "}").orElse("");
        var time = OffsetDateTime.ofInstant(record.getInstant(), ZoneId.systemDefault());
        return "%s %-7s %s %s%s%s%n"
                .formatted(
                        time.format(TIME),
                        record.getLevel().getName(),
                        record.getLoggerName(),
                        formatMessage(record),
                        request,
                        trace(record).map(text -> "\n" + text.stripTrailing()).orElse(""));
    }

    private String json(LogRecord record) {
        var line = new LinkedHashMap<String, Object>();
        line.put(
                "time",
                record.getInstant()
                        .truncatedTo(ChronoUnit.MILLIS)
                        .atOffset(ZoneOffset.UTC)
                        .format(DateTimeFormatter.ISO_OFFSET_DATE_TIME));
        line.put("level", level(record.getLevel()));
        line.put("logger", String.valueOf(record.getLoggerName()));
        line.put("message", formatMessage(record));
        Asked.now().ifPresent(asked -> {
            line.put("request_id", asked.id());
            Span.ids().ifPresent(ids -> {
                line.put("trace_id", ids.trace());
                line.put("span_id", ids.span());
            });
            if (!asked.tenant().isEmpty()) {
                line.put("tenant", asked.tenant());
            }
            line.put("method", asked.method());
            line.put("route", asked.route());
            if (asked.status() > 0) {
                line.put("status", asked.status());
                line.put("milliseconds", asked.took().toNanos() / 1e6);
            }
        });
        trace(record).ifPresent(text -> line.put("error", text));
        try {
            return JSON.writeValueAsString(line) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    // The names that programs which read logs know.
    private static String level(Level level) {
        return level.intValue() >= Level.SEVERE.intValue()
                ? "ERROR"
                : level.intValue() >= Level.WARNING.intValue()
                        ? "WARN"
                        : level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    private static Optional<String> trace(LogRecord record) {
        return Optional.ofNullable(record.getThrown()).map(thrown -> {
            var text = new StringWriter();
            thrown.printStackTrace(new PrintWriter(text));
            return text.toString();
        });
    }
}
