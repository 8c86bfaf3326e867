package dev.symbolon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.account.Passwords;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Databases;
import dev.symbolon.web.Management;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the server says of its own parts.
@Timeout(60)
final class HealthTest {
    private static final InstantSource CLOCK = InstantSource.system();
    private static final TenantId TENANT = new TenantId("default");

    @TempDir
    private Path data;

    private final AtomicReference<Instant> time = new AtomicReference<>(Instant.now());
    private Config config;
    private House house;
    private Passwords passwords;
    private Chores chores;

    @BeforeEach
    void open() {
        open(Databases.SQLITE);
    }

    private void open(Databases database) {
        var settings = new HashMap<>(Map.of(
                "SYMBOLON_DATA", data.resolve(database.name()).toString(),
                "SYMBOLON_HASH_PERMITS", "1",
                "SYMBOLON_HASH_QUEUE", "1"));
        settings.put("SYMBOLON_DATABASE", database.newUrl());
        config = Config.read(settings);
        house = House.found(config, CLOCK, new SecureRandom());
        house.hosts().add(new Tenant(TENANT, new Issuer("https://login.example"), "Symbolon"));
        passwords = App.passwords(config);
        chores = new Chores(house, config, time::get);
    }

    @AfterEach
    void close() {
        chores.close();
        passwords.close();
        house.close();
    }

    private Management.Report report(InstantSource clock, BooleanSupplier isListening) {
        return new Health(config, new Health.Parts(house, passwords, house.outbox(), chores, isListening), clock)
                .report();
    }

    private JsonNode said(InstantSource clock) {
        return read(report(clock, () -> true));
    }

    private static JsonNode read(Management.Report report) {
        try {
            return new ObjectMapper().readTree(report.json());
        } catch (JsonProcessingException e) {
            throw new AssertionError(report.json(), e);
        }
    }

    private static JsonNode check(JsonNode said, String part) {
        return said.get("checks").get(part).get(0);
    }

    private static InstantSource ahead(Duration by) {
        return () -> Instant.now().plus(by);
    }

    @Test
    void every_part_passes_where_all_is_well() {
        var report = report(CLOCK, () -> true);
        assertTrue(report.isWell());
        var said = read(report);
        assertEquals("pass", said.get("status").textValue(), said.toPrettyString());
        said.get("checks")
                .forEach(part -> assertEquals("pass", part.get(0).get("status").textValue(), said.toPrettyString()));
        assertEquals(8, said.get("checks").size());
    }

    @Test
    void what_people_ask_for_and_cannot_be_done_fails_with_the_reason() {
        var deaf = report(CLOCK, () -> false);
        assertFalse(deaf.isWell());
        assertEquals("fail", read(deaf).get("status").textValue());
        assertEquals(
                "The port of the issuers does not answer.",
                check(read(deaf), "issuers").get("output").textValue());
        house.close();
        var closed = report(CLOCK, () -> true);
        assertFalse(closed.isWell());
        assertEquals("fail", check(read(closed), "database").get("status").textValue());
        for (var part : List.of("issuers", "clock", "mail")) {
            assertFalse(read(closed).get("checks").has(part), "what would only wait for the database is left out");
        }
    }

    @Test
    void a_full_gate_of_passwords_is_a_warning() throws InterruptedException {
        var inside = new CountDownLatch(2);
        var leave = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var i = 0; i < 2; i++) {
                var asker = new Passwords.Asker("person" + i, "network" + i);
                var _ = threads.submit(() -> passwords.admit(asker, () -> {
                    inside.countDown();
                    return awaited(leave);
                }));
            }
            inside.await();
            var report = report(CLOCK, () -> true);
            assertTrue(report.isWell(), "it goes on");
            assertEquals("warn", read(report).get("status").textValue());
            assertEquals("warn", check(read(report), "passwords").get("status").textValue());
            leave.countDown();
        }
        assertEquals("pass", check(said(CLOCK), "passwords").get("status").textValue());
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void mails_that_nobody_takes_are_a_warning_after_a_while() {
        var now = CLOCK.instant();
        house.outbox().queue(TENANT, "m1", "test", "sealed", now);
        var mail = house.outbox().claim(now, Duration.ofMinutes(1), 1).getFirst();
        assertEquals(
                "pass",
                check(said(ahead(Duration.ofHours(1))), "mail").get("status").textValue());
        house.outbox().postpone(TENANT, mail.id(), "451 later", now.plusSeconds(60));
        assertEquals("pass", check(said(CLOCK), "mail").get("status").textValue());
        // One that has just come and is due sooner hides nothing.
        house.outbox().queue(TENANT, "m2", "test", "sealed", now.plus(Duration.ofMinutes(5)));
        house.outbox().claim(now.plus(Duration.ofMinutes(5)), Duration.ofMinutes(1), 9);
        house.outbox().postpone(TENANT, mail.id(), "451 later", now.plus(Duration.ofHours(4)));
        house.outbox().postpone(TENANT, "m2", "451 later", now.plus(Duration.ofMinutes(6)));
        var late = check(said(ahead(Duration.ofMinutes(6))), "mail");
        assertEquals("warn", late.get("status").textValue());
        assertTrue(late.get("output").textValue().contains("symbolon mail"), late.toString());
    }

    @Test
    void work_that_is_not_done_for_long_is_a_warning_until_it_is_done() {
        var tries = new AtomicInteger();
        var isBroken = new AtomicBoolean(true);
        chores.every(1, "try", () -> {
            tries.incrementAndGet();
            if (isBroken.get()) {
                throw new AssertionError("an error ends no chore for good");
            }
        });
        while (tries.get() < 2) {
            Thread.onSpinWait();
        }
        assertEquals("pass", check(said(time::get), "chores").get("status").textValue());
        time.set(time.get().plus(Duration.ofMinutes(3)));
        var late = check(said(time::get), "chores");
        assertEquals("warn", late.get("status").textValue());
        assertTrue(late.get("output").textValue().startsWith("It could not try since "), late.toString());
        isBroken.set(false);
        while (!check(said(time::get), "chores").get("status").textValue().equals("pass")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void a_clock_that_is_not_the_databases_is_a_warning() {
        close();
        open(Databases.POSTGRESQL);
        assertEquals("pass", check(said(CLOCK), "clock").get("status").textValue());
        for (var by : new Duration[] {Duration.ofMinutes(2), Duration.ofMinutes(-2)}) {
            var apart = check(said(ahead(by)), "clock");
            assertEquals("warn", apart.get("status").textValue());
            assertTrue(apart.get("output").textValue().contains("apart"), apart.toString());
        }
    }
}
