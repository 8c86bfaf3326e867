package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;

import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/// Who is signed in where. A browser has one cookie; all live sessions of the browser, one for each account, carry
/// the hash of it.
public final class Sessions {
    /// Accounts signed in in one browser at most.
    public static final int ACCOUNTS_MAX = 10;

    private static final Duration SEEN_EXACTLY = Duration.ofMinutes(1);

    // auth_time + 0 and subject || '', here and below: no index is for that. SQLite would take the one that the list is
    // read by, and look at every sign-in of the tenant or the person to find those of one browser.
    private static final String SIGNED_IN = "SELECT " + Accounts.COLUMNS + """
            , s.session_id, s.auth_time, s.amr, s.chosen_at, s.created_at, s.last_seen_at
            FROM session s JOIN account a ON a.tenant_id = s.tenant_id AND a.subject = s.subject
            WHERE s.tenant_id = :tenant AND s.ended_at IS NULL AND s.last_seen_at > :idle AND s.auth_time + 0 > :absolute
                AND a.disabled_at IS NULL AND COALESCE(a.signed_out_at, 0) <= s.auth_time
                AND\s""";

    static final Together.Question<SignedIn> OF_BROWSER = new Together.Question<>(
            SIGNED_IN + "s.browser = :browser ORDER BY s.chosen_at DESC, s.session_id LIMIT " + ACCOUNTS_MAX,
            List.of("tenant", "browser"),
            List.of("idle", "absolute"),
            (row, context) -> signedIn(row));

    private static final Comparator<SignedIn> LAST_CHOICE_FIRST = Comparator.comparing(
                    (SignedIn one) -> one.session().chosenAt())
            .reversed()
            .thenComparing(one -> one.session().id().value());

    private final Database db;

    public Sessions(Database db) {
        this.db = db;
    }

    /// A live session with its active account.
    public record SignedIn(Session session, Account account) {}

    /// What a person recognises a device by.
    ///
    /// @param agent browser and system, for example `Firefox, Linux`; empty when it did not say
    /// @param network where it signed in from
    public record Device(String agent, String network) {}

    /// How many sessions of one person are listed.
    public static final int DEVICES_MAX = 100;

    /// A session of somebody, on some device.
    public record OnDevice(SessionId id, Instant authTime, Instant createdAt, Instant lastSeenAt, Device device) {}

    /// How long a session lives: without being seen, and after the person last proved who they are.
    public record Limits(Duration idle, Duration absolute) {}

    /// Signs a person in. Every live session of the cookie `replaced` moves to the cookie `browser`: the old one
    /// stops and the new one starts together. If one of them is the same person's, it is kept with its id and its
    /// grants and takes over when and how the person proved themselves. Beyond [#ACCOUNTS_MAX] the longest unseen
    /// one ends.
    ///
    /// @return the id of the session that is kept, or that of the new one
    public SessionId start(Session newSession, Optional<TokenHash> replaced, TokenHash browser, Instant now) {
        return start(newSession, replaced, browser, new Device("", ""), now);
    }

    /// The same, with what the person recognises the device by.
    public SessionId start(
            Session newSession, Optional<TokenHash> replaced, TokenHash browser, Device device, Instant now) {
        return db.write(handle -> {
            var tenant = newSession.tenant();
            replaced.ifPresent(old -> move(handle, tenant, old, browser));
            var kept = bound(handle.createQuery("""
                            UPDATE session SET auth_time = :auth_time, amr = :amr, chosen_at = :chosen_at,
                                last_seen_at = :last_seen_at, agent = :agent, network = :network
                            WHERE tenant_id = :tenant AND browser = :browser AND subject || '' = :subject
                                AND ended_at IS NULL
                            RETURNING session_id"""), newSession)
                    .bind("agent", device.agent())
                    .bind("network", device.network())
                    .bind("browser", browser.value())
                    .mapTo(String.class)
                    .findFirst()
                    .map(SessionId::new);
            if (kept.isEmpty()) {
                insert(handle, newSession, browser, device);
                endBeyondTheMost(handle, newSession, browser, now);
            }
            var id = kept.orElse(newSession.id());
            Events.happened(kept.isPresent() ? "session.renewed" : "session.started", tenant, now)
                    .subject(newSession.subject())
                    .session(id)
                    .write(handle, db);
            return id;
        });
    }

