package dev.symbolon.spec;

import static dev.symbolon.spec.Elsewhere.LOVELACE;
import static dev.symbolon.spec.Elsewhere.draft;
import static dev.symbolon.spec.OwnAccountTest.open;
import static dev.symbolon.spec.OwnAccountTest.send;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ConnectionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who a person is at other servers, on the page of their own account.
final class OwnIdentitiesTest {
    private static final String ADA = "ada@example.com";
    private static final int ROUNDS = 100;

    private Elsewhere elsewhere;
    private Site site;

    @BeforeEach
    void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
    }

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    private Browser ada() {
        var browser = site.browser();
        site.signIn(browser, Site.request("spa"), ADA);
        site.clock.advance(Duration.ofSeconds(1));
        return browser;
    }

    private Reply add(Browser browser, Map<String, Object> person) {
        var page = open(browser, "/account/identities/add?connection=oidc");
        assertTrue(page.body().contains("id=\"connect\""), page.body());
        var departure =
                elsewhere.isDeparture(send(browser, page, "/account/identities/add", Map.of("connection", "oidc")));
        return elsewhere.comeBack(browser, departure, person);
    }

    @Test
    void another_way_in_is_added_and_signs_in_to_the_same_account() {
        var browser = ada();
        var back = add(browser, LOVELACE);
        assertEquals("/account?notice=CONNECTED", back.location());
        assertTrue(open(browser, "/account").body().contains("value=\"u-1\""));
        assertEquals("identity_linked", Letter.last(site, ADA).kind());
        site.clock.advance(Duration.ofMinutes(1));
        var token = elsewhere.idToken(elsewhere.signIn(site.browser(), LOVELACE));
        assertEquals(ADA, token.get("email").textValue(), "it is Ada's account");
        var again = browser.get("/account/identities/add?connection=oidc");
        assertEquals("/account", again.location(), "it is connected already");
    }

    @Test
    void somebody_elses_identity_is_not_taken() {
        elsewhere.signIn(site.browser(), LOVELACE);
        site.clock.advance(Duration.ofMinutes(1));
        var browser = ada();
        assertEquals(
                "/account?notice=CONNECTED_ELSEWHERE", add(browser, LOVELACE).location());
        assertFalse(open(browser, "/account").body().contains("value=\"u-1\""));
    }

    @Test
    void SE_13_adding_and_removing_need_a_fresh_sign_in() {
        var browser = ada();
        add(browser, LOVELACE);
        var page = open(browser, "/account");
        site.clock.advance(Duration.ofMinutes(6));
        var removed = send(browser, page, "/account/identities", Map.of("connection", "oidc", "subject", "u-1"));
        assertTrue(removed.location().startsWith("/login?"), removed.location());
        var added = send(browser, page, "/account/identities/add", Map.of("connection", "oidc"));
        assertTrue(added.location().startsWith("/login?"), added.location());
        assertTrue(open(browser, "/account").body().contains("value=\"u-1\""));
    }

    @Test
    void who_came_back_after_signing_out_connects_nothing() {
        var browser = ada();
        var page = open(browser, "/account/identities/add?connection=oidc");
        var departure = send(browser, page, "/account/identities/add", Map.of("connection", "oidc"));
        browser.cookies.remove("symbolon-session");
        browser.cookies.remove("__Host-symbolon-session");
        var back = elsewhere.comeBack(browser, departure, LOVELACE);
        assertEquals("/account", back.location());
        var fresh = elsewhere.signIn(site.browser(), LOVELACE);
        assertEquals("true", fresh.redirect().text("signup"), "nobody has that identity yet");
    }

    @Test
    void the_last_way_in_stays() {
        var browser = site.browser();
        elsewhere.signIn(browser, LOVELACE);
        site.clock.advance(Duration.ofSeconds(1));
        var page = open(browser, "/account");
        var kept = send(browser, page, "/account/identities", Map.of("connection", "oidc", "subject", "u-1"));
        assertEquals("/account?notice=LAST_WAY", kept.location());
        // With a password there is another one, unless nobody signs in with passwords here.
        var form = open(browser, "/account/password");
        browser.follow(send(browser, form, "/account/password", Map.of("password", ByMail.GOOD_PASSWORD)));
        site.clock.advance(Duration.ofSeconds(1));
        var connections = site.app.house().connections();
        connections.setDefault(site.host().id(), new ConnectionId("oidc"), site.clock.instant());
        connections.disable(site.host().id(), new ConnectionId("database"), site.clock.instant());
        page = open(browser, "/account");
        kept = send(browser, page, "/account/identities", Map.of("connection", "oidc", "subject", "u-1"));
        assertEquals("/account?notice=LAST_WAY", kept.location());
        connections.enable(site.host().id(), new ConnectionId("database"), site.clock.instant());
        var gone = send(browser, page, "/account/identities", Map.of("connection", "oidc", "subject", "u-1"));
        assertEquals("/account?notice=REMOVED", gone.location());
        assertEquals(
                "identity_unlinked", Letter.last(site, "lovelace@example.net").kind());
    }

    @Test
    void two_tabs_do_not_remove_both_ways_in() throws Exception {
        elsewhere.connect("club", elsewhere.provider, draft());
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (var round = 0; round < ROUNDS; round++) {
                var person = new HashMap<String, Object>(LOVELACE);
                person.put("sub", "r-" + round);
                person.put("email", "r" + round + "@example.net");
                var browser = site.browser();
                elsewhere.signIn(browser, person);
                site.clock.advance(Duration.ofSeconds(1));
                var page = open(browser, "/account/identities/add?connection=club");
                var departure = send(browser, page, "/account/identities/add", Map.of("connection", "club"));
                assertEquals(
                        "/account?notice=CONNECTED",
                        elsewhere.comeBack(browser, departure, person).location());
                var barrier = new CyclicBarrier(2);
                var both = new ArrayList<Future<Reply>>();
                for (var connection : List.of("oidc", "club")) {
                    var tab = browser.copy();
                    both.add(threads.submit(() -> {
                        barrier.await();
                        var fields = Map.of("connection", connection, "subject", (String) person.get("sub"));
                        return send(tab, page, "/account/identities", fields);
                    }));
                }
                var removed = 0;
                for (var one : both) {
                    removed += one.get().location().endsWith("REMOVED") ? 1 : 0;
                }
                assertEquals(1, removed, "round " + round);
            }
        }
    }

    @Test
    void the_data_names_the_identities() {
        var browser = ada();
        add(browser, LOVELACE);
        assertEquals(
                "u-1",
                browser.get("/account/data.json")
                        .json()
                        .at("/identities/0/subject")
                        .textValue());
    }
}
