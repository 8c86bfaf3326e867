package dev.symbolon.spec;

import static dev.symbolon.spec.Elsewhere.LOVELACE;
import static dev.symbolon.spec.Elsewhere.callback;
import static dev.symbolon.spec.Elsewhere.draft;
import static dev.symbolon.spec.Elsewhere.isProblem;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.sun.net.httpserver.HttpHandler;
import dev.symbolon.connection.LyingProvider;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.outbound.Listener;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Section M of the security cases: what comes back from another server and is not to be believed.
final class FederationAttacksTest {
    private static final int ROUNDS = 200;
    private static final int AT_ONCE = 4;

    private Elsewhere elsewhere;
    private Site site;
    private LyingProvider provider;

    @BeforeEach
    void start() {
        elsewhere = Elsewhere.start();
        site = elsewhere.site;
        provider = elsewhere.provider;
    }

    @AfterEach
    void stop() {
        elsewhere.close();
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        var other = new HashMap<>(form);
        other.put(name, value);
        return other;
    }

    private int used() {
        return AtAuthorize.rowsOf(site, "one_time_code").size();
    }

    @Test
    @Spec({"RFC 6749 §10.12", "RFC 9700 §4.7"})
    void FE_01_a_callback_without_our_state_is_a_page_and_nobody_is_called() {
        AtAuthorize.still(site, () -> {
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "oidc");
            var calls = provider.count("/token");
            var good = Elsewhere.answer(departure);
            var state = good.get("state");
            for (var bad : List.of(
                    "/callback",
                    callback(Map.of("code", "a-code")),
                    callback(with(good, "state", "")),
                    callback(with(good, "state", "xyz")),
                    callback(with(good, "state", state.substring(1))),
                    callback(with(good, "state", state + "A")),
                    callback(with(good, "state", "A".repeat(8_000))),
                    callback(with(good, "state", departure.redirect().text("nonce"))),
                    callback(good) + "&state=" + state,
                    callback(good) + "&code=other",
                    callback(good) + "&iss=a&iss=b",
                    callback(Map.of("state", state, "error", "x")) + "&error=y")) {
                assertFalse(isProblem(400, browser.get(bad)), bad);
            }
            assertEquals(calls, provider.count("/token"));
            assertEquals(0, used());
        });
    }

    @Test
    void FE_01_a_state_of_another_browser_is_a_page_that_starts_again() {
        AtAuthorize.still(site, () -> {
            var departure = elsewhere.depart(site.browser(), "oidc");
            var back = callback(Elsewhere.answer(departure));
            provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
            assertTrue(isProblem(403, site.browser().get(back)), "a browser without our cookie may start again");
            var another = site.browser();
            elsewhere.depart(another, "oidc");
            var page = another.get(back);
            assertTrue(isProblem(403, page));
            var calls = provider.count("/token");
            assertEquals(0, calls, "nobody was called");
            // its own request then, in this browser
            var again = another.follow(another.get(retry(page)));
            assertFalse(elsewhere
                    .isDeparture(again)
                    .redirect()
                    .text("state")
                    .equals(departure.redirect().text("state")));
        });
    }

    private static String retry(Reply page) {
        var body = page.body();
        var from = body.indexOf("href=\"", body.indexOf("id=\"retry\"")) + 6;
        return body.substring(from, body.indexOf('"', from));
    }

    @Test
    void FE_01_a_state_of_another_tenant_is_not_ours() {
        AtAuthorize.still(site, () -> {
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "oidc");
            var there = Browser.at("http://127.0.0.1:" + site.app.port(), site.otherIssuer);
            there.cookies.putAll(browser.cookies);
            assertFalse(isProblem(400, there.get(callback(Elsewhere.answer(departure)))));
        });
    }

    @Test
    void FE_01_a_state_is_good_for_an_hour_and_then_a_page_that_starts_again() {
        var browser = site.browser();
        var early = elsewhere.depart(browser, "oidc");
        var late = elsewhere.depart(browser, "oidc");
        site.clock.advance(Duration.ofMinutes(59));
        provider.claims.put("exp", site.clock.instant().getEpochSecond() + 300);
        AtAuthorize.isCode(site, browser.follow(elsewhere.comeBack(browser, early, LOVELACE)));
        site.clock.advance(Duration.ofMinutes(1));
        AtAuthorize.still(site, () -> {
            var page = elsewhere.comeBack(browser, late, LOVELACE);
            assertTrue(isProblem(400, page));
            assertTrue(page.body().contains("This page has expired"), page.body());
        });
    }

    @Test
    void FE_01_a_state_is_good_once() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "oidc");
        AtAuthorize.isCode(site, browser.follow(elsewhere.comeBack(browser, departure, LOVELACE)));
        assertEquals(1, used());
        var calls = provider.count("/token");
        AtAuthorize.still(site, () -> {
            // The back button: whoever is signed in since goes on, and is not signed in once more.
            for (var again :
                    List.of(Elsewhere.answer(departure), with(Elsewhere.answer(departure), "error", "access_denied"))) {
                var on = browser.get(callback(again));
                assertTrue(on.location().startsWith("/authorize/resume?interaction="), on.location());
                assertTrue(on.headers("set-cookie").isEmpty());
            }
            assertTrue(isProblem(403, site.browser().get(callback(Elsewhere.answer(departure)))));
        });
        var bye = browser.get("/logout");
        browser.post("/logout", Map.of("csrf", bye.hidden("csrf"), "action", "logout"));
        AtAuthorize.still(site, () -> assertTrue(isProblem(400, browser.get(callback(Elsewhere.answer(departure))))));
        assertEquals(calls, provider.count("/token"), "nobody was called");
    }

    @Test
    void FE_01_a_state_that_comes_back_several_times_at_once_signs_in_exactly_once() throws Exception {
        try (var people = Executors.newFixedThreadPool(AT_ONCE)) {
            for (var round = 0; round < ROUNDS; round++) {
                var browser = site.browser();
                var departure = elsewhere.depart(browser, "oidc");
                provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
                var barrier = new CyclicBarrier(AT_ONCE);
                var before = AtAuthorize.rowsOf(site, "session").size();
                var attempts = new ArrayList<Callable<Reply>>();
                for (var i = 0; i < AT_ONCE; i++) {
                    var copy = browser.copy();
                    attempts.add(() -> {
                        barrier.await();
                        return copy.get(callback(Elsewhere.answer(departure)));
                    });
                }
                var in = 0;
                for (var one : people.invokeAll(attempts)) {
                    if (one.get().status() == 303) {
                        in++;
                    } else {
                        isProblem(400, one.get());
                    }
                }
                assertEquals(1, in, "round " + round);
                assertEquals(before + 1, AtAuthorize.rowsOf(site, "session").size(), "round " + round);
            }
        }
    }

    @Test
    @Spec("OpenID Connect Core §3.1.3.7")
    void FE_02_a_token_with_another_nonce_none_or_that_of_an_earlier_sign_in_is_not_believed() {
        var first = elsewhere.depart(site.browser(), "oidc");
        var earlier = first.redirect().text("nonce");
        AtAuthorize.still(site, () -> {
            var browser = site.browser();
            for (var nonce : List.of("another", earlier, "")) {
                var departure = elsewhere.depart(browser, "oidc");
                provider.isAskedFor(nonce, LOVELACE);
                assertTrue(isProblem(400, browser.get(callback(Elsewhere.answer(departure)))), nonce);
            }
            provider.claims.remove("nonce");
            var departure = elsewhere.depart(browser, "oidc");
            assertTrue(isProblem(400, browser.get(callback(Elsewhere.answer(departure)))));
        });
    }

    @Test
    @Spec({"RFC 9207 §2.4", "RFC 9700 §4.4"})
    void FE_03_an_answer_of_another_issuer_is_not_believed_and_its_code_is_shown_to_nobody() {
        try (var other = new LyingProvider(site.clock)) {
            elsewhere.connect("other", other, draft());
            AtAuthorize.still(site, () -> {
                var browser = site.browser();
                var departure = elsewhere.depart(browser, "oidc");
                provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
                for (var iss : List.of(
                        other.issuer(),
                        provider.issuer() + "/",
                        provider.issuer().toUpperCase(java.util.Locale.ROOT),
                        "x")) {
                    var back = with(Elsewhere.answer(departure), "iss", iss);
                    assertTrue(isProblem(400, browser.get(callback(back))), iss);
                }
                assertEquals(0, provider.count("/token") + other.count("/token"), "the code was shown to nobody");
                provider.claims.put("iss", other.issuer());
                assertTrue(isProblem(400, browser.get(callback(Elsewhere.answer(departure)))), "the ID token's");
            });
            provider.claims.put("iss", provider.issuer());
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "oidc");
            provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
            var good = with(Elsewhere.answer(departure), "iss", provider.issuer());
            AtAuthorize.isCode(site, browser.follow(browser.get(callback(good))));
        }
    }

    @Test
    @Spec("RFC 9207 §2.4")
    void FE_03_a_provider_that_says_it_names_itself_has_to() {
        provider.configuration.put("authorization_response_iss_parameter_supported", true);
        AtAuthorize.still(site, () -> {
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "oidc");
            assertTrue(isProblem(400, elsewhere.comeBack(browser, departure, LOVELACE)));
        });
    }

    @Test
    void FE_07_a_connection_that_was_closed_or_is_not_for_the_application_any_more_takes_nobody_back() {
        elsewhere.connect("spare", provider, draft());
        var calls = provider.count("/token");
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "oidc");
        provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
        var back = callback(Elsewhere.answer(departure));
        List<Runnable> closings = List.of(
                () -> elsewhere.change("oidc", draft("clients", "web")),
                () -> elsewhere.enlistment().disable(site.host(), new ConnectionId("oidc"), site.clock.instant()),
                () -> elsewhere.enlistment().remove(site.host(), new ConnectionId("oidc"), site.clock.instant()));
        for (var closing : closings) {
            closing.run();
            AtAuthorize.still(site, () -> assertTrue(isProblem(400, browser.get(back))));
        }
        assertEquals(calls, provider.count("/token"), "nobody was called");
        AtAuthorize.isBack(
                site,
                browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("connection", "oidc"))))),
                "invalid_request");
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("aud", p -> p.claims.put("aud", "somebody-else")),
                lie("azp", p -> p.claims.put("azp", "somebody-else")),
                lie("exp", p -> p.claims.put("exp", 1_000_000)),
                lie("at_hash", p -> p.claims.put("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")),
                lie("a rotated-out key", p -> {
                    p.keys.set(0, LyingProvider.key("first").toPublicJWK().toJSONObject());
                }),
                lie(
                        "none",
                        p -> p.signing = claims ->
                                Jws.encoded("{\"alg\":\"none\"}") + "." + Jws.encoded("{\"sub\":\"u-1\"}") + "."),
                lie(
                        "another key",
                        p -> p.signing =
                                claims -> LyingProvider.signed(LyingProvider.key("first"), JWSAlgorithm.RS256, claims)),
                lie("userinfo of another", p -> p.userinfo.put("sub", "u-2")));
    }

    private static Arguments lie(String what, Consumer<LyingProvider> lie) {
        return Arguments.of(what, lie);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void FE_08_an_id_token_that_does_not_stand_every_check_is_a_page_that_starts_again(
            String what, Consumer<LyingProvider> lie) {
        AtAuthorize.still(site, () -> {
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "oidc");
            provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
            lie.accept(provider);
            var page = browser.get(callback(Elsewhere.answer(departure)));
            assertTrue(isProblem(400, page), what);
            assertTrue(page.body().contains("We could not use what came back from the other site."), page.body());
            elsewhere.isDeparture(browser.follow(browser.get(retry(page))));
        });
    }

    static Stream<Arguments> troubles() {
        var big = "{\"x\":\"" + "y".repeat(1_100_000) + "\"}";
        return Stream.of(
                trouble("oversized", "did not answer in time", exchange -> LyingProvider.say(exchange, 200, big)),
                trouble("compressed", "did not answer in time", exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    LyingProvider.say(exchange, 200, "{}");
                }),
                trouble("failing", "did not answer in time", exchange -> LyingProvider.say(exchange, 503, "{}")),
                trouble(
                        "html",
                        "did not sign you in",
                        exchange -> LyingProvider.say(
                                exchange, 200, "text/html", "<h1>Hello</h1>".getBytes(StandardCharsets.UTF_8))),
                trouble(
                        "refusing",
                        "did not sign you in",
                        exchange -> LyingProvider.say(
                                exchange, 400, "{\"error\":\"invalid_grant\",\"error_description\":\"555-0100\"}")));
    }

    private static Arguments trouble(String what, String sentence, HttpHandler handler) {
        return Arguments.of(what, sentence, handler);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void FE_09_a_provider_in_trouble_leads_back_to_the_sign_in_page_with_a_sentence(
            String what, String sentence, HttpHandler handler) {
        AtAuthorize.still(site, () -> {
            for (var path : List.of("/token", "/jwks", "/userinfo")) {
                if (what.equals("refusing") && !path.equals("/token")) {
                    continue;
                }
                provider.instead(path, handler);
                var browser = site.browser();
                var departure = elsewhere.depart(browser, "oidc");
                var page = browser.follow(elsewhere.comeBack(browser, departure, LOVELACE));
                Elsewhere.isNotice(page, sentence);
                assertFalse(page.body().contains("555-0100"), page.body());
                elsewhere.isDeparture(elsewhere.press(browser, page, "oidc"));
                provider.asEver(path);
                site.clock.advance(Duration.ofSeconds(10));
            }
        });
        AtAuthorize.isCode(site, elsewhere.signIn(site.browser(), LOVELACE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/token", "/userinfo", "/jwks", LyingProvider.CONFIGURATION})
    void FE_09_a_redirect_of_the_provider_is_not_followed(String path) {
        try (var inside = Listener.saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) {
            provider.instead(path, exchange -> {
                exchange.getResponseHeaders().set("Location", inside.at("/secret"));
                exchange.sendResponseHeaders(302, -1);
            });
            AtAuthorize.still(site, () -> {
                var browser = site.browser();
                var page =
                        browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("connection", "oidc")))));
                if (page.status() == 303) {
                    page = browser.follow(elsewhere.comeBack(browser, elsewhere.isDeparture(page), LOVELACE));
                }
                Elsewhere.isNotice(page, "did not sign you in");
            });
            assertEquals(0, inside.guests());
        }
    }

    @Test
    void FE_09_a_provider_that_is_not_there_leads_to_the_sign_in_page_and_not_round_in_circles() {
        provider.close();
        AtAuthorize.still(site, () -> {
            var browser = site.browser();
            var page = browser.follow(browser.get(Site.authorize(Site.request("spa", Map.of("connection", "oidc")))));
            Elsewhere.isNotice(page, "did not answer in time");
            Elsewhere.isNotice(browser.follow(elsewhere.press(browser, page, "oidc")), "did not answer in time");
        });
    }

    @Test
    void FE_09_a_provider_that_drips_holds_up_nobody_else() throws Exception {
        var arrived = new CountDownLatch(8);
        var over = new CountDownLatch(1);
        provider.instead("/token", exchange -> {
            arrived.countDown();
            await(over);
        });
        try (var people = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = new ArrayList<java.util.concurrent.Future<Reply>>();
            for (var i = 0; i < 8; i++) {
                waiting.add(people.submit(() -> elsewhere.signIn(site.browser(), LOVELACE)));
            }
            assertTrue(arrived.await(20, TimeUnit.SECONDS));
            var before = System.nanoTime();
            for (var i = 0; i < 5; i++) {
                AtAuthorize.isCode(site, site.signIn(site.browser(), Site.request("spa"), "ada@example.com"));
            }
            var took = Duration.ofNanos(System.nanoTime() - before);
            assertTrue(waiting.stream().noneMatch(one -> one.isDone()) || took.toMillis() < 5_000, took.toString());
            for (var one : waiting) {
                Elsewhere.isNotice(one.get(20, TimeUnit.SECONDS), "did not answer in time");
            }
        } finally {
            over.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Everything that is written to the log, at the finest level.
    private static final class Listening extends Handler implements AutoCloseable {
        private final java.util.logging.Logger root = LogManager.getLogManager().getLogger("");
        private final Level before = root.getLevel();
        private final StringBuffer heard = new StringBuffer();

        Listening() {
            setLevel(Level.ALL);
            root.setLevel(Level.ALL);
            root.addHandler(this);
        }

        @Override
        public void publish(LogRecord entry) {
            heard.append(new SimpleFormatter().format(entry));
        }

        @Override
        public void flush() {
            // nothing waits
        }

        @Override
        public void close() {
            root.removeHandler(this);
            root.setLevel(before);
        }
    }

    @Test
    void no_secret_code_or_token_of_the_way_there_and_back_is_logged_even_when_the_provider_repeats_it() {
        try (var log = new Listening()) {
            var browser = site.browser();
            var departure = elsewhere.depart(browser, "oidc");
            provider.isAskedFor(departure.redirect().text("nonce"), LOVELACE);
            var code = "SplxlOBeZQQYbYS6WxSbIA";
            var back = with(Elsewhere.answer(departure), "code", code);
            provider.instead(
                    "/token",
                    exchange -> LyingProvider.say(
                            exchange,
                            400,
                            "{\"error\":\"invalid_grant\",\"error_description\":\"The code " + code + " or the secret "
                                    + LyingProvider.SECRET.replace("\"", "") + " is wrong\"}"));
            Elsewhere.isNotice(browser.follow(browser.get(callback(back))), "did not sign you in");
            provider.asEver("/token");
            AtAuthorize.isCode(site, browser.follow(browser.get(callback(back))));
            var heard = log.heard.toString();
            assertTrue(heard.contains("invalid_grant"), "the reason is there for the operator");
            for (var secret : List.of(
                    code,
                    LyingProvider.SECRET,
                    LyingProvider.ACCESS_TOKEN,
                    departure.redirect().text("state"),
                    departure.redirect().text("nonce"))) {
                assertFalse(heard.contains(secret), secret + " was logged");
            }
            for (var form : provider.forms) {
                assertFalse(heard.contains(form.text("code_verifier")), "the verifier was logged");
            }
        }
    }

    @Test
    void nothing_of_the_providers_tokens_and_our_secret_there_is_in_the_database_in_clear() {
        elsewhere.signIn(site.browser(), LOVELACE);
        for (var table : List.of("connection", "identity", "account", "session", "one_time_code", "event")) {
            var rows = AtAuthorize.rowsOf(site, table).toString();
            for (var secret : List.of(LyingProvider.SECRET, LyingProvider.ACCESS_TOKEN, "a-code")) {
                assertFalse(rows.contains(secret), secret + " is in " + table);
            }
        }
    }

    @Test
    void a_long_request_of_an_application_finds_its_way_back() {
        var browser = site.browser();
        var departure = elsewhere.depart(browser, "oidc", Map.of("state", "s".repeat(2_000)));
        var back = browser.follow(elsewhere.comeBack(browser, departure, LOVELACE));
        assertEquals("s".repeat(2_000), back.redirect().text("state"));
    }
}
