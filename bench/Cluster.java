import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Medians, a table and a chart of what `bench/cluster` measured.
///
///     java -cp 'target/lib/*' bench/Cluster.java bench/results/cluster.json docs/performance.md
///     java -cp 'target/lib/*' bench/Cluster.java --collect measured.jsonl machine.json bench/results/cluster.json
///
/// `cluster.json` has `machine`, `medians` and `rounds`, a line of `Load.java` for each run.
public final class Cluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGIN = "<!-- bench/cluster writes from here -->";
    private static final String END = "<!-- bench/cluster writes to here -->";
    private static final Map<String, String> WORK =
            new TreeMap<>(Map.of("W1es", "refresh with rotation, ES256", "W2es", "code flow with a session, ES256"));
    private static final List<String> PARTS = List.of("nodes", "postgresql", "haproxy");
    private static final Map<String, String> FIELDS = Map.of(
            "nodes", "serverCpuPer1000", "postgresql", "dbCpuPer1000", "haproxy", "proxyCpuPer1000");
    private static final Map<String, String> NAMES =
            Map.of("nodes", "nodes", "postgresql", "PostgreSQL", "haproxy", "HAProxy");
    // What the chart and the limit are drawn from.
    private static final int CLIENTS = 16;

    private final JsonNode machine;
    private final List<JsonNode> rounds;

    private Cluster(JsonNode machine, List<JsonNode> rounds) {
        this.machine = machine;
        this.rounds = rounds;
    }

    public static void main(String[] args) throws IOException {
        if (args[0].equals("--collect")) {
            var lines = Files.readAllLines(Path.of(args[1])).stream().map(Cluster::tree).toList();
            new Cluster(JSON.readTree(Path.of(args[2]).toFile()), lines).writeResults(Path.of(args[3]));
            return;
        }
        var all = JSON.readTree(Path.of(args[0]).toFile());
        var rounds = new java.util.ArrayList<JsonNode>();
        all.get("rounds").forEach(rounds::add);
        new Cluster(all.get("machine"), rounds).writePage(Path.of(args[1]));
    }

    private static JsonNode tree(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private double median(int nodes, String workload, int clients, String field) {
        var values = rounds.stream()
                .filter(run -> run.get("server").asText().equals("nodes-" + nodes)
                        && run.get("workload").asText().equals(workload)
                        && run.get("c").asInt() == clients)
                .mapToDouble(run -> run.get(field).asDouble())
                .sorted()
                .toArray();
        if (values.length == 0) {
            throw new IllegalStateException("Nothing was measured of " + workload + " on " + nodes + " nodes.");
        }
        var middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    // Seconds per thousand operations are milliseconds per operation.
    private double cpu(int nodes, String workload, String part) {
        return median(nodes, workload, CLIENTS, FIELDS.get(part));
    }

    private List<Integer> counts() {
        return distinct("server", "nodes-");
    }

    private List<Integer> distinct(String field, String prefix) {
        return rounds.stream()
                .map(run -> Integer.valueOf(run.get(field).asText().substring(prefix.length())))
                .distinct()
                .sorted()
                .toList();
    }

    private void writeResults(Path file) throws IOException {
        var all = JSON.createObjectNode();
        all.set("machine", machine);
        var medians = all.putArray("medians");
        for (var workload : WORK.keySet()) {
            for (var nodes : counts()) {
                for (var clients : distinct("c", "")) {
                    var one = medians.addObject();
                    one.put("operation", WORK.get(workload)).put("nodes", nodes).put("clients", clients);
                    one.put("operations_per_second", median(nodes, workload, clients, "rate"));
                    one.put("p50us", median(nodes, workload, clients, "p50us"));
                    one.put("p99us", median(nodes, workload, clients, "p99us"));
                    PARTS.forEach(part -> one.put("cpu_ms_" + part, median(nodes, workload, clients, FIELDS.get(part))));
                    one.put("idle_percent", median(nodes, workload, clients, "idlePct"));
                    one.put("of_others_percent", median(nodes, workload, clients, "otherPct"));
                    one.put("errors", median(nodes, workload, clients, "errors"));
                }
            }
        }
        all.putArray("rounds").addAll(rounds);
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
    }

    private void writePage(Path page) throws IOException {
        var pictures = page.resolveSibling("pictures").resolve("performance");
        Files.createDirectories(pictures);
        Files.writeString(pictures.resolve("cluster.svg"), chart());
        var text = Files.readString(page);
        if (!text.contains(BEGIN) || !text.contains(END)) {
            throw new IllegalStateException(page + " has to have the lines " + BEGIN + " and " + END);
        }
        var before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        Files.writeString(page, before + "\n" + markdown() + text.substring(text.indexOf(END)));
    }

    private String markdown() {
        var out = new StringBuilder(String.format(
                Locale.ROOT,
                "Commit %s, %s; %d cores of %s, Linux %s, HAProxy %s, PostgreSQL %s; %d rounds of %d seconds for each figure,"
                        + " medians. The machine's load was %.1f at the first and %.1f at the last, generator and others"
                        + " included; the column *others* is what processes that have nothing to do with it took.%n%n",
                machine.get("commit").asText(),
                machine.get("date").asText(),
                machine.get("cores").asInt(),
                machine.get("cpu").asText(),
                machine.get("kernel").asText(),
                machine.get("haproxy").asText(),
                machine.get("postgresql").asText(),
                machine.get("rounds").asInt(),
                machine.get("seconds").asInt(),
                machine.get("load_at_first").asDouble(),
                machine.get("load_at_last").asDouble()));
        for (var workload : WORK.keySet()) {
            table(out, workload);
        }
        out.append("![CPU per operation of nodes, PostgreSQL and HAProxy](pictures/performance/cluster.svg)\n\n");
        out.append("**Where it ends**, from the CPU per operation at ").append(CLIENTS).append(" clients:\n\n");
        out.append("| | nodes | operations a second and core of PostgreSQL | cores of nodes to each core of PostgreSQL | cores of"
                + " HAProxy to it |\n|---|--:|--:|--:|--:|\n");
        for (var workload : WORK.keySet()) {
            for (var nodes : counts()) {
                var database = cpu(nodes, workload, "postgresql");
                out.append(String.format(
                        Locale.ROOT,
                        "| %s | %d | %,.0f | %.2f | %.2f |%n",
                        WORK.get(workload),
                        nodes,
                        1_000 / database,
                        cpu(nodes, workload, "nodes") / database,
                        cpu(nodes, workload, "haproxy") / database));
            }
        }
        return out.append('\n').toString();
    }

    private void table(StringBuilder out, String workload) {
        out.append("**").append(WORK.get(workload)).append("**, CPU in milliseconds per operation:\n\n");
        out.append("| nodes | clients | operations a second | p50 / p99 ms | nodes | PostgreSQL | HAProxy | generator |"
                + " others | errors |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n");
        for (var nodes : counts()) {
            for (var clients : distinct("c", "")) {
                out.append(String.format(
                        Locale.ROOT,
                        "| %d | %d | %,.0f | %.1f / %.1f | %.3f | %.3f | %.3f | %.3f | %.0f %% | %.0f |%n",
                        nodes,
                        clients,
                        median(nodes, workload, clients, "rate"),
                        median(nodes, workload, clients, "p50us") / 1_000,
                        median(nodes, workload, clients, "p99us") / 1_000,
                        median(nodes, workload, clients, FIELDS.get("nodes")),
                        median(nodes, workload, clients, FIELDS.get("postgresql")),
                        median(nodes, workload, clients, FIELDS.get("haproxy")),
                        median(nodes, workload, clients, "genCpuPer1000"),
                        median(nodes, workload, clients, "otherPct"),
                        median(nodes, workload, clients, "errors")));
            }
        }
        out.append('\n');
    }

    private String chart() {
        var left = 170;
        var bar = 18;
        var width = 760;
        var height = 84 + WORK.size() * (26 + counts().size() * (bar + 4));
        var out = new StringBuilder(String.format(Locale.ROOT, """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="CPU milliseconds per operation of each part">
                <style>
                svg { background: #FBFAF7; font: 12px system-ui, sans-serif; fill: #1B2A41 }
                .quiet { fill: #5B6676 } .nodes { fill: #0E7C66 } .postgresql { fill: #B9B4A7 } .haproxy { fill: #C98A2B } .title { font-weight: 600; font-size: 15px }
                @media (prefers-color-scheme: dark) {
                  svg { background: #12161D; fill: #E8ECF2 } .quiet { fill: #9AA6B6 } .nodes { fill: #3FC1A3 } .postgresql { fill: #4A5565 } .haproxy { fill: #E0A94F }
                }
                </style>
                <text x="16" y="28" class="title">CPU milliseconds per operation of each part, %d clients</text>
                """, width, height, CLIENTS));
        var x = left;
        for (var part : PARTS) {
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"42\" width=\"12\" height=\"12\" rx=\"3\" class=\"%s\"/><text x=\"%d\" y=\"52\">%s</text>%n",
                    x, part, x + 18, NAMES.get(part)));
            x += 110;
        }
        var y = 72;
        for (var workload : WORK.keySet()) {
            out.append(String.format(
                    Locale.ROOT, "<text x=\"16\" y=\"%d\" font-weight=\"600\">%s</text>%n", y + 12, WORK.get(workload)));
            y += 18;
            var most = counts().stream().mapToDouble(nodes -> total(nodes, workload)).max().orElse(1);
            for (var nodes : counts()) {
                y = bar(out, workload, nodes, y, left, bar, (width - left - 150) / most);
            }
            y += 8;
        }
        return out.append("</svg>\n").toString();
    }

    private double total(int nodes, String workload) {
        return PARTS.stream().mapToDouble(part -> cpu(nodes, workload, part)).sum();
    }

    private int bar(StringBuilder out, String workload, int nodes, int y, int left, int bar, double scale) {
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" class=\"quiet\">%s</text>%n",
                left - 8, y + 13, nodes == 1 ? "1 node" : nodes + " nodes"));
        double x = left;
        for (var part : PARTS) {
            var length = cpu(nodes, workload, part) * scale;
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"%s\"/>%n",
                    x, y, length, bar, part));
            x += length;
        }
        out.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%d\">%.2f ms, %,.0f / s</text>%n",
                x + 6, y + 13, total(nodes, workload), median(nodes, workload, CLIENTS, "rate")));
        return y + bar + 4;
    }
}
