package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.sql.DriverManager;
import org.junit.jupiter.api.Test;

/// The disk of an SQLite database takes nothing more, under load, and then does again. The packaged jar as a
/// process.
final class DiskFullIT {
    private static final int CLIENTS = 8;

    @Test
    void on_a_full_disk_writes_are_refused_and_reads_go_on_until_there_is_room_again() throws Exception {
        refusesUntilThereIsRoom(SmallDisk.mounted());
    }

    @Test
    void on_a_disk_that_fails_writes_are_refused_and_reads_go_on_until_it_works_again() throws Exception {
        refusesUntilThereIsRoom(SmallDisk.limited());
    }

    private static void refusesUntilThereIsRoom(SmallDisk disk) throws Exception {
        var told = new Told();
        var times = Faults.amount(1, 20);
        try (disk;
                var installed = Installed.in(disk.folder(), "")) {
            var patients = Patient.some(CLIENTS, new Patient.Fault(true, true), System.nanoTime(), told);
            try (var server = installed.serve()) {
                for (var time = 0; time < times; time++) {
                    Patient.during(patients, server, () -> fillAndMakeRoom(disk, server, told));
                    Patient.each(patients, patient -> patient.settle(server));
                }
                Patient.each(patients, patient -> patient.finish(server));
                assertQuiet(server);
                assertEquals(128 + 15, server.stop().status());
            }
            assertWhole("jdbc:sqlite:" + installed.folder().resolve("symbolon.db"));
        } finally {
            Faults.counted(disk.kind() + " " + times + " times: " + told);
        }
    }

    private static Void fillAndMakeRoom(SmallDisk disk, Jar server, Told told) throws Exception {
        told.awaitDone(Faults.amount(100, 400));
        var warned = server.management("/health");
        assertEquals(200, warned.status(), warned.body());
        assertEquals(disk.kind().equals("a full disk"), warned.body().contains("MiB left"), warned.body());
        disk.fill(server);
        told.awaitLater(Faults.amount(40, 400));
        var health = server.management("/health");
        assertEquals(503, health.status(), health.body());
        assertTrue(health.body().contains("disk"), health.body());
        disk.makeRoom(server);
        while (server.management("/health").status() != 200) {
            Thread.onSpinWait();
        }
        told.awaitDone(100);
        return null;
    }

    /// A refusal is a line; no fault has a trace.
    static void assertQuiet(Jar server) {
        var log = server.log();
        for (var line = 0; line < log.size(); line++) {
            if (log.get(line).contains("SEVERE") || log.get(line).startsWith("\tat ")) {
                fail(String.join("\n", log.subList(Math.max(0, line - 3), Math.min(log.size(), line + 20))));
            }
        }
    }

    private static void assertWhole(String url) throws Exception {
        Storm.assertSound(url);
        try (var connection = DriverManager.getConnection(url);
                var rows = connection.createStatement().executeQuery("PRAGMA integrity_check")) {
            assertEquals("ok", rows.getString(1));
        }
    }
}
