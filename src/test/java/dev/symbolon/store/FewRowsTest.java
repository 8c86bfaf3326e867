package dev.symbolon.store;

import static dev.symbolon.store.World.LIMITS;
import static dev.symbolon.store.World.NOON;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sqlite.ProgressHandler;

/// SQLite has no statistics of ours and holds a tenant for ten rows, so it easily reads a whole tenant to find
/// one person. Here it counts its own steps, among some thousand people: whatever is about one person or one
/// page takes few.
class FewRowsTest {
    private static final int PEOPLE = 5_000;
    private static final int CLIENTS = 20;
    private static final int COUNTED_BY = 100;
    /// To look at one row takes some five steps, so 5,000 are fewer than those of 2,000 sessions or 7,000 events.
    private static final int STEPS_MAX = 5_000;

    private final AtomicInteger steps = new AtomicInteger();
    private Database db;
    private World world;

    @BeforeEach
    void fill() {
        db = Database.open(Databases.SQLITE.newUrl());
        db.migrate();
        world = new World(db);
        world.addTenant();
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(3);
        var crowd = new Crowd(db, world.tenant, NOON, new PasswordHash("hash"), random);
        crowd.settle(CLIENTS);
        crowd.come(PEOPLE, CLIENTS, _ -> {});
        db.<Integer>write(handle -> handle.execute("""
                INSERT INTO mail (tenant_id, mail_id, kind, state, attempts, created_at)
                SELECT tenant_id, seq, 'sign_in', 'SENT', 1, at FROM event"""));
        // Each reader in its turn; there are at most eight.
        for (var i = 0; i < 8; i++) {
            db.<Integer>read(handle -> counted(handle.getConnection()));
        }
        db.<Integer>write(handle -> counted(handle.getConnection()));
    }

    @AfterEach
    void close() {
        db.close();
    }

    private int counted(java.sql.Connection connection) {
        try {
            ProgressHandler.setHandler(connection, COUNTED_BY, new ProgressHandler() {
                @Override
                protected int progress() {
                    steps.addAndGet(COUNTED_BY);
                    return 0;
                }
            });
            return 0;
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_is_about_one_person_or_one_page_does_not_read_the_tenant() {
        var tenant = world.tenant;
        var listed =
                world.sessions.list(tenant, Optional.empty(), LIMITS, NOON, 10).sessions();
        var subject = listed.getFirst().account().subject();
        var session = listed.get(1).id();
        var browser = World.browser("one");
        var busy = signedInTwoThousandTimes(listed.getLast().account().subject());
        var another = world.aSession("another", busy, NOON);
        new Resources(db).add(World.anApi(tenant), NOON);
        var party = world.party();
        var grant = world.redeemed(party);
        var code = world.aGrant(party);
        var events = world.events;
        var name = listed.getFirst().account().profile().name().orElseThrow();
        var words = new AccountWords(db);
        var outbox = new Outbox(db);
        var work = Map.<String, Runnable>ofEntries(
                Map.entry("ofBrowser", () -> world.sessions.ofBrowser(tenant, browser, LIMITS, NOON)),
                Map.entry("find", () -> world.sessions.find(tenant, session, LIMITS, NOON)),
                Map.entry("touch", () -> world.sessions.touch(tenant, browser, LIMITS, NOON)),
                Map.entry("ofSubject", () -> world.sessions.ofSubject(tenant, subject, LIMITS, NOON)),
                Map.entry("start", () -> world.sessions.start(another, Optional.of(browser), browser, NOON)),
                Map.entry("end", () -> world.sessions.end(tenant, session, NOON)),
                Map.entry("endBrowser", () -> world.sessions.endBrowser(tenant, browser, NOON)),
                Map.entry(
                        "endOthers",
                        () -> world.sessions.endOthers(tenant, subject, new SessionId(""), Optional.empty(), NOON)),
                Map.entry(
                        "changePassword",
                        () -> world.accounts.changePassword(tenant, subject, new PasswordHash("other"), NOON)),
                Map.entry("redeem", () -> world.grants.redeem(code, NOON)),
                Map.entry("live", () -> world.grants.live(tenant, grant.id(), NOON)),
                Map.entry(
                        "refresh", () -> world.grants.refresh(tenant, grant.id(), party.client(), 1, World.IDLE, NOON)),
                Map.entry("grants", () -> world.grants.ofSubject(tenant, subject, 100)),
                Map.entry("identities", () -> new Identities(db).ofSubject(tenant, subject)),
                Map.entry("newest events", () -> events.search(tenant, wanted(null, null), 50)),
                Map.entry("events of a person", () -> events.search(tenant, wanted(null, subject), 50)),
                Map.entry(
                        "of a kind and a person", () -> events.search(tenant, wanted("session.started", subject), 50)),
                Map.entry("of a rare kind", () -> events.search(tenant, wanted("account.removed", null), 50)),
                Map.entry("everybody", () -> words.all(tenant, Optional.empty(), 50)),
                Map.entry("a name", () -> words.search(tenant, name, Optional.empty(), 10)),
                Map.entry("queue", () -> outbox.queue(tenant, "one", "sign_in", "sealed", NOON)),
                Map.entry("mails", () -> outbox.log(tenant, 20)));
        work.forEach((what, run) -> {
            steps.set(0);
            run.run();
            assertTrue(steps.get() <= STEPS_MAX, what + " takes " + steps + " steps");
        });
    }

    /// A machine that tries the sign-in every minute, or a person whom many share.
    private Subject signedInTwoThousandTimes(Subject subject) {
        db.<Integer>write(handle -> handle.execute("""
                INSERT INTO session (tenant_id, session_id, subject, browser, auth_time, amr, chosen_at, created_at,
                    last_seen_at)
                SELECT tenant_id, session_id || ' again', ?, browser || ' again', auth_time, amr, chosen_at, created_at,
                    last_seen_at
                FROM session LIMIT 2000""", subject.value()));
        return subject;
    }

    private static Events.Wanted wanted(String kind, Subject subject) {
        return new Events.Wanted(Optional.ofNullable(kind), Optional.ofNullable(subject), Optional.empty());
    }
}
