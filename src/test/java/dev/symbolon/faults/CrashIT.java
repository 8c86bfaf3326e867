package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.symbolon.crypto.RefreshTokens;
import dev.symbolon.oauth.RefreshToken;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.spec.Spec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.Test;

/// `kill -9` at any moment: what was answered is still true after the restart. The packaged jar as a process;
/// `./verify --faults` kills each 200 times; `-Dsymbolon.seed=…` repeats what clients do in a storm.
final class CrashIT {
    private static final TenantId TENANT = Storm.TENANT;

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
                while (Storm.generation(house, first) < 2) {
                    Thread.onSpinWait();
                }
                before.kill();
                assertEquals(2, Storm.generation(house, first));
            }
            try (var after = installed.serve()) {
                var again = Installed.token(after, Site.refresh("spa", first));
                assertEquals(200, again.status(), again.body());
                var successor = refreshToken(again);
                assertEquals(
                        successor, refreshToken(Installed.token(after, Site.refresh("spa", first))), "the same one");
                try (var house = installed.open()) {
                    assertEquals(2, Storm.generation(house, first), "nothing was written for it");
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
            Storm.assertSound(url);
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
            Storm.assertSound(postgres.getJdbcUrl("postgres", "postgres"));
        }
    }

    private static void storm(Installed installed, int kills) throws Exception {
        var seed = Long.getLong("symbolon.seed", System.nanoTime());
        var random = new Random(seed);
        var tally = new Tally();
        var visitors = Storm.visitors(installed, seed, tally, new ReentrantReadWriteLock().readLock());
        var began = Instant.now();
        for (var kill = 0; kill < kills; kill++) {
            var server = installed.serve();
            Storm.together(visitors, visitor -> visitor.check(server.address()));
            var over = new AtomicBoolean();
            try (var threads = Executors.newFixedThreadPool(Storm.VISITORS)) {
                var living = new ArrayList<Future<?>>();
                visitors.forEach(
                        visitor -> living.add(threads.submit(() -> visitor.live(server.address(), over::get))));
                tally.await(20 + random.nextInt(80));
                LockSupport.parkNanos(random.nextInt(20_000_000));
                over.set(true);
                server.kill();
                for (var one : living) {
                    one.get();
                }
            }
            Storm.assertQuiet(server);
            Storm.assertStored(installed, visitors, tally);
        }
        try (var server = installed.serve()) {
            Storm.together(visitors, visitor -> visitor.check(server.address()));
            Storm.together(visitors, visitor -> visitor.finish(server.address()));
            Storm.assertQuiet(server);
            assertEquals(128 + 15, server.stop().status());
        }
        Faults.counted(kills + " kills on " + installed.database() + " in "
                + Duration.between(began, Instant.now()).toSeconds() + " s, seed " + seed + ": " + tally);
    }
}
