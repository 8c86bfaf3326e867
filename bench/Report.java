import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/// Medians, tables and charts of what `bench/run` measured.
///
///     java -cp 'target/lib/*' bench/Report.java bench/results docs/performance.md
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGIN = "<!-- bench/run writes from here -->";
    private static final String END = "<!-- to here -->";
    private static final List<Integer> LEVELS = List.of(1, 16, 64);

    private static final Map<String, String> SERVERS = ordered(
            "symbolon-sqlite", "Symbolon, SQLite",
            "symbolon-postgresql", "Symbolon, PostgreSQL",
            "keycloak", "Keycloak",
            "spring-as", "Spring Authorization Server",
            "oidc-provider", "node-oidc-provider");

    private static final Map<String, String> WORK = ordered(
            "W1", "refresh with rotation, RS256",
            "W1es", "refresh with rotation, ES256",
            "W2", "code flow with a session, RS256",
            "W2es", "code flow with a session, ES256",
            "W3", "client_credentials, RS256",
            "W3es", "client_credentials, ES256",
            "W4", "discovery and JWKS",
            "W5", "userinfo",
            "W6", "introspection",
            "W7", "sign-in with a password");

    // What was to be reached: the most of the best peer's CPU per operation.
    private static final Map<String, Double> TARGETS = new LinkedHashMap<>();

    static {
        TARGETS.put("W1es", 1 / 10.0);
        TARGETS.put("W1", 1 / 3.0);
        TARGETS.put("W2es", 1 / 10.0);
        TARGETS.put("W2", 1 / 4.0);
        TARGETS.put("W3", 2 / 3.0);
        TARGETS.put("W4", 1 / 3.0);
        TARGETS.put("W5", 1 / 3.0);
    }

    private final List<JsonNode> runs = new ArrayList<>();
    private final List<JsonNode> figures = new ArrayList<>();
    private final JsonNode machine;
    private final Set<String> servers = new LinkedHashSet<>();

    private Report(Path results) throws IOException {
        for (var line : Files.readAllLines(results.resolve("measured.jsonl"))) {
            var node = JSON.readTree(line);
            (node.has("workload") ? runs : figures).add(node);
        }
        machine = JSON.readTree(results.resolve("machine.json").toFile());
        SERVERS.keySet().stream()
                .filter(name -> runs.stream().anyMatch(run -> run.get("server").asText().equals(name)))
                .forEach(servers::add);
    }

    public static void main(String[] args) throws IOException {
        var results = Path.of(args[0]);
        var page = Path.of(args[1]);
        var report = new Report(results);
        report.writeServers(results);
        var pictures = page.resolveSibling("pictures").resolve("performance");
        Files.createDirectories(pictures);
        Files.writeString(pictures.resolve("cpu.svg"), report.cpuChart());
        Files.writeString(pictures.resolve("throughput.svg"), report.throughputChart());
        var text = Files.readString(page);
        var before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        var after = text.substring(text.indexOf(END));
        Files.writeString(page, before + "\n" + report.markdown() + "\n" + after);
    }

    private static Map<String, String> ordered(String... pairs) {
        var map = new LinkedHashMap<String, String>();
        for (var i = 0; i < pairs.length; i += 2) {
            map.put(pairs[i], pairs[i + 1]);
        }
        return map;
    }

    // ------------------------------------------------------------------------------------------------ medians

    private OptionalDouble median(String server, String workload, int level, ToDoubleFunction<JsonNode> of) {
        return median(runs.stream()
                .filter(run -> run.get("server").asText().equals(server)
                        && run.get("workload").asText().equals(workload)
                        && run.get("c").asInt() == level)
                .mapToDouble(of)
                .toArray());
    }

    private OptionalDouble figure(String server, String name) {
        return median(figures.stream()
                .filter(one -> one.get("server").asText().equals(server)
                        && one.get("figure").asText().equals(name))
                .mapToDouble(one -> one.get("value").asDouble())
                .toArray());
    }

    private static OptionalDouble median(double[] values) {
        java.util.Arrays.sort(values);
        if (values.length == 0) {
            return OptionalDouble.empty();
        }
        var middle = values.length / 2;
        return OptionalDouble.of(values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2);
    }

    // Seconds per thousand operations are milliseconds per operation.
    private static double cpu(JsonNode run) {
        return run.get("serverCpuPer1000").asDouble() + run.get("dbCpuPer1000").asDouble();
    }

    private OptionalDouble cpu(String server, String workload) {
        return median(server, workload, 16, Report::cpu);
    }

    private OptionalDouble rate(String server, String workload, int level) {
        return median(server, workload, level, run -> run.get("rate").asDouble());
    }

    private OptionalDouble p99(String server, String workload, int level) {
        return median(server, workload, level, run -> run.get("p99us").asDouble() / 1_000);
    }

    private List<String> peers() {
        return servers.stream().filter(name -> !name.startsWith("symbolon")).toList();
    }

    private List<String> own() {
        return servers.stream().filter(name -> name.startsWith("symbolon")).toList();
    }

    private int rounds() {
        return (int) runs.stream().map(run -> run.get("label").asText().replaceAll("\\D*\\d+ ", "")).distinct().count();
    }

    // ------------------------------------------------------------------------------------------------ files

    private void writeServers(Path results) throws IOException {
        for (var server : servers) {
            var all = JSON.createObjectNode();
            all.put("server", server);
            all.set("machine", machine);
            var medians = all.putArray("medians");
            for (var workload : WORK.keySet()) {
                for (var level : LEVELS) {
                    if (rate(server, workload, level).isEmpty()) {
                        continue;
                    }
                    var one = medians.addObject();
                    one.put("workload", workload).put("operation", WORK.get(workload)).put("clients", level);
                    one.put("operations_per_second", rate(server, workload, level).getAsDouble());
                    for (var rank : List.of("p50us", "p99us", "p999us")) {
                        one.put(rank, median(server, workload, level, run -> run.get(rank).asDouble()).getAsDouble());
                    }
                    one.put("cpu_ms_server", median(server, workload, level, run -> run.get("serverCpuPer1000").asDouble()).getAsDouble());
                    one.put("cpu_ms_database", median(server, workload, level, run -> run.get("dbCpuPer1000").asDouble()).getAsDouble());
                    one.put("errors", errors(server, workload, level));
                }
            }
            all.putArray("rounds").addAll(runs.stream().filter(run -> run.get("server").asText().equals(server)).toList());
            all.putArray("figures").addAll(figures.stream().filter(run -> run.get("server").asText().equals(server)).toList());
            Files.writeString(results.resolve(server + ".json"), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
        }
    }

    private long errors(String server, String workload, int level) {
        return runs.stream()
                .filter(run -> run.get("server").asText().equals(server)
                        && run.get("workload").asText().equals(workload)
                        && run.get("c").asInt() == level)
                .mapToLong(run -> run.get("errors").asLong())
                .sum();
    }

    // ------------------------------------------------------------------------------------------------ tables

    private String markdown() {
        var out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "Commit %s, %s; %d cores of %s, %.0f GB, Linux %s, %s, PostgreSQL %s. %s, in which every"
                        + " server had its turn. A core of this machine signed %s times a second with RSA-2048 and %s times with"
                        + " ECDSA P-256 (`openssl speed`, median of one before each turn; %s to %s for RSA: the machine drifts).%n%n",
                machine.get("commit").asText(),
                machine.get("date").asText(),
                machine.get("cores").asInt(),
                machine.get("cpu").asText(),
                machine.get("memory_kib").asDouble() / 1_048_576,
                machine.get("kernel").asText(),
                machine.get("java").asText().replaceAll(" \\(.*", ""),
                machine.get("postgresql").asText(),
                rounds() == 1 ? "One round" : "Medians of " + rounds() + " rounds",
                shown(yard("rsa2048", 0.5)),
                shown(yard("ecdsap256", 0.5)),
                shown(yard("rsa2048", 0)),
                shown(yard("rsa2048", 1))));
        cpuTable(out);
        targets(out);
        for (var level : LEVELS) {
            rateTable(out, level);
        }
        restTable(out);
        return out.toString();
    }

    private double yard(String name, double rank) {
        var all = figures.stream()
                .filter(one -> one.get("figure").asText().equals("yardstick"))
                .mapToDouble(one -> one.get("value").path(name).asDouble())
                .sorted()
                .toArray();
        return all.length == 0 ? 0 : all[(int) Math.round(rank * (all.length - 1))];
    }

    private void head(StringBuilder out, String first, List<String> columns) {
        out.append("| ").append(first).append(" | ").append(String.join(" | ", columns)).append(" |\n|---|");
        out.append("--:|".repeat(columns.size())).append('\n');
    }

    private List<String> names() {
        return servers.stream().map(SERVERS::get).toList();
    }

    private void cpuTable(StringBuilder out) {
        out.append("**CPU of server and database per operation**, in milliseconds, 16 clients:\n\n");
        head(out, "", names());
        for (var workload : WORK.keySet()) {
            out.append("| ").append(WORK.get(workload));
            for (var server : servers) {
                out.append(" | ").append(cpu(server, workload).isPresent() ? shown(cpu(server, workload).getAsDouble()) : "–");
            }
            out.append(" |\n");
        }
        out.append("\n![CPU per operation](pictures/performance/cpu.svg)\n\n");
    }

    private OptionalDouble bestPeer(ToDoubleFunction<String> of, boolean isLeast) {
        var all = peers().stream().mapToDouble(of).filter(value -> !Double.isNaN(value));
        return isLeast ? all.min() : all.max();
    }

    private void targets(StringBuilder out) {
        if (peers().isEmpty()) {
            return;
        }
        out.append("**What was to be reached**, beside the best of the peers in the same run:\n\n");
        head(out, "", List.of("wanted", "Symbolon, SQLite", "Symbolon, PostgreSQL"));
        TARGETS.forEach((workload, most) -> {
            var best = bestPeer(peer -> cpu(peer, workload).orElse(Double.NaN), true).orElse(Double.NaN);
            out.append("| CPU, ").append(WORK.get(workload)).append(" | ≤ ").append(shown(most)).append(" of the best |");
            for (var server : List.of("symbolon-sqlite", "symbolon-postgresql")) {
                var share = cpu(server, workload).orElse(Double.NaN) / best;
                out.append(' ').append(verdict(share, share <= most)).append(" |");
            }
            out.append('\n');
        });
        for (var level : List.of(16, 64)) {
            for (var entry : Map.of("W1", 3.0, "W1es", 6.0).entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
                var workload = entry.getKey();
                var best = bestPeer(peer -> rate(peer, workload, level).orElse(Double.NaN), false).orElse(Double.NaN);
                var calm = bestPeer(peer -> p99(peer, workload, level).orElse(Double.NaN), true).orElse(Double.NaN);
                out.append("| throughput, ").append(WORK.get(workload)).append(", ").append(level).append(" clients | ≥ ")
                        .append(shown(entry.getValue())).append(" × the best |");
                for (var server : List.of("symbolon-sqlite", "symbolon-postgresql")) {
                    var times = rate(server, workload, level).orElse(Double.NaN) / best;
                    out.append(' ').append(verdict(times, times >= entry.getValue())).append(" |");
                }
                out.append("\n| p99, the same | ≤ 0.25 of the best |");
                for (var server : List.of("symbolon-sqlite", "symbolon-postgresql")) {
                    var share = p99(server, workload, level).orElse(Double.NaN) / calm;
                    out.append(' ').append(verdict(share, share <= 0.25)).append(" |");
                }
                out.append('\n');
            }
        }
        for (var bound : List.of(
                List.of("cold start to the first answer, ms", "cold_start_ms", "500"),
                List.of("memory 5 s after the start, MiB", "idle_kib", "100"),
                List.of("memory after all of it, MiB", "loaded_kib", "200"))) {
            var most = Double.parseDouble(bound.get(2));
            out.append("| ").append(bound.get(0)).append(" | ≤ ").append(bound.get(2)).append(" |");
            for (var server : List.of("symbolon-sqlite", "symbolon-postgresql")) {
                var value = figure(server, bound.get(1)).orElse(Double.NaN) / (bound.get(1).endsWith("_kib") ? 1_024 : 1);
                out.append(' ').append(verdict(value, value <= most)).append(" |");
            }
            out.append('\n');
        }
        out.append('\n');
    }

    private static String verdict(double value, boolean isMet) {
        return Double.isNaN(value) ? "–" : shown(value) + (isMet ? " ✓" : " missed");
    }

    private void rateTable(StringBuilder out, int level) {
        out.append("**Operations per second, and p99 in milliseconds**, ").append(level).append(level == 1 ? " client:\n\n" : " clients:\n\n");
        head(out, "", names());
        for (var workload : WORK.keySet()) {
            out.append("| ").append(WORK.get(workload));
            for (var server : servers) {
                var wrong = errors(server, workload, level);
                out.append(" | ").append(rate(server, workload, level).isEmpty()
                        ? "–"
                        : shown(rate(server, workload, level).getAsDouble()) + ", "
                                + shown(p99(server, workload, level).getAsDouble())
                                + (wrong == 0 ? "" : " (" + wrong + " errors)"));
            }
            out.append(" |\n");
        }
        out.append(level == 16 ? "\n![Operations per second](pictures/performance/throughput.svg)\n\n" : "\n");
    }

    private void restTable(StringBuilder out) {
        out.append("**Without load**:\n\n");
        head(out, "", names());
        for (var row : List.of(
                List.of("cold start to the first answer, ms", "cold_start_ms"),
                List.of("memory 5 s after it, MiB", "idle_kib"),
                List.of("memory after all of it, MiB", "loaded_kib"),
                List.of("size on the disk without the runtime, MiB", "disk_kib"))) {
            out.append("| ").append(row.get(0));
            for (var server : servers) {
                var value = figure(server, row.get(1));
                var by = row.get(1).endsWith("_kib") ? 1_024.0 : 1.0;
                out.append(" | ").append(value.isPresent() ? shown(value.getAsDouble() / by) : "–");
            }
            out.append(" |\n");
        }
    }

    private static String shown(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        var digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }

    // ------------------------------------------------------------------------------------------------ charts

    private static final int LEFT = 230;
    private static final int WIDTH = 760;
    private static final int BAR = 13;

    private String cpuChart() {
        return chart("CPU of server and database per operation, ms (16 clients)", List.of("W1es", "W1", "W2es", "W2", "W3", "W4", "W5", "W6"),
                this::cpu);
    }

    private String throughputChart() {
        return chart("Operations per second (16 clients)", List.of("W1es", "W1", "W2es", "W2", "W3", "W5"),
                (server, workload) -> rate(server, workload, 16));
    }

    private String chart(String title, List<String> workloads, java.util.function.BiFunction<String, String, OptionalDouble> of) {
        var out = new StringBuilder();
        var group = servers.size() * (BAR + 2) + 26;
        var height = 56 + workloads.size() * group;
        out.append(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s">
                <style>
                svg { background: #FBFAF7; font: 12px system-ui, sans-serif; fill: #1B2A41 }
                .quiet { fill: #5B6676 } .own { fill: #0E7C66 } .peer { fill: #B9B4A7 } .title { font-weight: 600; font-size: 15px }
                @media (prefers-color-scheme: dark) {
                  svg { background: #12161D; fill: #E8ECF2 } .quiet { fill: #9AA6B6 } .own { fill: #3FC1A3 } .peer { fill: #4A5565 }
                }
                </style>
                <text x="16" y="28" class="title">%s</text>
                """, WIDTH, height, title, title));
        var y = 48;
        for (var workload : workloads) {
            // Each operation has its own scale: what is compared are servers.
            var most = servers.stream().mapToDouble(server -> of.apply(server, workload).orElse(0)).max().orElse(1);
            out.append(String.format(Locale.ROOT, "<text x=\"16\" y=\"%d\" font-weight=\"600\">%s</text>%n", y + 12, WORK.get(workload)));
            y += 18;
            for (var server : servers) {
                var value = of.apply(server, workload);
                var length = value.orElse(0) / most * (WIDTH - LEFT - 90);
                out.append(String.format(Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"quiet\">%s</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\""
                                + " height=\"%d\" rx=\"3\" class=\"%s\"/><text x=\"%.1f\" y=\"%d\">%s</text>%n",
                        LEFT - 8, y + 11, SERVERS.get(server), LEFT, y, Math.max(length, 1), BAR,
                        server.startsWith("symbolon") ? "own" : "peer", LEFT + length + 6, y + 11,
                        value.isPresent() ? shown(value.getAsDouble()) : "–"));
                y += BAR + 2;
            }
            y += 8;
        }
        return out.append("</svg>\n").toString();
    }
}
