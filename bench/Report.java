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
import java.util.stream.Collectors;

/// Medians, tables and charts of what `bench/run` measured.
///
///     java -cp 'target/lib/*' bench/Report.java bench/results docs/performance.md
///     java -cp 'target/lib/*' bench/Report.java --collect measured.jsonl machine.json bench/results
///
/// `bench/results` has a file for each server, and one for the limits of the machine: `server`, `machine` (with
/// the commit, the date, and the seconds of a figure), `medians`, and what they were made of: `rounds`, a line
/// of `Load.java` for each run, and `figures`, everything that is measured without load, with its round.
public final class Report {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BEGIN = "<!-- bench/run writes from here -->";
    private static final String END = "<!-- to here -->";
    private static final String LIMITS = "limits";
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
    private final Map<String, String> commits = new LinkedHashMap<>();
    private final Set<String> servers = new LinkedHashSet<>();

    private Report(List<JsonNode> lines, JsonNode machine) {
        lines.forEach(node -> (node.has("workload") ? runs : figures).add(node));
        this.machine = machine;
        SERVERS.keySet().stream()
                .filter(name -> runs.stream().anyMatch(run -> run.get("server").asText().equals(name)))
                .forEach(servers::add);
    }

    public static void main(String[] args) throws IOException {
        if (args[0].equals("--collect")) {
            var lines = new ArrayList<JsonNode>();
            for (var line : Files.readAllLines(Path.of(args[1]))) {
                lines.add(JSON.readTree(line));
            }
            new Report(lines, JSON.readTree(Path.of(args[2]).toFile())).writeServers(Path.of(args[3]));
        } else {
            read(Path.of(args[0])).write(Path.of(args[1]));
        }
    }

    private static Report read(Path results) throws IOException {
        var lines = new ArrayList<JsonNode>();
        JsonNode machine = JSON.createObjectNode();
        var commits = new LinkedHashMap<String, String>();
        for (var server : everything()) {
            var file = results.resolve(server + ".json");
            if (Files.exists(file)) {
                var all = JSON.readTree(file.toFile());
                all.get("rounds").forEach(lines::add);
                all.get("figures").forEach(lines::add);
                commits.put(server, all.get("machine").path("commit").asText() + ", " + all.get("machine").path("date").asText());
                // What one server was measured with stands for all: the last day's, and of that day Symbolon's.
                var newer = all.get("machine").path("date").asText().compareTo(machine.path("date").asText());
                if (newer > 0 || newer == 0 && server.startsWith("symbolon")) {
                    machine = all.get("machine");
                }
            }
        }
        var report = new Report(lines, machine);
        report.commits.putAll(commits);
        return report;
    }

    private static List<String> everything() {
        var all = new ArrayList<>(SERVERS.keySet());
        all.add(LIMITS);
        return all;
    }

