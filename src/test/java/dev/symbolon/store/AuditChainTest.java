package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.store.AuditChain.End;
import dev.symbolon.store.AuditChain.Finding;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Nobody changes what happened without leaving a broken link.
@ParameterizedClass
@EnumSource(Databases.class)
class AuditChainTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final UnaryOperator<String> MAC = AuditChainTest::mac;

    private final World world;
    private final AuditChain chain;

    AuditChainTest(Databases databases) {
        world = new World(databases);
        chain = new AuditChain(world.db);
    }

    private static String mac(String text) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(("key" + text).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private void happen(int times) {
        for (var i = 0; i < times; i++) {
            var subject = "p" + NUMBER.incrementAndGet();
            var account = new Account(
                    world.tenant,
                    new Subject(subject),
                    Optional.empty(),
                    Profile.named(Optional.of("Ünïcode " + subject)),
                    NOON,
                    NOON,
                    Optional.empty());
            world.accounts.create(account, Optional.empty(), NOON.plusSeconds(i));
        }
    }

    private Finding verify() {
        return chain.verify(world.tenant, MAC, Optional.empty(), _ -> {});
    }

    private Finding.Whole whole() {
        return assertInstanceOf(Finding.Whole.class, verify(), () -> verify().toString());
    }

    private void isBroken(long position, String what) {
        var broken = assertInstanceOf(Finding.Broken.class, verify());
        assertEquals(position, broken.position(), broken.what());
        assertTrue(broken.what().contains(what), broken.what());
    }

    private void tamper(String sql) {
        world.db.<Integer>write(handle -> handle.execute(sql.replace(":t", "'" + world.tenant.value() + "'")));
    }

    @Test
    void what_happened_gets_its_place_and_every_link_holds() {
        assertEquals(0, whole().events());
        happen(5);
        assertEquals(5, whole().unlinked());
        assertEquals(3, chain.link(world.tenant, MAC, 3));
        assertEquals(2, chain.link(world.tenant, MAC, 3));
        assertEquals(0, chain.link(world.tenant, MAC, 3));
        happen(1);
        chain.link(world.tenant, MAC, 10);
        assertEquals(6, whole().events());
        assertEquals(6, whole().end().position());
        assertEquals(Optional.of(NOON), whole().from());
    }

    @Test
    void AD_03_a_changed_event_is_found_whichever_part_of_it_was_changed() {
        for (var change : new String[] {
            "kind = 'x'",
            "subject = 'somebody'",
            "detail = '{\"a\":\"b\"}'",
            "at = at + 1",
            "actor = 'operator:eve'",
            "client_id = 'c'",
            "session_id = 's'",
            "grant_id = 'g'",
            "link = 'l'"
        }) {
            var other = new World(world.db);
            var account = new Account(
                    other.tenant,
                    new Subject("a"),
                    Optional.empty(),
                    Profile.named(Optional.empty()),
                    NOON,
                    NOON,
                    Optional.empty());
            other.accounts.create(account, Optional.empty(), NOON);
            other.accounts.disable(other.tenant, account.subject(), NOON);
            other.accounts.enable(other.tenant, account.subject(), NOON);
            chain.link(other.tenant, MAC, 10);
            world.db.<Integer>write(handle -> handle.execute(
                    "UPDATE event SET " + change + " WHERE tenant_id = ? AND position = 2", other.tenant.value()));
            var broken = assertInstanceOf(
                    Finding.Broken.class, chain.verify(other.tenant, MAC, Optional.empty(), _ -> {}), change);
            assertEquals(2, broken.position(), change);
        }
    }

    @Test
    void AD_03_a_removed_a_put_in_and_a_cut_off_event_are_found() {
        happen(6);
        chain.link(world.tenant, MAC, 10);
        tamper("DELETE FROM event WHERE tenant_id = :t AND position = 4");
        isBroken(4, "is gone");
        tamper("UPDATE event SET position = position - 1 WHERE tenant_id = :t AND position = 5");
        isBroken(4, "was changed");
        tamper("DELETE FROM event WHERE tenant_id = :t AND position >= 4");
        isBroken(4, "cut off");
        tamper("DELETE FROM event WHERE tenant_id = :t AND position = 1");
        isBroken(1, "is gone");
    }

    @Test
    void AD_03_whoever_sets_the_end_back_is_found_by_an_end_that_was_written_down() {
        happen(6);
        chain.link(world.tenant, MAC, 10);
        var end = whole().end();
        tamper("DELETE FROM event WHERE tenant_id = :t AND position > 4");
        tamper("UPDATE audit_chain SET position = 4, link = (SELECT link FROM event WHERE tenant_id = :t"
                + " AND position = 4) WHERE tenant_id = :t");
        assertEquals(4, whole().events(), "by itself it cannot be seen");
        assertInstanceOf(Finding.Broken.class, chain.verify(world.tenant, MAC, Optional.of(end), _ -> {}));
        happen(4);
        chain.link(world.tenant, MAC, 10);
        assertInstanceOf(Finding.Broken.class, chain.verify(world.tenant, MAC, Optional.of(end), _ -> {}));
        assertInstanceOf(
                Finding.Whole.class,
                chain.verify(world.tenant, MAC, Optional.of(new End(4, links(4))), _ -> {}),
                "an end that is still in it");
    }

    private String links(long position) {
        return world.db.read(handle -> handle.createQuery(
                        "SELECT link FROM event WHERE tenant_id = :tenant AND position = :position")
                .bind("tenant", world.tenant.value())
                .bind("position", position)
                .mapTo(String.class)
                .one());
    }

    @Test
    void without_the_key_no_chain_can_be_made() {
        happen(3);
        chain.link(world.tenant, text -> mac("another" + text), 10);
        isBroken(1, "was changed");
    }

    @Test
    void what_is_old_goes_from_the_beginning_only_and_the_rest_still_holds() {
        happen(10);
        chain.link(world.tenant, MAC, 6);
        var kept = new Purge.Kept(Duration.ofSeconds(100), Duration.ofDays(1));
        world.purge.purge(NOON.plusSeconds(103), kept, 1_000);
        assertEquals(6, whole().events() + whole().removed());
        assertEquals(4, whole().removed(), "NOON to NOON + 3 s");
        world.purge.purge(NOON.plusSeconds(1_000), kept, 1_000);
        assertEquals(6, whole().removed());
        assertEquals(4, whole().unlinked(), "what has no place yet stays");
        chain.link(world.tenant, MAC, 10);
        assertEquals(4, whole().events());
        tamper("DELETE FROM event WHERE tenant_id = :t AND position = 7");
        isBroken(7, "is gone");
    }

    @Test
    void of_eight_nodes_that_link_at_once_each_event_gets_one_place() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < 50; round++) {
                happen(16);
                var linked = race.run(_ -> chain.link(world.tenant, MAC, 4)).stream()
                        .mapToInt(Integer::intValue)
                        .sum();
                assertTrue(linked <= 16, "none twice");
                while (chain.link(world.tenant, MAC, 100) > 0) {
                    assertTrue(true);
                }
            }
        }
        assertEquals(50 * 16, whole().events());
    }

    @Test
    void an_actor_never_leaks_into_what_somebody_else_does_in_the_same_batch() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                var names = new String[Race.THREADS];
                for (var i = 0; i < names.length; i++) {
                    names[i] = "r" + NUMBER.incrementAndGet();
                }
                race.run(i -> {
                    var account = new Account(
                            world.tenant,
                            new Subject(names[i]),
                            Optional.empty(),
                            Profile.named(Optional.empty()),
                            NOON,
                            NOON,
                            Optional.empty());
                    return i % 2 == 0
                            ? Actor.operator(names[i])
                                    .does(() -> world.accounts.create(account, Optional.empty(), NOON))
                            : world.accounts.create(account, Optional.empty(), NOON);
                });
                for (var i = 0; i < names.length; i++) {
                    var event = world.events
                            .ofSubject(world.tenant, new Subject(names[i]), 1)
                            .getFirst();
                    var expected = i % 2 == 0 ? Optional.of("operator:" + names[i]) : Optional.<String>empty();
                    assertEquals(expected, event.actor());
                }
            }
        }
    }
}
