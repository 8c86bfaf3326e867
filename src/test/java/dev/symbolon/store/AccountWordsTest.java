package dev.symbolon.store;

import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Whoever looks for a person finds them by the beginning of a word.
@ParameterizedClass
@EnumSource(Databases.class)
class AccountWordsTest {
    private final World world;
    private final AccountWords words;
    private final TenantId tenant;

    AccountWordsTest(Databases databases) {
        world = new World(databases);
        words = new AccountWords(world.db);
        tenant = world.tenant;
        person("s1", "ada@example.com", "Ada Lovelace");
        person("s2", "grace.hopper@navy.example", "Grace Brewster Hopper");
        person("S3", "lise@example.com", "Lise Meitner-Ämter");
    }

    private Account person(String subject, String email, String name) {
        var account = account(subject, email, name);
        world.accounts.create(account, Optional.empty(), NOON);
        return account;
    }

    private Account account(String subject, String email, String name) {
        return new Account(
                tenant,
                new Subject(subject),
                Optional.of(Email.of(email, true)),
                Profile.named(Optional.of(name)),
                NOON,
                NOON,
                Optional.empty());
    }

    private List<String> found(String text) {
        return words.search(tenant, text, Optional.empty(), 10).accounts().stream()
                .map(account -> account.subject().value())
                .sorted()
                .toList();
    }

    @Test
    void a_word_is_found_by_its_beginning_whatever_its_case() {
        for (var text : List.of("ada", "ADA@ex", "lovel", "Ada Lov", "lovelace ada", "s1", " s1 ")) {
            assertEquals(List.of("s1"), found(text), text);
        }
        assertEquals(List.of("S3"), found("meitner-ä"));
        assertEquals(List.of("S3"), found("MEITNER-Ä"));
        assertEquals(List.of("S3"), found("s3"));
        assertEquals(List.of("S3", "s1", "s2"), found("S"));
    }

    @Test
    void what_is_in_the_middle_of_a_word_or_of_nobody_is_not_found() {
        for (var text : List.of("velace", "Ada Hopper", "%", "_", "", " ", "a\0", "x' OR 1=1 --")) {
            assertEquals(List.of(), found(text), text);
        }
    }

    @Test
    void a_change_is_found_by_the_new_words_and_not_by_the_old_ones() {
        var changed = account("s1", "byron@example.com", "Augusta Byron");
        assertTrue(world.accounts.update(changed, changed));
        assertEquals(List.of(), found("lovelace"));
        assertEquals(List.of(), found("ada"));
        assertEquals(List.of("s1"), found("byron@"));
        assertEquals(List.of("s1"), found("augusta"));
        world.accounts.remove(tenant, new Subject("s1"), NOON);
        assertEquals(List.of(), found("augusta"));
    }

    @Test
    void pages_follow_one_another_without_a_gap() {
        for (var i = 0; i < 25; i++) {
            person("p" + i, "many" + i + "@example.com", "Many " + i);
        }
        var seen = new HashSet<String>();
        var after = Optional.<String>empty();
        var pages = 0;
        do {
            var page = words.search(tenant, "many", after, 7);
            page.accounts().forEach(account -> seen.add(account.subject().value()));
            after = page.next();
            pages++;
        } while (after.isPresent() && pages < 50);
        assertEquals(25, seen.size(), "each of them, found by two words: " + pages + " pages");

        var all = new ArrayList<String>();
        do {
            var page = words.all(tenant, after, 7);
            page.accounts().forEach(account -> all.add(account.subject().value()));
            after = page.next();
        } while (after.isPresent());
        assertEquals(28, all.size());
        assertEquals(28, new HashSet<>(all).size());
    }

    @Test
    void of_two_common_words_everybody_who_has_both_is_found_page_by_page() {
        world.db.<Integer>write(handle -> {
            for (var i = 0; i < 17_500; i++) {
                var name = i % 2 == 0 ? "Anna Abel" : "Anna Berg";
                Accounts.insert(handle, account("q" + i, "m" + i + "@example.com", name), Optional.empty(), NOON);
            }
            return 0;
        });
        person("r1", "r1@example.com", "Anna Carl");
        person("r2", "r2@example.com", "Carla Anna");
        assertEquals(List.of("r1", "r2"), found("anna carl"), "few have the one: they are looked at");
        person("r3", "r3@example.com", "Abel Berg");

        var seen = new ArrayList<String>();
        var after = Optional.<String>empty();
        var pages = 0;
        do {
            var page = words.search(tenant, "abel berg", after, 10);
            page.accounts().forEach(account -> seen.add(account.subject().value()));
            after = page.next();
            pages++;
        } while (after.isPresent() && pages < 50);
        assertEquals(List.of("r3"), seen);
        assertTrue(pages <= 3, pages + " pages");

        seen.clear();
        pages = 0;
        do {
            var page = words.search(tenant, "berg an", after, 1_000);
            page.accounts().forEach(account -> seen.add(account.subject().value()));
            after = page.next();
            pages++;
        } while (after.isPresent() && pages < 50);
        assertEquals(8_750, seen.size());
        assertEquals(8_750, new HashSet<>(seen).size());
    }

    @Test
    void another_tenants_people_are_not_found() {
        var other = new World(world.db);
        assertEquals(
                List.of(),
                new AccountWords(world.db)
                        .search(other.tenant, "ada", Optional.empty(), 10)
                        .accounts());
    }
}
