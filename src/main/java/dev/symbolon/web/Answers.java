package dev.symbolon.web;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// What was answered, and how long it took, by path and status: for whoever watches the server.
final class Answers {
    /// The upper bounds in milliseconds; what takes longer is in none of them.
    private static final long[] BOUNDS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000};

    private static final long NANOS = 1_000_000;

    private final Map<String, Row> rows = new ConcurrentHashMap<>();

    /// One path. Bounded: by the paths that exist and the statuses that we answer.
    private static final class Row {
        private final Map<Integer, LongAdder> statuses = new ConcurrentHashMap<>();
        private final LongAdder[] within = new LongAdder[BOUNDS.length + 1];
        private final LongAdder nanos = new LongAdder();

        private Row() {
            for (var i = 0; i < within.length; i++) {
                within[i] = new LongAdder();
            }
        }
    }

    /// @param path of the route, with the names of its parts
    /// @param nanos from the head of the request to what is sent
    void count(String path, int status, long nanos) {
        var row = rows.computeIfAbsent(path, _ -> new Row());
        row.statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
        var i = 0;
        while (i < BOUNDS.length && nanos > BOUNDS[i] * NANOS) {
            i++;
        }
        row.within[i].increment();
        row.nanos.add(nanos);
    }

    /// In the Prometheus text format.
    String text() {
        var text = new StringBuilder("# HELP symbolon_answers_total Answers by path and status.\n")
                .append("# TYPE symbolon_answers_total counter\n");
        var sorted = new TreeMap<>(rows);
        sorted.forEach((path, row) -> new TreeMap<>(row.statuses)
                .forEach((status, count) -> text.append("symbolon_answers_total{path=\"" + path + "\",status=\""
                        + status + "\"} " + count.sum() + "\n")));
        text.append("# HELP symbolon_answer_seconds How long answers took.\n")
                .append("# TYPE symbolon_answer_seconds histogram\n");
        sorted.forEach((path, row) -> {
            var sum = 0L;
            for (var i = 0; i < BOUNDS.length; i++) {
                sum += row.within[i].sum();
                bucket(text, path, Double.toString(BOUNDS[i] / 1_000.0), sum);
            }
            sum += row.within[BOUNDS.length].sum();
            bucket(text, path, "+Inf", sum);
            text.append("symbolon_answer_seconds_sum{path=\"" + path + "\"} " + row.nanos.sum() / 1e9 + "\n");
            text.append("symbolon_answer_seconds_count{path=\"" + path + "\"} " + sum + "\n");
        });
        return text.toString();
    }

    private static void bucket(StringBuilder text, String path, String bound, long count) {
        text.append("symbolon_answer_seconds_bucket{path=\"" + path + "\",le=\"" + bound + "\"} " + count + "\n");
    }
}
