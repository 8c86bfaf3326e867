package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What whoever runs the server can watch at the management port.
final class VitalsTest {
    private static Map<String, Double> metrics(Site site) {
        var text = Browser.exchange(HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + site.app.managementPort() + "/metrics")))
                .body();
        var typed = text.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" ")[2])
                .toList();
        var values = new HashMap<String, Double>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            var at = line.lastIndexOf(' ');
            values.put(line.substring(0, at), Double.parseDouble(line.substring(at + 1)));
            var family = line.replaceAll("[{ ].*", "").replaceAll("(?<=answer_seconds)_(bucket|sum|count)", "");
            assertTrue(typed.contains(family), line);
        });
        return values;
    }

    @Test
    void the_dashboard_for_grafana_draws_what_there_is() throws java.io.IOException {
        var drawn = java.util.regex.Pattern.compile("symbolon_[a-z_]+")
                .matcher(java.nio.file.Files.readString(java.nio.file.Path.of("dist/grafana.json")))
                .results()
                .map(found -> found.group().replaceAll("_bucket$", ""))
                .collect(java.util.stream.Collectors.toSet());
        drawn.removeIf(name -> name.startsWith("symbolon_store_connections") || name.endsWith("waiting_callers"));
        try (var site = Site.start()) {
            site.code("spa");
            var known = metrics(site).keySet();
            for (var name : drawn) {
                assertTrue(known.stream().anyMatch(metric -> metric.startsWith(name)), name);
            }
        }
    }

    @Test
    void answers_commits_and_hashes_are_counted_and_timed() {
        try (var site = Site.start()) {
            var before = metrics(site);
            var tokens = site.token(Site.redemption("spa", site.code("spa"))).json();
            site.token(Map.of(
                    "grant_type", "refresh_token",
                    "client_id", "spa",
                    "refresh_token", tokens.get("refresh_token").textValue()));
            site.token(Map.of("grant_type", "refresh_token", "client_id", "spa", "refresh_token", "wrong"));
            var after = metrics(site);
            assertEquals(2, after.get("symbolon_answers_total{path=\"/oauth/token\",status=\"200\"}"));
            assertEquals(1, after.get("symbolon_answers_total{path=\"/oauth/token\",status=\"400\"}"));
            assertEquals(3, after.get("symbolon_answer_seconds_count{path=\"/oauth/token\"}"));
            assertEquals(3, after.get("symbolon_answer_seconds_bucket{path=\"/oauth/token\",le=\"+Inf\"}"));
            assertTrue(after.get("symbolon_answer_seconds_sum{path=\"/oauth/token\"}") > 0);
            assertEquals(1, after.get("symbolon_hashes_total") - before.getOrDefault("symbolon_hashes_total", 0.0));
            assertTrue(after.get("symbolon_store_committed_writes_total")
                    >= before.get("symbolon_store_committed_writes_total") + 3);
            assertTrue(after.get("symbolon_heap_used_bytes") > 0);
        }
    }
}
