package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.store.Databases;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two servers on one PostgreSQL, asked at once. The second one is reached as behind a proxy that tells the host.
final class TwoNodesTest {
    private static final String MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    @TempDir
    static Path data;

    private static Site site;
    private static Ada ada;
    private static App second;

    @BeforeAll
    static void start() throws IOException {
        var settings = new HashMap<>(Map.of(
                "SYMBOLON_DATABASE",
                Databases.POSTGRESQL.newUrl(),
                "SYMBOLON_MASTER_KEY",
                MASTER_KEY,
                "SYMBOLON_TRUSTED_PROXIES",
                "127.0.0.1"));
        site = Site.start(settings);
        settings.put("SYMBOLON_PORT", "0");
        settings.put("SYMBOLON_MANAGEMENT_PORT", "0");
        settings.put(
                "SYMBOLON_DATA", Files.createDirectory(data.resolve("second")).toString());
        second = App.start(Config.read(settings), site.clock, new SecureRandom());
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        second.close();
        site.close();
    }

    private static Reply atNode(int node, Map<String, String> form) {
        var port = node == 0 ? site.app.port() : second.port();
        return Browser.exchange(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/oauth/token"))
                .header("X-Forwarded-Host", "localhost:" + site.app.port())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form))));
    }

    private static List<Reply> atOnce(int callers, IntFunction<Callable<Reply>> call) throws Exception {
        var barrier = new CyclicBarrier(callers);
        try (var threads = Executors.newFixedThreadPool(callers)) {
            var asked = new ArrayList<Future<Reply>>();
            for (var i = 0; i < callers; i++) {
                var mine = call.apply(i);
                asked.add(threads.submit(() -> {
                    barrier.await();
                    return mine.call();
                }));
            }
            var replies = new ArrayList<Reply>();
            for (var reply : asked) {
                replies.add(reply.get());
            }
            return replies;
        }
    }

    private static Map<Integer, Long> statuses(List<Reply> replies) {
        return replies.stream().collect(Collectors.groupingBy(Reply::status, Collectors.counting()));
    }

    @RepeatedTest(3)
    @Spec({"RFC 6749 §4.1.2", "RFC 6749 §10.5"})
    void AC_02_fifty_redemptions_of_one_code_on_two_nodes_leave_no_live_family() throws Exception {
        var form = Site.redemption("spa", ada.code("spa"));
        var replies = atOnce(50, i -> () -> atNode(i % 2, form));
        var statuses = statuses(replies);
        assertTrue(statuses.getOrDefault(200, 0L) <= 1, statuses.toString());
        assertEquals(50, statuses.getOrDefault(200, 0L) + statuses.getOrDefault(400, 0L), statuses.toString());
        for (var reply : replies) {
            if (reply.status() == 400) {
                Refused.json(400, "invalid_grant", reply);
            } else {
                var token = reply.json().get("refresh_token").textValue();
                Refused.json(400, "invalid_grant", atNode(0, Site.refresh("spa", token)));
                Refused.json(400, "invalid_grant", atNode(1, Site.refresh("spa", token)));
            }
        }
    }

    @RepeatedTest(3)
    @Spec("RFC 9700 §4.14.2")
    void RT_05_a_hundred_refreshes_of_one_token_on_two_nodes_get_one_successor() throws Exception {
        var token = ada.tokens("spa").get("refresh_token").textValue();
        var replies = atOnce(100, i -> () -> atNode(i % 2, Site.refresh("spa", token)));
        assertEquals(Map.of(200, 100L), statuses(replies));
        var successors = replies.stream()
                .map(reply -> reply.json().get("refresh_token").textValue())
                .distinct()
                .toList();
        assertEquals(1, successors.size(), "one successor");
        assertEquals(200, atNode(1, Site.refresh("spa", successors.getFirst())).status(), "none revoked");
        for (var reply : replies) {
            assertEquals(
                    200,
                    site.withBearer(
                                    "/userinfo",
                                    reply.json().get("access_token").textValue())
                            .status());
        }
    }

    @Test
    @Spec("RFC 9700 §4.14.2")
    void RT_05_without_leeway_exactly_one_of_a_hundred_refreshes_wins() throws Exception {
        var token = ada.tokens("strict").get("refresh_token").textValue();
        var replies = atOnce(100, i -> () -> atNode(i % 2, Site.refresh("strict", token)));
        assertEquals(Map.of(200, 1L, 400, 99L), statuses(replies));
    }

    @Test
    void AC_03_a_code_of_one_node_is_good_on_the_other_and_only_for_sixty_seconds() {
        assertEquals(200, atNode(1, Site.redemption("spa", ada.code("spa"))).status());
        var late = Site.redemption("spa", ada.code("spa"));
        site.clock.advance(Duration.ofSeconds(60));
        Refused.json(400, "invalid_grant", atNode(1, late));
        Refused.json(400, "invalid_grant", atNode(0, late));
    }

    @Test
    void AC_01_a_code_that_one_node_has_redeemed_is_a_replay_on_the_other() {
        var form = Site.redemption("spa", ada.code("spa"));
        var tokens = atNode(0, form).json();
        Refused.json(400, "invalid_grant", atNode(1, form));
        Refused.json(
                400,
                "invalid_grant",
                atNode(0, Site.refresh("spa", tokens.get("refresh_token").textValue())));
    }

    @Test
    void RT_10_what_ends_on_one_node_has_ended_on_the_other() {
        var email = "moving@example.com";
        var subject = site.person(email, "Moving");
        var code = site.signIn(site.browser(), Site.request("spa"), email)
                .redirect()
                .text("code");
        var tokens = atNode(0, Site.redemption("spa", code)).json();
        second.house().accounts().disable(site.host().id(), subject, site.clock.instant());
        var refresh = Site.refresh("spa", tokens.get("refresh_token").textValue());
        Refused.json(400, "invalid_grant", atNode(0, refresh));
        Refused.json(400, "invalid_grant", atNode(1, refresh));
    }
}