    private static void move(Handle handle, TenantId tenant, TokenHash old, TokenHash browser) {
        handle.createUpdate("""
                        UPDATE session SET browser = :browser
                        WHERE tenant_id = :tenant AND browser = :old AND ended_at IS NULL""")
                .bind("tenant", tenant.value())
                .bind("old", old.value())
                .bind("browser", browser.value())
                .execute();
    }

    static void insert(Handle handle, Session session, TokenHash browser, Device device) {
        bound(handle.createUpdate("""
                        INSERT INTO session (tenant_id, session_id, subject, browser, auth_time, amr, chosen_at,
                            created_at, last_seen_at, agent, network)
                        VALUES (:tenant, :session, :subject, :browser, :auth_time, :amr, :chosen_at, :created_at,
                            :last_seen_at, :agent, :network)"""), session)
                .bind("agent", device.agent())
                .bind("network", device.network())
                .bind("session", session.id().value())
                .bind("browser", browser.value())
                .bind("created_at", session.createdAt().toEpochMilli())
                .execute();
    }

    private void endBeyondTheMost(Handle handle, Session session, TokenHash browser, Instant now) {
        var beyond = handle.createQuery("""
                        SELECT session_id FROM session
                        WHERE tenant_id = :tenant AND browser = :browser AND ended_at IS NULL AND session_id <> :session
                        ORDER BY last_seen_at DESC, session_id LIMIT 100 OFFSET :others""")
                .bind("tenant", session.tenant().value())
                .bind("browser", browser.value())
                .bind("session", session.id().value())
                .bind("others", ACCOUNTS_MAX - 1)
                .mapTo(String.class)
                .list();
        beyond.forEach(id -> end(handle, session.tenant(), new SessionId(id), now));
    }

    private static <S extends SqlStatement<S>> S bound(S statement, Session session) {
        return statement
                .bind("tenant", session.tenant().value())
                .bind("subject", session.subject().value())
                .bind("auth_time", session.authTime().toEpochMilli())
                .bind("amr", Columns.texts(session.amr()))
                .bind("chosen_at", session.chosenAt().toEpochMilli())
                .bind("last_seen_at", session.lastSeenAt().toEpochMilli());
    }

    /// Picks another account of the browser: its sessions move from the cookie `replaced` to the cookie `browser`
    /// together, and this one was chosen now.
    ///
    /// @return false when the session is not a live one of `replaced`; nothing is changed then
    public boolean choose(
            TenantId tenant, SessionId id, TokenHash replaced, TokenHash browser, Limits limits, Instant now) {
        return db.write(handle -> handle.createUpdate("""
                                UPDATE session SET browser = :browser,
                                    chosen_at = CASE WHEN session_id = :session THEN :now ELSE chosen_at END
                                WHERE tenant_id = :tenant AND browser = :old AND ended_at IS NULL AND EXISTS
                                    (SELECT 1 FROM session o WHERE o.tenant_id = :tenant AND o.session_id = :session
                                        AND o.browser = :old AND o.ended_at IS NULL AND o.last_seen_at > :idle
                                        AND o.auth_time > :absolute)""")
                        .bindMap(within(tenant, limits, now))
                        .bind("session", id.value())
                        .bind("old", replaced.value())
                        .bind("browser", browser.value())
                        .bind("now", now.toEpochMilli())
                        .execute()
                > 0);
    }

    private static Map<String, Object> within(TenantId tenant, Limits limits, Instant now) {
        return new HashMap<>(Map.of(
                "tenant", tenant.value(),
                "idle", now.minus(limits.idle()).toEpochMilli(),
                "absolute", now.minus(limits.absolute()).toEpochMilli()));
    }

    /// The live sessions of a browser with their active accounts, most recently chosen first.
    public List<SignedIn> ofBrowser(TenantId tenant, TokenHash browser, Limits limits, Instant now) {
        return db.ask(OF_BROWSER, looking(tenant, browser, limits, now)).stream()
                .sorted(LAST_CHOICE_FIRST) // in company they come in any order
                .toList();
    }

