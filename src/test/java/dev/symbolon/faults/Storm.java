package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.House;
import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.faults.Visit.Person;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Site;
import dev.symbolon.store.Grants;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;

/// Visitors at work all at once, and what has to be true in the database once they rest.
final class Storm {
    static final int VISITORS = 6;
    static final TenantId TENANT = new TenantId("default");

    private Storm() {}

    static List<Visitor> visitors(Installed installed, long seed, Tally tally, Lock undisturbed) {
        var each = Installed.PEOPLE / VISITORS;
        var visitors = new ArrayList<Visitor>();
        for (var number = 0; number < VISITORS; number++) {
            var people = new ArrayList<Person>();
            for (var person = 0; person < each; person++) {
                people.add(new Person(Installed.email(number * each + person), Site.PASSWORD));
            }
            visitors.add(new Visitor(installed, people, new Random(seed + 1 + number), tally, undisturbed));
        }
        return visitors;
    }

    static void together(List<Visitor> visitors, Consumer<Visitor> work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(VISITORS)) {
            var done = new ArrayList<Future<?>>();
            visitors.forEach(visitor -> done.add(threads.submit(() -> work.accept(visitor))));
            for (var one : done) {
                one.get();
            }
        }
    }

    // Refusals are its daily bread; faults are not.
    static void assertQuiet(Jar server) {
        var loud = server.log().stream()
                .filter(line -> line.contains("SEVERE") || line.startsWith("\tat "))
                .toList();
        assertEquals(List.of(), loud);
    }

    /// While nothing runs: no rotation that was answered is lost, and at most the one in flight is there besides.
    static void assertStored(Installed installed, List<Visitor> visitors, Tally tally) {
        try (var house = installed.open()) {
            for (var visitor : visitors) {
                for (var family : visitor.families()) {
                    var stored = generation(house, family.current());
                    if (family.isInFlight && stored == family.generation() + 1) {
                        tally.committedUnanswered.incrementAndGet();
                    } else {
                        assertEquals(family.generation(), stored, "the rotations of one grant");
                    }
                }
            }
        }
    }

    /// The current generation of the grant behind a token; 0 when it is not honoured.
    static long generation(House house, String token) {
        var host = house.hosts().find(TENANT).orElseThrow();
        var grant = RefreshTokens.read(host.sealer(), token).orElseThrow().grant();
        return new Grants(house.database())
                .live(TENANT, grant, Instant.now())
                .map(Grants.LiveGrant::generation)
                .orElse(0L);
    }

    /// What would be there if half of a transaction had been kept.
    private static final Map<String, String> ORPHANS = Map.of(
            "a session without its account", """
                    SELECT COUNT(*) FROM session s WHERE NOT EXISTS
                        (SELECT 1 FROM account a WHERE a.subject = s.subject)""",
            "a session without the event of its start", """
                    SELECT COUNT(*) FROM session s WHERE NOT EXISTS
                        (SELECT 1 FROM event e WHERE e.kind = 'session.started' AND e.session_id = s.session_id)""",
            "the event of a start without its session", """
                    SELECT COUNT(*) FROM event e WHERE e.kind = 'session.started' AND NOT EXISTS
                        (SELECT 1 FROM session s WHERE s.session_id = e.session_id)""",
            "the event of an end with a session that goes on", """
                    SELECT COUNT(*) FROM event e JOIN session s ON s.session_id = e.session_id
                    WHERE e.kind = 'session.ended' AND s.ended_at IS NULL""",
            "an ended session with a grant that goes on", """
                    SELECT COUNT(*) FROM client_grant g JOIN session s ON s.session_id = g.session_id
                    WHERE s.ended_at IS NOT NULL AND g.revoked_at IS NULL AND g.offline_at IS NULL""",
            "a grant without session, account or client", """
                    SELECT COUNT(*) FROM client_grant g WHERE NOT EXISTS
                        (SELECT 1 FROM session s WHERE s.session_id = g.session_id) OR NOT EXISTS
                        (SELECT 1 FROM account a WHERE a.subject = g.subject) OR NOT EXISTS
                        (SELECT 1 FROM client c WHERE c.client_id = g.client_id)""",
            "a consent without its event", """
                    SELECT COUNT(*) FROM consent n WHERE NOT EXISTS (SELECT 1 FROM event e
                        WHERE e.kind = 'consent.given' AND e.subject = n.subject AND e.client_id = n.client_id)""",
            "a changed password without its event", """
                    SELECT COUNT(*) FROM account a WHERE a.signed_out_at IS NOT NULL AND NOT EXISTS
                        (SELECT 1 FROM event e WHERE e.kind = 'password.changed' AND e.subject = a.subject
                            AND e.at = a.password_changed_at)""");

    static void assertSound(String url) throws SQLException {
        try (var connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (var orphan : ORPHANS.entrySet()) {
                try (var rows = statement.executeQuery(orphan.getValue())) {
                    assertTrue(rows.next());
                    assertEquals(0, rows.getInt(1), orphan.getKey());
                }
            }
        }
    }
}