    private void write(Path page) throws IOException {
        var pictures = page.resolveSibling("pictures").resolve("performance");
        Files.createDirectories(pictures);
        Files.writeString(pictures.resolve("cpu.svg"), cpuChart());
        Files.writeString(pictures.resolve("throughput.svg"), throughputChart());
        var text = Files.readString(page);
        var before = text.substring(0, text.indexOf(BEGIN) + BEGIN.length());
        var after = text.substring(text.indexOf(END));
        Files.writeString(page, before + "\n" + markdown() + "\n" + after);
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

    /// How often each server had its turn: the same number, or from the least to the most.
    private String rounds() {
        var counts = servers.stream()
                .mapToLong(server -> runs.stream()
                        .filter(run -> run.get("server").asText().equals(server))
                        .map(run -> run.get("label").asText().replaceAll("\\D*\\d+ ", ""))
                        .distinct()
                        .count())
                .summaryStatistics();
        var most = counts.getMax() + (counts.getMax() == 1 ? " round" : " rounds");
        return counts.getMin() == counts.getMax() ? most : counts.getMin() + " to " + most;
    }

    // ------------------------------------------------------------------------------------------------ files

    private void writeServers(Path results) throws IOException {
        for (var server : everything()) {
            if (runs.stream().noneMatch(run -> run.get("server").asText().equals(server))) {
                continue;
            }
            var all = JSON.createObjectNode();
            all.put("server", server);
            all.set("machine", machine);
            var medians = all.putArray("medians");
            for (var workload : server.equals(LIMITS) ? List.of("GET", "FORM") : List.copyOf(WORK.keySet())) {
                for (var level : LEVELS) {
                    if (rate(server, workload, level).isEmpty()) {
                        continue;
                    }
                    var one = medians.addObject();
                    one.put("workload", workload).put("operation", WORK.getOrDefault(workload, "an empty " + workload)).put("clients", level);
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
                "Medians of " + rounds(),
                shown(yard("rsa2048", 0.5)),
                shown(yard("ecdsap256", 0.5)),
                shown(yard("rsa2048", 0)),
                shown(yard("rsa2048", 1))));
        cpuTable(out);
        targets(out);
        for (var level : LEVELS) {
            rateTable(out, level);
        }
        ratios(out);
        restTable(out);
        distances(out);
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
            for (var entry : Map.of("W1", 3.0, "W1es", 6.0, "W2", 3.0, "W2es", 6.0).entrySet().stream().sorted(Map.Entry.comparingByKey()).toList()) {
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
        out.append("| errors at 1, 16 and 64 clients, all operations | 0 |");
        for (var server : List.of("symbolon-sqlite", "symbolon-postgresql")) {
            var wrong = servers.contains(server)
                    ? WORK.keySet().stream().flatMap(one -> LEVELS.stream().map(level -> errors(server, one, level))).mapToLong(Long::longValue).sum()
                    : Double.NaN;
            out.append(' ').append(verdict(wrong, wrong == 0)).append(" |");
        }
        out.append('\n');
        var hash = limit("argon2id_all_cores_cpu_ms");
        if (!Double.isNaN(hash)) {
            out.append("| CPU, sign-in with a password, in that of one Argon2id while all cores hash | ≤ 1.05 |");
            for (var server : List.of("symbolon-sqlite", "symbolon-postgresql")) {
                var times = cpu(server, "W7").orElse(Double.NaN) / hash;
                out.append(' ').append(verdict(times, times <= 1.05)).append(" |");
            }
            out.append('\n');
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
        out.append("**Operations per second, and p50 / p99 / p99.9 in milliseconds**, ").append(level).append(level == 1 ? " client:\n\n" : " clients:\n\n");
        head(out, "", names());
        for (var workload : WORK.keySet()) {
            out.append("| ").append(WORK.get(workload));
            for (var server : servers) {
                var wrong = errors(server, workload, level);
                out.append(" | ").append(rate(server, workload, level).isEmpty()
                        ? "–"
                        : shown(rate(server, workload, level).getAsDouble()) + ", "
                                + latency(server, workload, level)
                                + (wrong == 0 ? "" : " (" + wrong + " errors)"));
            }
            out.append(" |\n");
        }
        out.append(level == 16 ? "\n![Operations per second](pictures/performance/throughput.svg)\n\n" : "\n");
    }

    private String latency(String server, String workload, int level) {
        return List.of("p50us", "p99us", "p999us").stream()
                .map(rank -> shown(median(server, workload, level, run -> run.get(rank).asDouble() / 1_000).orElse(Double.NaN)))
                .collect(Collectors.joining(" / "));
    }

    /// How many times the CPU of Symbolon each peer needs.
    private void ratios(StringBuilder out) {
        if (own().isEmpty() || peers().isEmpty()) {
            return;
        }
        out.append("**CPU of each peer in that of Symbolon**, 16 clients; more than 1 says that Symbolon needs less:\n\n");
        var columns = new ArrayList<String>();
        own().forEach(mine -> peers().forEach(peer -> columns.add(SERVERS.get(peer) + " / " + SERVERS.get(mine))));
        head(out, "", columns);
        for (var workload : WORK.keySet()) {
            out.append("| ").append(WORK.get(workload));
            own().forEach(mine -> peers().forEach(peer -> out.append(" | ")
                    .append(shown(cpu(peer, workload).orElse(Double.NaN) / cpu(mine, workload).orElse(Double.NaN)))));
            out.append(" |\n");
        }
        out.append('\n');
    }

    // ------------------------------------------------------------------------------------------------ limits

    private double limit(String name) {
        return figure(LIMITS, name).orElse(Double.NaN);
    }

    /// What an operation cannot do without, in milliseconds of CPU: requests, signatures, a durable row, a hash.
    private double floor(String server, String workload) {
        var get = cpu(LIMITS, "GET").orElse(Double.NaN);
        var form = cpu(LIMITS, "FORM").orElse(Double.NaN);
        var signature = limit(workload.endsWith("es") ? "sign_es256_all_cores_cpu_ms" : "sign_rs256_all_cores_cpu_ms");
        var row = limit(server.endsWith("sqlite") ? "sqlite_rows_16_in_a_commit_cpu_ms" : "postgresql_commit_cpu_ms");
        return switch (workload.replace("es", "")) {
            case "W1" -> form + 2 * signature + row;
            case "W2" -> get + form + 2 * signature + row;
            case "W3" -> form + signature;
            case "W4" -> 2 * get;
            case "W5" -> get;
            case "W6" -> form;
            case "W7" -> 2 * get + 2 * form + 2 * signature + 2 * row + limit("argon2id_all_cores_cpu_ms");
            default -> throw new IllegalArgumentException(workload);
        };
    }

    private void distances(StringBuilder out) {
        if (Double.isNaN(limit("argon2id_all_cores_cpu_ms"))) {
            return;
        }
        out.append("\n**What this machine can do at most**, on one core where it does not say more, with the libraries that Symbolon uses:\n\n");
        head(out, "", List.of("per second", "CPU ms each"));
        for (var row : List.of(
                List.of("signature, RS256 with 2,048 bits", "sign_rs256"),
                List.of("the same, all cores", "sign_rs256_all_cores"),
                List.of("signature, ES256", "sign_es256"),
                List.of("the same, all cores", "sign_es256_all_cores"),
                List.of("Argon2id, 19,456 KiB, two passes, one lane", "argon2id"),
                List.of("the same, all cores", "argon2id_all_cores"),
                List.of("durable row in SQLite, one in a commit", "sqlite_rows_1_in_a_commit"),
                List.of("durable row in SQLite, 16 in a commit", "sqlite_rows_16_in_a_commit"),
                List.of("durable commit in PostgreSQL of one row, 16 connections, all cores", "postgresql_commit"))) {
            out.append("| ").append(row.get(0)).append(" | ").append(shown(limit(row.get(1) + "_per_second"))).append(" | ")
                    .append(small(limit(row.get(1) + "_cpu_ms"))).append(" |\n");
        }
        for (var request : List.of("GET", "FORM")) {
            out.append("| empty handler of Helidon, ").append(request.equals("GET") ? "GET" : "POST of a form").append(", 16 clients | ")
                    .append(shown(rate(LIMITS, request, 16).orElse(Double.NaN))).append(" | ")
                    .append(small(cpu(LIMITS, request).orElse(Double.NaN))).append(" |\n");
        }
        if (own().isEmpty()) {
            return;
        }
        out.append("\n**How far from it**: milliseconds of CPU, the sum of the parts that an operation cannot do without, and how many"
                + " times that sum it needs. What is computed is counted as it costs while all cores work. Verifying what came and looking it up are not in the sum:\n\n");
        head(out, "", own().stream().map(SERVERS::get).toList());
        for (var workload : WORK.keySet()) {
            out.append("| ").append(WORK.get(workload));
            for (var server : own()) {
                var cost = cpu(server, workload).orElse(Double.NaN);
                var least = floor(server, workload);
                out.append(" | ").append(small(cost)).append(" of ").append(small(least)).append(": ").append(shown(cost / least));
            }
            out.append(" |\n");
        }
    }

    private static String small(double value) {
        return value < 0.1 ? String.format(Locale.ROOT, "%.4f", value) : shown(value);
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
        if (commits.values().stream().distinct().count() > 1) {
            out.append("| not of one run: commit and day |");
            servers.forEach(server -> out.append(' ').append(commits.getOrDefault(server, "–")).append(" |"));
            out.append('\n');
        }
        if (figures.stream().anyMatch(one -> one.get("figure").asText().equals("survives_kill"))) {
            out.append("| refresh token and session after `kill -9` |");
            servers.forEach(server -> out.append(' ').append(said(server, "survives_kill").replace("true", "kept").replace("false", "lost")).append(" |"));
            out.append("\n| version |");
            servers.forEach(server -> out.append(' ').append(said(server, "version")).append(" |"));
            out.append('\n');
        }
    }

    private String said(String server, String name) {
        return figures.stream()
                .filter(one -> one.get("server").asText().equals(server) && one.get("figure").asText().equals(name))
                .map(one -> one.get("value").asText())
                .reduce((_, last) -> last)
                .orElse("–");
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