    static Map<String, ?> looking(TenantId tenant, TokenHash browser, Limits limits, Instant now) {
        var values = within(tenant, limits, now);
        values.put("browser", browser.value());
        return values;
    }

    /// The session of that id, if it is live and its account active.
    public Optional<SignedIn> find(TenantId tenant, SessionId id, Limits limits, Instant now) {
        return db.read(handle -> handle.createQuery(SIGNED_IN + "s.session_id = :session")
                .bindMap(within(tenant, limits, now))
                .bind("session", id.value())
                .map((row, context) -> signedIn(row))
                .findOne());
    }

    /// The browser was here; exact to a minute, so that a row is not written for every page. A session whose
    /// time is over does not come back to life by it.
    public void touch(TenantId tenant, TokenHash browser, Limits limits, Instant now) {
        db.write(handle -> handle.createUpdate("""
                        UPDATE session SET last_seen_at = :now
                        WHERE tenant_id = :tenant AND browser = :browser AND ended_at IS NULL
                            AND last_seen_at <= :before AND last_seen_at > :idle AND auth_time + 0 > :absolute""")
                .bindMap(within(tenant, limits, now))
                .bind("browser", browser.value())
                .bind("now", now.toEpochMilli())
                .bind("before", now.minus(SEEN_EXACTLY).toEpochMilli())
                .execute());
    }

    /// Ends a session and revokes its grants except those with `offline_access`.
    ///
    /// @return the clients that had a grant of it, to be told; none when it had ended already
    public List<ClientId> end(TenantId tenant, SessionId id, Instant now) {
        return db.write(handle -> end(handle, tenant, id, now));
    }

    /// Signs everybody of the tenant out everywhere: no session and no grant from before is honoured any more.
    public void endAll(TenantId tenant, Instant now) {
        db.<Integer>write(handle -> {
            var people = handle.createUpdate("UPDATE account SET signed_out_at = :now WHERE tenant_id = :tenant")
                    .bind("tenant", tenant.value())
                    .bind("now", now.toEpochMilli())
                    .execute();
            Events.happened("session.all_ended", tenant, now).write(handle, db);
            return people;
        });
    }

    /// Signs one account out of a browser, whether its time was over or not. Of the others none is the chosen
    /// one any more: whoever comes next says who they are.
    ///
    /// @return whether that session was one of this browser's and had not ended
    public boolean leave(TenantId tenant, SessionId id, TokenHash browser, Instant now) {
        return db.write(handle -> {
            var left = handle.createQuery("""
                            SELECT session_id FROM session
                            WHERE tenant_id = :tenant AND session_id = :session AND browser = :browser
                                AND ended_at IS NULL""")
                    .bind("tenant", tenant.value())
                    .bind("session", id.value())
                    .bind("browser", browser.value())
                    .mapTo(String.class)
                    .findOne();
            if (left.isEmpty()) {
                return false;
            }
            end(handle, tenant, id, now);
            handle.createUpdate("""
                            UPDATE session SET chosen_at = :unchosen
                            WHERE tenant_id = :tenant AND browser = :browser AND ended_at IS NULL""")
                    .bind("tenant", tenant.value())
                    .bind("browser", browser.value())
                    .bind("unchosen", Session.UNCHOSEN.toEpochMilli())
                    .execute();
            return true;
        });
    }

