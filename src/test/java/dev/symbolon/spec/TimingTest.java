package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Answers that may not differ do not differ in time either: the medians of interleaved tries lie within 10 ms.
final class TimingTest {
    private static final int WARMING = 50;
    private static final int TRIES = 200;
    private static final double BAND_MILLIS = 10;

    private static Site site;
    private static Ada ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void withinTheBand(String what, Map<String, Supplier<Reply>> ways) {
        var times = new HashMap<String, long[]>();
        ways.keySet().forEach(way -> times.put(way, new long[TRIES]));
        var bodies = new HashMap<String, String>();
        for (var i = -WARMING; i < TRIES; i++) {
            for (var way : ways.entrySet()) {
                var begun = System.nanoTime();
                var reply = way.getValue().get();
                var took = System.nanoTime() - begun;
                bodies.put(way.getKey(), reply.status() + reply.body());
                if (i >= 0) {
                    times.get(way.getKey())[i] = took;
                }
            }
        }
        assertEquals(1, bodies.values().stream().distinct().count(), bodies.toString());
        var medians = new LinkedHashMap<String, Double>();
        times.forEach((way, all) -> medians.put(way, median(all)));
        var statistics =
                medians.values().stream().mapToDouble(Double::doubleValue).summaryStatistics();
        var band = statistics.getMax() - statistics.getMin();
        System.out.printf("%s: medians %s ms, band %.3f ms%n", what, medians, band);
        assertTrue(band < BAND_MILLIS, what + ": " + medians);
    }

    private static double median(long[] nanos) {
        Arrays.sort(nanos);
        return Math.round(nanos[nanos.length / 2] / 1_000.0) / 1_000.0;
    }

    private static Supplier<Reply> verifier(String code, String verifier) {
        var form = Site.redemption("spa", code);
        form.put("code_verifier", verifier);
        return () -> site.token(form);
    }

    @Test
    void PK_10_a_wrong_verifier_takes_as_long_wherever_it_differs() {
        var code = ada.code("spa");
        var good = Site.VERIFIER;
        withinTheBand(
                "PK-10",
                Map.of(
                        "first byte", verifier(code, "x" + good.substring(1)),
                        "last byte", verifier(code, good.substring(0, good.length() - 1) + "x")));
    }

    @Test
    void CA_05_a_wrong_secret_takes_as_long_wherever_it_differs_and_as_an_unknown_client() {
        var secret = site.secrets.get("web");
        var form = Site.redemption("web", "no-code");
        form.remove("client_id");
        withinTheBand(
                "CA-05",
                Map.of(
                        "first byte", () -> site.token(form, basic("web", "~" + secret.substring(1))),
                        "last byte", () -> site.token(form, basic("web", secret.substring(0, 42) + "~")),
                        "unknown client", () -> site.token(form, basic("nobody", secret)),
                        "another method", () -> site.token(form, basic("post", secret))));
    }

    private static Map<String, String> basic(String client, String secret) {
        return Map.of("Authorization", Site.basic(client, secret));
    }
}
