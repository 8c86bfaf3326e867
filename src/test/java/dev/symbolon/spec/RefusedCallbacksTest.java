package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.store.Refusals.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The bounded record of refused callbacks: the first question of every developer, answered.
final class RefusedCallbacksTest {
    private static final Duration POLL = Duration.ofMillis(20);

    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Reply ask(String client, String redirectUri) {
        return site.browser().get(Site.authorize(Site.request(client, Map.of("redirect_uri", redirectUri))));
    }

    private List<Refusal> record() {
        return site.app.house().refusals().list(site.host().id(), 10_000);
    }

    private Refusal recorded(String errorId) {
        return await(() -> site.app.house().refusals().byErrorId(site.host().id(), errorId).stream()
                        .toList())
                .getFirst();
    }

    // The record is written once a second by a thread of its own.
    static <T> List<T> await(Supplier<List<T>> wanted) {
        var until = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        var found = wanted.get();
        while (found.isEmpty() && System.nanoTime() < until) {
            LockSupport.parkNanos(POLL.toNanos());
            found = wanted.get();
        }
        assertFalse(found.isEmpty(), "not recorded within 20 seconds");
        return found;
    }

    @Test
    @Spec("RFC 6749 §4.1.2.1")
    void the_id_on_the_page_leads_to_what_was_received_and_what_is_registered() {
        var id = AtAuthorize.isPage(ask("spa", "https://app.example/calback"));
        var found = recorded(id);
        assertEquals("spa", found.clientId());
        assertEquals("redirect_uri", found.rule());
        assertEquals("https://app.example/calback", found.received());
        assertTrue(
                found.registered().contains(Site.CALLBACK) && found.registered().contains(Site.OTHER_CALLBACK));
        assertEquals(1, found.count());
        assertEquals(id, found.errorId());
    }

    @Test
    void every_rule_is_recorded_by_its_name() {
        var twice = AtAuthorize.isPage(site.browser().get(AtAuthorize.twice(Site.request("spa"), "redirect_uri", "x")));
        var client = AtAuthorize.isPage(site.browser().get(AtAuthorize.twice(Site.request("spa"), "client_id", "x")));
        var missing = AtAuthorize.isPage(ask("spa", ""));
        var unknown = AtAuthorize.isPage(ask("nobody", Site.CALLBACK));
        assertEquals("redirect_uri was sent more than once", recorded(twice).received());
        assertEquals("client_id was sent more than once", recorded(client).received());
        assertEquals("no redirect_uri", recorded(missing).received());
        assertEquals("client_id", recorded(unknown).rule());
        assertEquals("nobody", recorded(unknown).clientId());
        assertEquals(4, record().size());
    }

    @Test
    void the_same_client_rule_and_value_are_counted_and_not_repeated() {
        var ids = IntStream.range(0, 5)
                .mapToObj(_ -> AtAuthorize.isPage(ask("spa", "https://evil.example/")))
                .toList();
        assertEquals(1, ids.stream().distinct().count(), "whoever saw the page can be helped, not only the last one");
        await(() -> record().stream().filter(one -> one.count() == 5).toList());
        site.clock.advance(Duration.ofMinutes(5));
        var last = AtAuthorize.isPage(ask("spa", "https://evil.example/"));
        assertEquals(ids.getFirst(), last);
        var found = await(
                        () -> record().stream().filter(one -> one.count() == 6).toList())
                .getFirst();
        assertEquals(last, found.errorId());
        assertEquals(Duration.ofMinutes(5), Duration.between(found.firstAt(), found.lastAt()));
        assertEquals(1, record().size());
        AtAuthorize.isPage(ask("web", "https://evil.example/"));
        await(() ->
                record().stream().filter(one -> one.clientId().equals("web")).toList());
        assertEquals(2, record().size());
    }

    @Test
    void a_tenant_has_a_thousand_kinds_and_the_oldest_are_dropped() {
        var browser = site.browser();
        for (var batch = 0; batch < 3; batch++) {
            for (var i = 0; i < 400; i++) {
                var redirectUri = "https://evil.example/" + batch + "/" + i;
                browser.get(Site.authorize(Site.request("spa", Map.of("redirect_uri", redirectUri))));
            }
            var last = "https://evil.example/" + batch + "/399";
            await(() ->
                    record().stream().filter(one -> one.received().equals(last)).toList());
            site.clock.advance(Duration.ofSeconds(10));
        }
        var kept = record();
        assertEquals(1_000, kept.size());
        assertEquals(
                400, kept.stream().filter(one -> one.received().contains("/2/")).count());
        assertEquals(
                400, kept.stream().filter(one -> one.received().contains("/1/")).count());
        assertEquals(
                200, kept.stream().filter(one -> one.received().contains("/0/")).count());
    }

    @Test
    void one_tenant_does_not_see_the_refusals_of_another() {
        var id = AtAuthorize.isPage(ask("spa", "https://evil.example/"));
        recorded(id);
        var refusals = site.app.house().refusals();
        assertEquals(List.of(), refusals.list(site.otherHost().id(), 10));
        assertTrue(refusals.byErrorId(site.otherHost().id(), id).isEmpty());
    }

    @Test
    void the_page_is_one_neutral_sentence_that_says_nothing_of_why() {
        var marks = List.of(
                "https://evil.example/secret-path", "\"><svg onload=alert(1)>", "{{7*7}}", "${7*7}", "</script>");
        for (var mark : marks) {
            var reply = ask("spa", mark);
            AtAuthorize.isNeutralPage(reply, mark);
            assertFalse(reply.body().contains("app.example"), "what is registered is for the developer only");
            assertFalse(reply.body().contains("redirect_uri"), reply.body());
            assertTrue(reply.body().contains("The application sent a request that we cannot accept"), reply.body());
        }
        var client = ask("<svg onload=alert(1)>", Site.CALLBACK).body().replaceAll("[2-9A-HJ-NP-Z]{8}<", "ID<");
        assertEquals(client, ask("spa", "https://evil.example/").body().replaceAll("[2-9A-HJ-NP-Z]{8}<", "ID<"));
    }

    @Test
    void what_a_stranger_sent_is_recorded_as_text_and_cut() {
        var id = AtAuthorize.isPage(
                ask("x".repeat(3_000), "https://evil.example/" + "\u0000\n\u202E<b>" + "y".repeat(5_000)));
        var found = recorded(id);
        assertTrue(found.clientId().length() <= 200 && found.received().length() <= 500, found.toString());
        assertFalse(found.received().contains("\u0000"));
        var callback = AtAuthorize.isPage(ask("spa", "https://evil.example/\u0000\n\u202E<b>" + "y".repeat(5_000)));
        assertTrue(recorded(callback).received().length() <= 500);
    }

    @Test
    void a_good_request_and_an_error_that_goes_back_are_not_recorded() {
        var browser = site.browser();
        AtAuthorize.isCode(site, site.signIn(browser, Site.request("spa"), "ada@example.com"));
        AtAuthorize.isBack(
                site, browser.get(Site.authorize(Site.request("spa", Map.of("scope", "\"")))), "invalid_scope");
        var id = AtAuthorize.isPage(ask("spa", "https://evil.example/"));
        recorded(id);
        assertEquals(1, record().size());
    }

    @Test
    void what_is_waiting_is_written_when_the_server_stops() {
        var id = AtAuthorize.isPage(ask("spa", "https://evil.example/last"));
        site.app.close();
        var row = AtAuthorize.rowsOf(site, "refusal");
        assertTrue(row.stream().anyMatch(one -> one.contains(id)), row.toString());
    }
}
