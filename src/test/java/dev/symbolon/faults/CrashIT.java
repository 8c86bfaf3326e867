package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.House;
import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.faults.Visit.Person;
import dev.symbolon.oauth.RefreshToken;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.spec.Spec;
import dev.symbolon.store.Grants;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// `kill -9` at any moment: what was answered is still true after the restart. The packaged jar as a process;
/// `./verify --faults` kills each 200 times; `-Dsymbolon.seed=…` repeats what clients do in a storm.
final class CrashIT {
    private static final int VISITORS = 6;
    private static final TenantId TENANT = new TenantId("default");

    @Test
    @Spec("RFC 6749 §4.1.2")
    void AC_10_a_code_that_was_answered_before_a_kill_is_redeemed_after_it_once() {
        try (var installed = Installed.onSqlite()) {
            var before = installed.serve();
            var code = signIn(before, Installed.browser(before)).redirect().text("code");
            before.kill();
            try (var after = installed.serve()) {
                var first = Installed.token(after, Site.redemption("spa", code));
                assertEquals(200, first.status(), first.body());
                var second = Installed.token(after, Site.redemption("spa", code));
                assertEquals(400, second.status());
                assertEquals("invalid_grant", second.json().get("error").textValue());
                // RFC 6749 §4.1.2: the second one took back what the first one was given.
                var refresh = Installed.token(after, Site.refresh("spa", refreshToken(first)));
                assertEquals(400, refresh.status());
            }
        }
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_14_a_refresh_that_was_committed_and_never_answered_gives_the_same_successor_when_tried_again()
            throws Exception {
        try (var installed = Installed.onSqlite()) {
            var before = installed.serve();
            var code = signIn(before, Installed.browser(before)).redirect().text("code");
            var first = refreshToken(Installed.token(before, Site.redemption("spa", code)));
            try (var house = installed.open();
                    var socket = new Socket("127.0.0.1", before.port())) {
                var body = Browser.encode(Site.refresh("spa", first));
                socket.getOutputStream()
                        .write(("POST /oauth/token HTTP/1.1\r\nHost: login.example\r\nContent-Length: " + body.length()
                                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n" + body)
                                .getBytes(StandardCharsets.US_ASCII));
                // The answer is never read. It is committed, and then the server is gone.
                while (generation(house, first) < 2) {
                    Thread.onSpinWait();
                }
                before.kill();
                assertEquals(2, generation(house, first));
            }
            try (var after = installed.serve()) {
                var again = Installed.token(after, Site.refresh("spa", first));
                assertEquals(200, again.status(), again.body());
                var successor = refreshToken(again);
                assertEquals(
                        successor, refreshToken(Installed.token(after, Site.refresh("spa", first))), "the same one");
                try (var house = installed.open()) {
                    assertEquals(2, generation(house, first), "nothing was written for it");
                    var host = house.hosts().find(TENANT).orElseThrow();
                    var grant = RefreshTokens.read(host.sealer(), first)
                            .orElseThrow()
                            .grant();
                    assertEquals(RefreshTokens.write(host.sealer(), new RefreshToken(grant, 2)), successor);
                }
                assertEquals(
                        200,
                        Installed.token(after, Site.refresh("spa", successor)).status());
                assertEquals(
                        400, Installed.token(after, Site.refresh("spa", first)).status(), "two behind");
            }
        }
    }

    private static String refreshToken(Reply reply) {
        return reply.json().get("refresh_token").textValue();
    }

    private static Reply signIn(Jar server, Browser browser) {
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.follow(browser.post("/login", Site.login(page, Installed.email(0), Site.PASSWORD)));
    }

    @Test
    void AD_08_what_was_acknowledged_survives_kills_at_random_moments_under_load_on_sqlite() throws Exception {
        try (var installed = Installed.onSqlite()) {
            storm(installed, Faults.amount(12, 200));
            var url = "jdbc:sqlite:" + installed.folder().resolve("symbolon.db");
            assertSound(url);
            try (var connection = DriverManager.getConnection(url);
                    var rows = connection.createStatement().executeQuery("PRAGMA integrity_check")) {
                assertEquals("ok", rows.getString(1));
            }
        }
    }

    @Test
    void AD_08_what_was_acknowledged_survives_kills_at_random_moments_under_load_on_postgresql() throws Exception {
        try (var postgres = EmbeddedPostgres.builder().start();
                var installed =
                        Installed.on("postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres")) {
            storm(installed, Faults.amount(4, 200));
            assertSound(postgres.getJdbcUrl("postgres", "postgres"));
        }
    }

    private static void storm(Installed installed, int kills) throws Exception {
        var seed = Long.getLong("symbolon.seed", System.nanoTime());
        var random = new Random(seed);
        var tally = new Tally();
        var visitors = visitors(installed, seed, tally);
        var began = Instant.now();
        for (var kill = 0; kill < kills; kill++) {
            var server = installed.serve();
            together(visitors, visitor -> visitor.check(server));
            var over = new AtomicBoolean();
            try (var threads = Executors.newFixedThreadPool(VISITORS)) {
                var living = new ArrayList<Future<?>>();
                visitors.forEach(visitor -> living.add(threads.submit(() -> visitor.live(server, over::get))));
                tally.await(20 + random.nextInt(80));
                LockSupport.parkNanos(random.nextInt(20_000_000));
                over.set(true);
                server.kill();
                for (var one : living) {
                    one.get();
                }
            }
            assertQuiet(server);
            assertStored(installed, visitors, tally);
        }
        try (var server = installed.serve()) {
            together(visitors, visitor -> visitor.check(server));
            together(visitors, visitor -> visitor.finish(server));
            assertQuiet(server);
            assertEquals(128 + 15, server.stop().status());
        }
        Faults.counted(kills + " kills on " + installed.database() + " in "
                + Duration.between(began, Instant.now()).toSeconds() + " s, seed " + seed + ": " + tally);
    }

    private static List<Visitor> visitors(Installed installed, long seed, Tally tally) {
        var each = Installed.PEOPLE / VISITORS;
        var visitors = new ArrayList<Visitor>();
        for (var number = 0; number < VISITORS; number++) {
            var people = new ArrayList<Person>();
            for (var person = 0; person < each; person++) {
                people.add(new Person(Installed.email(number * each + person), Site.PASSWORD));
            }
            visitors.add(new Visitor(installed, people, new Random(seed + 1 + number), tally));
        }
        return visitors;
    }

    private static void together(List<Visitor> visitors, Consumer<Visitor> work) throws Exception {
        try (var threads = Executors.newFixedThreadPool(VISITORS)) {
            var done = new ArrayList<Future<?>>();
            visitors.forEach(visitor -> done.add(threads.submit(() -> work.accept(visitor))));
            for (var one : done) {
                one.get();
            }
        }
    }

    // Refusals are its daily bread; faults are not.
    private static void assertQuiet(Jar server) {
        var loud = server.log().stream()
                .filter(line -> line.contains("SEVERE") || line.startsWith("\tat "))
                .toList();
        assertEquals(List.of(), loud);
    }

    /// While nothing runs: no rotation that was answered is lost, and at most the one in flight is there besides.
    private static void assertStored(Installed installed, List<Visitor> visitors, Tally tally) {
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
    private static long generation(House house, String token) {
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
