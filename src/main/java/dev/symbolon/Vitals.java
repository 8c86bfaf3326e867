package dev.symbolon;

import dev.symbolon.account.Passwords;
import dev.symbolon.web.Edge;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.TreeMap;

/// What whoever runs the server watches, in the Prometheus text format: answers, the store, the gate of
/// passwords, the process.
record Vitals(Edge edge, House house, Passwords passwords) {
    private static final Map<String, String> HELP = Map.ofEntries(
            Map.entry("symbolon_store_commits_total", "Transactions that wrote; several writes share one."),
            Map.entry("symbolon_store_committed_writes_total", "Writes in them."),
            Map.entry("symbolon_store_waiting_writes", "Writes that nobody has begun yet."),
            Map.entry("symbolon_store_connections_busy", "Connections to PostgreSQL in use."),
            Map.entry("symbolon_store_connections_most", "Connections to PostgreSQL that there can be."),
            Map.entry(
                    "symbolon_store_waiting_callers",
                    "Callers that wait for a connection, or for the next statement of several."),
            Map.entry("symbolon_connections_open", "Connections of callers and proxies."),
            Map.entry("symbolon_connections_most", "Connections that there can be."),
            Map.entry("symbolon_connections_late_total", "Connections that were ended for being too slow or silent."),
            Map.entry("symbolon_connections_gave_way_total", "Connections that were ended to make room for another."),
            Map.entry("symbolon_hashes_total", "Passwords that were hashed."),
            Map.entry("symbolon_hashes_refused_total", "Passwords that were not, since too many waited."),
            Map.entry("symbolon_hashes_running", "Passwords being hashed."),
            Map.entry("symbolon_hashes_waiting", "Passwords waiting for it."),
            Map.entry("symbolon_heap_used_bytes", "Heap in use."),
            Map.entry("symbolon_heap_most_bytes", "Heap that there can be."),
            Map.entry("symbolon_collections_total", "Garbage collections."),
            Map.entry("symbolon_collection_milliseconds_total", "Time spent in them."),
            Map.entry("process_start_time_milliseconds", "When the process began, in milliseconds since 1970."));

    String text() {
        var values = new TreeMap<String, Long>();
        values.putAll(house.database().vitals());
        values.putAll(edge.vitals());
        values.putAll(passwords.vitals());
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        values.put("symbolon_heap_used_bytes", heap.getUsed());
        values.put("symbolon_heap_most_bytes", heap.getMax());
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            values.merge("symbolon_collections_total", collector.getCollectionCount(), Long::sum);
            values.merge("symbolon_collection_milliseconds_total", collector.getCollectionTime(), Long::sum);
        }
        values.put(
                "process_start_time_milliseconds",
                ManagementFactory.getRuntimeMXBean().getStartTime());
        var text = new StringBuilder(edge.metrics());
        values.forEach((name, value) -> {
            text.append("# HELP ")
                    .append(name)
                    .append(' ')
                    .append(HELP.get(name))
                    .append('\n');
            text.append("# TYPE ").append(name).append(name.endsWith("_total") ? " counter\n" : " gauge\n");
            text.append(name).append(' ').append(value).append('\n');
        });
        return text.toString();
    }
}
