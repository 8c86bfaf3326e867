package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// There is exactly one first owner, and never none again.
@ParameterizedClass
@EnumSource(Databases.class)
class OperatorsTest {
    private final Databases databases;
    private World world;
    private Operators operators;
    private TenantId tenant;

    OperatorsTest(Databases databases) {
        this.databases = databases;
        anew();
    }

    private void anew() {
        world = new World(databases);
        operators = new Operators(world.db);
        tenant = world.tenant;
        world.addTenant();
    }

    private Subject person(String subject) {
        var account = new Account(
                tenant,
                new Subject(subject),
                Optional.empty(),
                Profile.named(Optional.of(subject)),
                NOON,
                NOON,
                Optional.empty());
        world.accounts.create(account, Optional.empty(), NOON);
        return account.subject();
    }

    @Test
    void of_eight_who_open_the_setup_link_at_once_one_becomes_the_owner() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                anew();
                for (var i = 0; i < Race.THREADS; i++) {
                    person("p" + i);
                }
                var won = race.run(i -> operators.first(tenant, new Subject("p" + i), NOON));
                assertEquals(1, won.stream().filter(one -> one).count());
                assertEquals(1, operators.list(tenant).size());
            }
        }
    }

    @Test
    void of_two_owners_who_remove_each_other_at_once_one_stays() throws Exception {
        try (var race = new Race()) {
            for (var round = 0; round < Race.ROUNDS; round++) {
                anew();
                for (var i = 0; i < Race.THREADS; i++) {
                    operators.put(tenant, person("p" + i), Role.OWNER, NOON);
                }
                race.run(i -> i % 2 == 0
                        ? operators.remove(tenant, new Subject("p" + i), NOON)
                        : operators.put(tenant, new Subject("p" + i), Role.SUPPORT, NOON));
                var owners = operators.list(tenant).stream()
                        .filter(one -> one.role() == Role.OWNER)
                        .count();
                assertEquals(1, owners);
            }
        }
    }

    @Test
    void the_last_owner_is_neither_removed_nor_made_less() {
        var ada = person("ada");
        assertTrue(operators.first(tenant, ada, NOON));
        assertFalse(operators.first(tenant, person("bob"), NOON), "there is one");
        assertEquals(Operators.Change.LAST_OWNER, operators.remove(tenant, ada, NOON));
        assertEquals(Operators.Change.LAST_OWNER, operators.put(tenant, ada, Role.ADMIN, NOON));
        assertEquals(Operators.Change.DONE, operators.put(tenant, ada, Role.OWNER, NOON));
        assertEquals(Operators.Change.DONE, operators.put(tenant, new Subject("bob"), Role.OWNER, NOON));
        assertEquals(Operators.Change.DONE, operators.remove(tenant, ada, NOON));
        assertEquals(Operators.Change.NOBODY, operators.remove(tenant, ada, NOON));
        assertEquals(Operators.Change.NOBODY, operators.put(tenant, new Subject("nobody"), Role.ADMIN, NOON));
    }

    @Test
    void a_role_is_an_active_accounts_in_its_tenant_only() {
        var ada = person("ada");
        operators.put(tenant, ada, Role.ADMIN, NOON);
        assertEquals(Optional.of(Role.ADMIN), operators.role(tenant, ada));
        assertEquals(Optional.empty(), operators.role(new World(world.db).tenant, ada));
        world.accounts.disable(tenant, ada, NOON);
        assertEquals(Optional.empty(), operators.role(tenant, ada), "suspended");
        world.accounts.enable(tenant, ada, NOON);
        world.accounts.remove(tenant, ada, NOON);
        assertEquals(List.of(), operators.list(tenant));
    }

    @Test
    void every_change_is_told() {
        var ada = person("ada");
        operators.put(tenant, ada, Role.OWNER, NOON);
        operators.put(tenant, person("bob"), Role.SUPPORT, NOON);
        operators.remove(tenant, new Subject("bob"), NOON);
        var told = world.events.list(tenant, Optional.empty(), "operator.", 10).stream()
                .map(event -> event.kind() + " " + event.detail().get("role"))
                .toList();
        assertEquals(List.of("operator.removed ", "operator.saved support", "operator.saved owner"), told);
    }
}
