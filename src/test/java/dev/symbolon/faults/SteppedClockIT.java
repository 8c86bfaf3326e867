package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.cli.Cli;
import dev.symbolon.cli.Surroundings;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.store.Access;
import dev.symbolon.store.Purge;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The clock of the server is set by an hour, forth and back, while it runs. The server is within this process,
/// on a clock that is set by the test: to set the one of the machine would set it for everybody on it.
final class SteppedClockIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final TenantId TENANT = new TenantId("default");
    private static final ClientId SPA = new ClientId("spa");

    private final Site site = Site.start(Map.of("SYMBOLON_CODE_LIFE", "10m"));

    @Test
    void a_clock_that_is_set_by_an_hour_forth_and_back_revives_nothing_and_ends_nothing_before_its_time() {
        var times = Faults.amount(1, 20);
        try (site) {
            for (var one = 0; one < 3; one++) {
                site.person(Installed.email(one), "Person " + one);
            }
            for (var time = 0; time < times; time++) {
                forthAndBack(time);
            }
            assertAuditTrailIsWhole();
        }
        Faults.counted("The clock set by an hour, forth and back, " + times + " times");
    }

    private void assertAuditTrailIsWhole() {
        var said = new StringWriter();
        var surroundings = new Surroundings(
                site.environment,
                site.clock,
                new SecureRandom(),
                new ByteArrayInputStream(new byte[0]),
                new PrintWriter(said, true),
                new PrintWriter(said, true));
        assertEquals(0, new Cli(surroundings).run("audit", "verify"), said.toString());
    }

    private void forthAndBack(int time) {
        var living = new Person(Installed.email(0));
        living.redeem();
        var held = living.code();
        var dead = dead(time);
        dead.assertDead();

        site.clock.advance(HOUR);
        assertEquals(401, site.withBearer("/userinfo", living.accessToken).status(), "it lived for an hour");
        assertInvalidGrant(site.token(Site.redemption("spa", held)));
        living.refresh();
        living.assertAlive();
        dead.assertDead();
        purge();
        living.assertAlive();

        site.clock.advance(HOUR.multipliedBy(-2));
        dead.assertDead();
        living.refresh();
        living.assertAlive();
        assertOnce(living.code());

        site.clock.advance(HOUR);
        dead.assertDead();
        living.refresh();
        living.assertAlive();
        new Person(living.email).redeem();
    }

    /// Whatever somebody had, spent and taken back.
    private Dead dead(int time) {
        var replayed = new Person(Installed.email(1));
        replayed.redeem();
        assertInvalidGrant(site.token(Site.redemption("spa", replayed.redeemed)));
        var left = new Person(Installed.email(2));
        left.redeem();
        var cookies = Map.copyOf(left.browser.cookies);
        var page = left.browser.get("/logout");
        var form = Map.of("csrf", page.hidden("csrf"), "action", "logout");
        assertTrue(left.browser.post("/logout", form).status() < 400);
        left.browser.cookies.putAll(cookies); // as a thief would
        var jti = "taken-back-" + time;
        var now = site.clock.instant();
        new Access(site.app.house().database()).revoke(TENANT, SPA, jti, now.plus(HOUR), now);
        return new Dead(replayed, left, jti);
    }

    private final class Dead {
        private final Person replayed;
        private final Person left;
        private final String jti;

        Dead(Person replayed, Person left, String jti) {
            this.replayed = replayed;
            this.left = left;
            this.jti = jti;
        }

        void assertDead() {
            for (var one : new Person[] {replayed, left}) {
                assertInvalidGrant(site.token(Site.redemption("spa", one.redeemed)));
                assertInvalidGrant(site.token(Site.refresh("spa", one.refreshToken)));
                assertEquals(401, site.withBearer("/userinfo", one.accessToken).status());
            }
            assertEquals("login_required", left.silently().redirect().text("error"));
            assertTrue(new Access(site.app.house().database()).isRevoked(TENANT, jti), "it is still taken back");
        }
    }

    /// What the server does each minute, to the end.
    private void purge() {
        var kept = Purge.Kept.both(Duration.ofDays(365));
        while (site.app.house().purge().purge(site.clock.instant(), kept, 1_000) > 0) {
            Thread.onSpinWait();
        }
    }

    private void assertOnce(String code) {
        var first = site.token(Site.redemption("spa", code));
        assertEquals(200, first.status(), first.body());
        assertInvalidGrant(site.token(Site.redemption("spa", code)));
    }

    private static void assertInvalidGrant(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("invalid_grant", reply.json().get("error").textValue());
    }

    /// Somebody who is signed in, with one grant.
    private final class Person {
        private final String email;
        private final Browser browser;
        private String redeemed;
        private String refreshToken = "";
        private String accessToken = "";

        Person(String email) {
            this.email = email;
            this.browser = site.browser();
            redeemed =
                    site.signIn(browser, Site.request("spa"), email).redirect().text("code");
        }

        void redeem() {
            remember(site.token(Site.redemption("spa", redeemed)));
        }

        void refresh() {
            remember(site.token(Site.refresh("spa", refreshToken)));
        }

        private void remember(Reply reply) {
            assertEquals(200, reply.status(), reply.body());
            refreshToken = reply.json().get("refresh_token").textValue();
            accessToken = reply.json().get("access_token").textValue();
        }

        Reply silently() {
            return browser.get(Site.authorize(Site.request("spa", Map.of("prompt", "none"))));
        }

        String code() {
            var code = silently().redirect().text("code");
            assertFalse(code.isEmpty(), "the session goes on");
            return code;
        }

        void assertAlive() {
            assertEquals(200, site.withBearer("/userinfo", accessToken).status());
            refresh();
            var next = site.token(Site.redemption("spa", code()));
            assertEquals(200, next.status(), next.body());
        }
    }
}
