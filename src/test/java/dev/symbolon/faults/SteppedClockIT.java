package dev.symbolon.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.store.Access;
import dev.symbolon.store.Purge;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// The clock of the server is set by an hour, forth and back, while it runs. The packaged jar as a process.
@EnabledOnOs(OS.LINUX)
final class SteppedClockIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Pattern ISSUED_AT = Pattern.compile("\"iat\":(\\d+)");
    private static final TenantId TENANT = new TenantId("default");
    private static final ClientId SPA = new ClientId("spa");

    private final SteppedClock clock = new SteppedClock();
    private final Installed installed = Installed.onSqlite();

    @Test
    void AD_11_a_clock_that_is_set_by_an_hour_forth_and_back_revives_nothing_and_ends_nothing_before_its_time() {
        var times = Faults.amount(1, 20);
        var settings = new HashMap<>(installed.settings());
        settings.putAll(clock.settings());
        try (clock;
                installed;
                var server = Jar.serve(settings)) {
            for (var time = 0; time < times; time++) {
                forthAndBack(server, time);
            }
            assertEquals(200, server.management("/health").status());
            DiskFullIT.assertQuiet(server);
            assertEquals(128 + 15, server.stop().status());
            installed.command("", "audit", "verify");
        }
        Faults.counted("The clock set by an hour, forth and back, " + times + " times");
    }

    private void forthAndBack(Jar server, int time) {
        clock.step(Duration.ZERO);
        var living = new Person(server, Installed.email(time % Installed.PEOPLE));
        living.redeem();
        var held = living.code();
        var dead = dead(server, time);
        dead.assertDead();

        clock.step(HOUR);
        assertEquals(401, Installed.userinfo(server, living.accessToken).status(), "it lived for an hour");
        assertInvalidGrant(Installed.token(server, Site.redemption("spa", held)));
        living.refresh();
        living.assertAlive();
        dead.assertDead();
        purge();
        living.assertAlive();

        clock.step(HOUR.negated());
        dead.assertDead();
        living.refresh();
        living.assertAlive();
        assertOnce(server, living.code());

        clock.step(Duration.ZERO);
        dead.assertDead();
        living.refresh();
        living.assertAlive();
        new Person(server, living.email).redeem();
    }

    /// Whatever somebody had, spent and taken back.
    private Dead dead(Jar server, int time) {
        var replayed = new Person(server, Installed.email((time + 1) % Installed.PEOPLE));
        replayed.redeem();
        assertInvalidGrant(Installed.token(server, Site.redemption("spa", replayed.redeemed)));
        var left = new Person(server, Installed.email((time + 2) % Installed.PEOPLE));
        left.redeem();
        var cookies = Map.copyOf(left.browser.cookies);
        var page = left.browser.get("/logout");
        var form = Map.of("csrf", page.hidden("csrf"), "action", "logout");
        assertTrue(left.browser.post("/logout", form).status() < 400);
        left.browser.cookies.putAll(cookies); // as a thief would
        var jti = "taken-back-" + time;
        try (var house = installed.open()) {
            new Access(house.database())
                    .revoke(TENANT, SPA, jti, clock.instant().plus(HOUR), clock.instant());
        }
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
                assertInvalidGrant(Installed.token(one.server, Site.redemption("spa", one.redeemed)));
                assertInvalidGrant(Installed.token(one.server, Site.refresh("spa", one.refreshToken)));
                assertEquals(
                        401, Installed.userinfo(one.server, one.accessToken).status());
            }
            assertEquals("login_required", left.silently().redirect().text("error"));
            try (var house = installed.open()) {
                assertTrue(new Access(house.database()).isRevoked(TENANT, jti), "it is still taken back");
            }
        }
    }

    /// What the server does each minute, to the end.
    private void purge() {
        try (var house = installed.open()) {
            var kept = Purge.Kept.both(Duration.ofDays(365));
            while (house.purge().purge(clock.instant(), kept, 1_000) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    private static void assertOnce(Jar server, String code) {
        var first = Installed.token(server, Site.redemption("spa", code));
        assertEquals(200, first.status(), first.body());
        assertInvalidGrant(Installed.token(server, Site.redemption("spa", code)));
    }

    private static void assertInvalidGrant(Reply reply) {
        assertEquals(400, reply.status(), reply.body());
        assertEquals("invalid_grant", reply.json().get("error").textValue());
    }

    /// Somebody who is signed in, with one grant.
    private final class Person {
        private final Jar server;
        private final String email;
        private final Browser browser;
        private String redeemed;
        private String refreshToken = "";
        private String accessToken = "";

        Person(Jar server, String email) {
            this.server = server;
            this.email = email;
            this.browser = Installed.browser(server);
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
            var back = browser.follow(browser.post("/login", Site.login(page, email, Site.PASSWORD)));
            redeemed = back.redirect().text("code");
        }

        void redeem() {
            remember(Installed.token(server, Site.redemption("spa", redeemed)));
        }

        void refresh() {
            remember(Installed.token(server, Site.refresh("spa", refreshToken)));
        }

        private void remember(Reply reply) {
            assertEquals(200, reply.status(), reply.body());
            refreshToken = reply.json().get("refresh_token").textValue();
            accessToken = reply.json().get("access_token").textValue();
            assertIssuedNow(reply.json().get("id_token").textValue());
        }

        // Otherwise the clock was never set.
        private void assertIssuedNow(String idToken) {
            var claims = new String(Base64.getUrlDecoder().decode(idToken.split("\\.")[1]), StandardCharsets.UTF_8);
            var found = ISSUED_AT.matcher(claims);
            assertTrue(found.find(), claims);
            var issuedAt = Instant.ofEpochSecond(Long.parseLong(found.group(1)));
            var off = Duration.between(issuedAt, clock.instant()).abs();
            assertTrue(off.compareTo(Duration.ofMinutes(10)) < 0, "issued at " + issuedAt + ", " + off + " off");
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
            assertEquals(200, Installed.userinfo(server, accessToken).status());
            refresh();
            var next = Installed.token(server, Site.redemption("spa", code()));
            assertEquals(200, next.status(), next.body());
        }
    }
}