    /// The live sessions of a person, the latest used first; at most [#DEVICES_MAX].
    public List<OnDevice> ofSubject(TenantId tenant, Subject subject, Limits limits, Instant now) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM session
                        WHERE tenant_id = :tenant AND subject = :subject AND ended_at IS NULL
                            AND last_seen_at >= :idle AND auth_time + 0 >= :absolute
                        ORDER BY last_seen_at DESC, session_id LIMIT :limit""")
                .bind("limit", DEVICES_MAX)
                .bindMap(within(tenant, limits, now))
                .bind("subject", subject.value())
                .map((row, _) -> new OnDevice(
                        new SessionId(row.getString("session_id")),
                        Columns.instant(row, "auth_time"),
                        Columns.instant(row, "created_at"),
                        Columns.instant(row, "last_seen_at"),
                        SessionPages.device(row)))
                .list());
    }

    /// A live session in the list of all.
    public record Listed(SessionId id, Account account, Instant authTime, Instant lastSeenAt, Device device) {}

    /// A page of live sessions.
    ///
    /// @param next the next page has those whose sign-in was earlier; empty when there is none
    public record Page(List<Listed> sessions, Optional<Instant> next) {}

    /// The live sessions of a tenant, the latest sign-in first. However many there are that nobody came back to,
    /// only so many are looked at for one page: it can hold fewer than `limit`, even none, and have a next one.
    ///
    /// @param before only those whose sign-in was earlier
    public Page list(TenantId tenant, Optional<Instant> before, Limits limits, Instant now, int limit) {
        return db.read(handle -> SessionPages.read(handle, tenant, before, limits, now, limit));
    }

    /// Ends sessions of a person but one, each as [#end] does; those whose time is over too.
    ///
    /// @param only the one to end; every one when absent
    /// @return how many
    public int endOthers(TenantId tenant, Subject subject, SessionId kept, Optional<SessionId> only, Instant now) {
        return db.write(handle -> {
            var ended = 0;
            for (var id : notEnded(handle, tenant, "subject = :of", subject.value())) {
                if (!id.equals(kept) && (only.isEmpty() || only.get().equals(id))) {
                    end(handle, tenant, id, now);
                    ended++;
                }
            }
            return ended;
        });
    }

    /// Ends every session of a browser, each as [#end] does.
    public List<ClientId> endBrowser(TenantId tenant, TokenHash browser, Instant now) {
        return db.write(handle -> {
            var clients = new LinkedHashSet<ClientId>();
            notEnded(handle, tenant, "browser = :of", browser.value())
                    .forEach(id -> clients.addAll(end(handle, tenant, id, now)));
            return new ArrayList<>(clients);
        });
    }

    private static List<SessionId> notEnded(Handle handle, TenantId tenant, String which, String of) {
        return handle
                .createQuery(
                        "SELECT session_id FROM session WHERE tenant_id = :tenant AND ended_at IS NULL AND " + which)
                .bind("tenant", tenant.value())
                .bind("of", of)
                .mapTo(String.class)
                .list()
                .stream()
                .sorted() // not by SQLite, which would read every session of the tenant for that
                .map(SessionId::new)
                .toList();
    }

    List<ClientId> end(Handle handle, TenantId tenant, SessionId id, Instant now) {
        var ended = handle.createUpdate("""
                        UPDATE session SET ended_at = :now
                        WHERE tenant_id = :tenant AND session_id = :session AND ended_at IS NULL""")
                .bind("tenant", tenant.value())
                .bind("session", id.value())
                .bind("now", now.toEpochMilli())
                .execute();
        if (ended == 0) {
            return List.of();
        }
        // Sorted here: asked for an order, SQLite reads every grant of the tenant by client.
        var clients = handle
                .createQuery("""
                        SELECT client_id FROM client_grant
                        WHERE tenant_id = :tenant AND session_id = :session AND revoked_at IS NULL""")
                .bind("tenant", tenant.value())
                .bind("session", id.value())
                .mapTo(String.class)
                .list()
                .stream()
                .distinct()
                .sorted()
                .map(ClientId::new)
                .toList();
        Grants.revokeOfEndedSession(handle, tenant, id, now);
        Events.happened("session.ended", tenant, now).session(id).write(handle, db);
        return clients;
    }

    private static SignedIn signedIn(ResultSet row) throws SQLException {
        var account = Accounts.account(row);
        var session = new Session(
                account.tenant(),
                new SessionId(row.getString("session_id")),
                new Subject(row.getString("subject")),
                instant(row, "auth_time"),
                Columns.texts(row.getString("amr")),
                instant(row, "chosen_at"),
                instant(row, "created_at"),
                instant(row, "last_seen_at"));
        return new SignedIn(session, account);
    }
}
