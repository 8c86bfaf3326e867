package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.UpstreamUser;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// BF-05: existing, unknown, disabled and federated people get one answer, in body, status, headers and time. The
/// tries are interleaved, and the medians lie within 10 ms; they are printed.
final class EnumerationTest {
    private static final int WARMING = 10;
    private static final int TRIES = 60;
    private static final double BAND_MILLIS = 10;
    private static final List<String> PEOPLE =
            List.of("ada@example.com", "eve@example.com", "dora@example.com", "fred@example.com");

    private static Site site;

    @BeforeAll
    static void start() {
        site = Site.start();
        ByMail.passwordless(site, true);
        // Fred came from another server and has no password.
        var now = site.clock.instant();
        var fred = new Account(
                site.host().id(),
                new Subject(site.host().sealer().newId()),
                Optional.of(Email.of("fred@example.com", true)),
                Profile.named(Optional.of("Fred")),
                now,
                now,
                Optional.empty());
        var there =
                new UpstreamUser(new ConnectionId("database"), "fred", fred.email(), fred.profile(), Optional.empty());
        site.app.house().identities().arrive(fred, there, now);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void isOneAnswer(String what, Function<String, Reply> way) {
        var times = new LinkedHashMap<String, long[]>();
        PEOPLE.forEach(email -> times.put(email, new long[TRIES]));
        for (var i = -WARMING; i < TRIES; i++) {
            // So many mails go to one address in an hour, and no more.
            site.clock.advance(Duration.ofHours(2));
            var answers = new HashMap<String, Neutral>();
            for (var email : PEOPLE) {
                var begun = System.nanoTime();
                var reply = way.apply(email);
                var took = System.nanoTime() - begun;
                answers.put(email, Neutral.of(reply, email));
                if (i >= 0) {
                    times.get(email)[i] = took;
                }
            }
            assertEquals(1, answers.values().stream().distinct().count(), answers.toString());
        }
        var medians = new LinkedHashMap<String, Double>();
        times.forEach((email, all) -> medians.put(email, median(all)));
        var statistics =
                medians.values().stream().mapToDouble(Double::doubleValue).summaryStatistics();
        var band = statistics.getMax() - statistics.getMin();
        System.out.printf("BF-05 %s: medians %s ms, band %.3f ms%n", what, medians, band);
        assertTrue(band < BAND_MILLIS, what + ": " + medians);
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return Math.round(nanos[nanos.length / 2] / 1_000.0) / 1_000.0;
    }

    // The page is there already; what is timed is the answer to its form alone.
    private static void isOneAnswer(String path, Map<String, String> fields) {
        var browser = site.browser();
        isOneAnswer(path + " " + fields.keySet(), email -> {
            var form = new HashMap<>(fields);
            form.put("username", email);
            return ByMail.send(browser, page(browser), path, form);
        });
    }

    private static Reply page(Browser browser) {
        return ByMail.login(browser);
    }

    @Test
    void BF_05_a_wrong_password_is_answered_alike() {
        isOneAnswer("/login", Map.of("password", "wrong"));
    }

    @Test
    void BF_05_a_code_to_sign_in_with_is_answered_alike() {
        isOneAnswer("/login", Map.of("action", "code"));
    }

    @Test
    void BF_05_a_sign_up_is_answered_alike() {
        isOneAnswer("/signup", Map.of("name", "N", "password", ByMail.GOOD_PASSWORD));
    }

    @Test
    void BF_05_a_recovery_is_answered_alike() {
        isOneAnswer("/recover", Map.of());
    }
}
