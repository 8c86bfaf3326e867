package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What is measured on a crowd is worth something only if the crowd is what people would have left.
class CrowdTest {
    private static final int PEOPLE = 1_200;
    private static final int CLIENTS = 30;
    private static final UnaryOperator<String> MAC = text -> Integer.toHexString(text.hashCode());

    @ParameterizedTest
    @EnumSource(Databases.class)
    void a_crowd_is_found_signed_in_and_chained_like_people_who_came_by_themselves(Databases databases) {
        var world = new World(databases);
        world.addTenant();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        var crowd = new Crowd(world.db, world.tenant, NOON, new PasswordHash("hash"), random);
        crowd.settle(CLIENTS);
        var told = new ArrayList<Long>();
        crowd.come(PEOPLE, CLIENTS, told::add);
        assertEquals(PEOPLE, told.getLast());

        var words = new AccountWords(world.db);
        var all = new HashSet<String>();
        for (var after = Optional.<String>empty(); ; ) {
            var page = words.all(world.tenant, after, 100);
            page.accounts().forEach(account -> all.add(account.subject().value()));
            page.accounts().forEach(account -> assertIsFound(words, account));
            after = page.next();
            if (after.isEmpty()) {
                break;
            }
        }
        assertEquals(PEOPLE, all.size());
        assertEquals(
                50,
                new Sessions(world.db)
                        .list(world.tenant, Optional.empty(), World.LIMITS, NOON, 50)
                        .sessions()
                        .size());
        assertEquals(
                CLIENTS, world.clients.list(world.tenant, Optional.empty(), 100).size());

        var chain = new AuditChain(world.db);
        while (chain.link(world.tenant, MAC, 1_000) > 0) {
            // until every event has its place
        }
        var whole = assertInstanceOf(
                AuditChain.Finding.Whole.class, chain.verify(world.tenant, MAC, Optional.empty(), _ -> {}));
        assertTrue(whole.events() > PEOPLE * 14 / 10, whole.toString());
        assertEquals(0, whole.unlinked());
    }

    private static void assertIsFound(AccountWords words, Account account) {
        var found = words.search(account.tenant(), account.address().orElseThrow(), Optional.empty(), 10);
        assertFalse(found.accounts().isEmpty());
        assertTrue(found.accounts().contains(account), account.toString());
    }
}
