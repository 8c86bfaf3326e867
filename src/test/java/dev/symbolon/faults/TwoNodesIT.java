package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.spec.Spec;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpRequest;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two server processes on one PostgreSQL are one issuer: what one was told is true on the other.
final class TwoNodesIT {
    private static final int ROUNDS = 5;

    /// ARCHITECTURE §7: what a node remembers of tenants, keys and origins is at most so old.
    private static final Duration FRESH = Duration.ofSeconds(1);

    private static EmbeddedPostgres postgres;
    private static Installed installed;
    private static Jar one;
    private static Jar other;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.builder().start();
        installed = Installed.on("postgresql://postgres:postgres@localhost:" + postgres.getPort() + "/postgres");
        one = installed.serve();
        other = installed.serve();
    }

    @AfterAll
    static void stop() throws Exception {
        one.close();
        other.close();
        installed.close();
        postgres.close();
    }

    /// So many callers at the same moment, half of them at each node.
    private static List<Reply> atOnce(int callers, Function<Jar, Reply> call) throws Exception {
        var barrier = new CyclicBarrier(callers);
        var replies = new ArrayList<Reply>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var futures = new ArrayList<Future<Reply>>();
            for (var caller = 0; caller < callers; caller++) {
                var node = caller % 2 == 0 ? one : other;
                futures.add(threads.submit(() -> {
                    barrier.await();
                    return call.apply(node);
                }));
            }
            for (var future : futures) {
                replies.add(future.get());
            }
        }
        return replies;
    }

    private static Reply signIn(Jar node, Browser browser) {
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.follow(
                browser.at(node.address()).post("/login", Site.login(page, Installed.email(0), Site.PASSWORD)));
    }

    private static String code(Jar node, Browser browser) {
        return signIn(node, browser).redirect().text("code");
    }

    private static String text(Reply reply, String name) {
        assertEquals(200, reply.status(), reply.body());
        return reply.json().get(name).textValue();
    }

    private static void assertInvalidGrant(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("invalid_grant", reply.json().get("error").textValue());
    }

    @Test
    @Spec("RFC 6749 §4.1.2")
    void AC_02_a_code_is_redeemed_by_exactly_one_of_fifty_callers_over_two_nodes() throws Exception {
        for (var round = 0; round < ROUNDS; round++) {
            var before = count("client_grant");
            var code = code(one, Installed.browser(other));
            var replies = atOnce(50, node -> Installed.token(node, Site.redemption("spa", code)));
            var won = replies.stream().filter(reply -> reply.status() == 200).toList();
            assertEquals(1, won.size(), "winners in round " + round);
            replies.stream().filter(reply -> reply.status() != 200).forEach(TwoNodesIT::assertInvalidGrant);
            assertEquals(before + 1, count("client_grant"), "one row for the code");
            // The losers were replays: what the winner got is taken back, on both nodes.
            for (var node : List.of(one, other)) {
                assertInvalidGrant(Installed.token(node, Site.refresh("spa", text(won.getFirst(), "refresh_token"))));
                assertEquals(
                        401,
                        Installed.userinfo(node, text(won.getFirst(), "access_token"))
                                .status());
            }
        }
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_05_a_hundred_simultaneous_refreshes_over_two_nodes_all_get_the_one_successor() throws Exception {
        var tokens = Installed.token(one, Site.redemption("spa", code(one, Installed.browser(one))));
        var current = text(tokens, "refresh_token");
        for (var round = 0; round < ROUNDS; round++) {
            var presented = current;
            var replies = atOnce(100, node -> Installed.token(node, Site.refresh("spa", presented)));
            var successors = new HashSet<String>();
            replies.forEach(reply -> successors.add(text(reply, "refresh_token")));
            assertEquals(1, successors.size(), "successors in round " + round);
            current = successors.iterator().next();
            for (var reply : List.of(replies.getFirst(), replies.getLast())) {
                assertEquals(
                        200,
                        Installed.userinfo(other, text(reply, "access_token")).status());
            }
        }
        assertEquals(200, Installed.token(other, Site.refresh("spa", current)).status(), "the family is alive");
    }

    @Test
    void a_login_page_of_one_node_is_answered_by_the_other_and_its_code_too() {
        var browser = Installed.browser(one);
        var code = code(other, browser);
        assertEquals(200, Installed.token(one, Site.redemption("spa", code)).status());
    }

    @Test
    void a_session_that_ends_on_one_node_is_dead_on_the_other_at_once() {
        for (var round = 0; round < ROUNDS; round++) {
            var browser = Installed.browser(one);
            var tokens = Installed.token(other, Site.redemption("spa", code(one, browser)));
            var pending = silently(browser.at(other.address())).redirect().text("code");
            var cookies = Map.copyOf(browser.cookies);

            var page = browser.at(one.address()).get("/logout");
            var left = browser.post("/logout", Map.of("csrf", page.hidden("csrf"), "action", "logout"));
            assertTrue(left.status() < 400, left.body());

            browser.cookies.putAll(cookies);
            assertEquals(
                    "login_required",
                    silently(browser.at(other.address())).redirect().text("error"));
            assertInvalidGrant(Installed.token(other, Site.refresh("spa", text(tokens, "refresh_token"))));
            assertInvalidGrant(Installed.token(other, Site.redemption("spa", pending)));
            assertEquals(
                    401, Installed.userinfo(other, text(tokens, "access_token")).status());
        }
    }

    @Test
    void a_person_whose_password_is_changed_is_signed_out_of_both_nodes_at_once() {
        var browser = Installed.browser(one);
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        var back = browser.follow(browser.post("/login", Site.login(page, Installed.email(1), Site.PASSWORD)));
        var tokens = Installed.token(one, Site.redemption("spa", back.redirect().text("code")));
        installed.command("a new and good password\n", "user", "password", Installed.email(1), "--password-stdin");
        for (var node : List.of(one, other)) {
            assertEquals(
                    "login_required",
                    silently(browser.at(node.address())).redirect().text("error"));
            assertInvalidGrant(Installed.token(node, Site.refresh("spa", text(tokens, "refresh_token"))));
            assertEquals(
                    401, Installed.userinfo(node, text(tokens, "access_token")).status());
        }
    }

    private static Reply silently(Browser browser) {
        return browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
    }

    @Test
    void a_key_that_is_made_beside_two_nodes_is_published_by_both_within_a_second() {
        var before = kids(one);
        assertEquals(before, kids(other));
        installed.command("", "keys", "rotate", "--alg", "RS256");
        awaitOnBoth(node -> kids(node).size() > before.size());
        for (var node : List.of(one, other)) {
            assertTrue(kids(node).containsAll(before), "those before are still published");
        }
        assertEquals(kids(one), kids(other));
    }

    @Test
    void a_tenant_that_is_renamed_beside_two_nodes_has_its_new_name_on_both_within_a_second() {
        for (var round = 0; round < ROUNDS; round++) {
            var name = "Renamed " + round;
            installed.command("", "tenant", "update", "default", "--name", name);
            awaitOnBoth(node -> {
                var browser = Installed.browser(node);
                var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
                return page.body().contains(name);
            });
        }
    }

    @Test
    void an_origin_that_a_client_is_given_or_loses_is_let_in_or_not_by_both_within_a_second() {
        var origin = "https://other.example";
        installed.command("", "client", "add", "--id", "elsewhere", "--callback", origin + "/cb");
        awaitOnBoth(node -> isLetIn(node, origin));
        installed.command("", "client", "update", "elsewhere", "--callback", "https://gone.example/cb");
        awaitOnBoth(node -> !isLetIn(node, origin));
    }

    private static boolean isLetIn(Jar node, String origin) {
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(node.address() + "/oauth/token"))
                .header("X-Forwarded-Host", "login.example")
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()));
        return reply.header("access-control-allow-origin")
                .filter(origin::equals)
                .isPresent();
    }

    // Whoever asks later than a second after the change has to see it.
    private static void awaitOnBoth(Predicate<Jar> isSeen) {
        var changedAt = System.nanoTime();
        for (var node : List.of(one, other)) {
            var askedAt = System.nanoTime();
            while (!isSeen.test(node)) {
                assertTrue(askedAt - changedAt <= FRESH.toNanos(), "asked later than a second after it was changed");
                askedAt = System.nanoTime();
            }
        }
    }

    @Test
    void tokens_of_a_key_that_signs_at_once_are_honoured_by_both_nodes_a_second_later() {
        var before = kids(one);
        installed.command("", "keys", "rotate", "--alg", "RS256", "--now");
        while (kids(one).size() == before.size() || kids(other).size() == before.size()) {
            Thread.onSpinWait();
        }
        var tokens = Installed.token(one, Site.redemption("spa", code(one, Installed.browser(one))));
        assertEquals(
                200, Installed.userinfo(other, text(tokens, "access_token")).status());
        var refreshed = Installed.token(other, Site.refresh("spa", text(tokens, "refresh_token")));
        assertEquals(
                200, Installed.userinfo(one, text(refreshed, "access_token")).status());
    }

    private static Set<String> kids(Jar node) {
        var reply = Browser.exchange(HttpRequest.newBuilder(URI.create(node.address() + "/.well-known/jwks.json"))
                .header("X-Forwarded-Host", "login.example")
                .GET());
        var kids = new HashSet<String>();
        reply.json().get("keys").forEach(key -> kids.add(key.get("kid").textValue()));
        return kids;
    }

    private static long count(String table) throws Exception {
        try (var connection = DriverManager.getConnection(postgres.getJdbcUrl("postgres", "postgres"));
                var rows = connection.createStatement().executeQuery("SELECT COUNT(*) FROM " + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
