package dev.symbolon.store;

import dev.symbolon.oauth.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.RowView;

/// The events of a tenant as a chain: each link is a keyed digest of the link before and of everything that the
/// event says, so whoever can write to the database and has not got the key cannot change, remove or put in an
/// event without leaving a broken link.
///
/// Events get their places right after they were committed, in batches. Nothing that people do waits for it, and
/// sign-ins of one tenant do not wait for each other.
public final class AuditChain {
    private static final int PAGE = 1_000;
    /// Events that are counted in one transaction, and that a look at the figures counts itself, at most.
    static final int COUNTED_AT_ONCE = 10_000;

    static final long DAY_MILLIS = 86_400_000;
    private static final String COLUMNS =
            "seq, at, kind, subject, client_id, session_id, grant_id, detail, actor, position, link";

    private final Database db;

    public AuditChain(Database db) {
        this.db = db;
    }

    /// The end of a chain.
    ///
    /// @param position of the last event, 0 when there is none
    public record End(long position, String link) {}

    /// What a look at the whole chain found.
    public sealed interface Finding {
        /// Every link holds.
        ///
        /// @param events how many there are
        /// @param removed how many were there before and are gone because they were old
        /// @param unlinked how many have just happened and have no place yet
        record Whole(long events, long removed, long unlinked, Optional<Instant> from, Optional<Instant> to, End end)
                implements Finding {}

        /// The first that does not.
        ///
        /// @param position where
        /// @param what happened to it, in a sentence
        record Broken(long position, String what) implements Finding {}
    }

    private record Link(long position, String link, String content, Instant at) {}

    /// Gives places to events that have none, in the order of their numbers. Of several nodes one does it at a
    /// time.
    ///
    /// @param mac the keyed digest of a text, of this tenant
    /// @param atMost so many in one transaction
    /// @return how many got one
    public int link(TenantId tenant, UnaryOperator<String> mac, int atMost) {
        if (!hasUnlinked(tenant)) {
            return 0;
        }
        return db.write(handle -> {
            var end = hold(handle, tenant);
            var waiting = handle.createQuery("SELECT " + COLUMNS
                            + " FROM event WHERE tenant_id = :tenant AND position IS NULL ORDER BY seq LIMIT :limit")
                    .bind("tenant", tenant.value())
                    .bind("limit", atMost)
                    .reduceRows(new java.util.ArrayList<Waiting>(), (rows, row) -> {
                        rows.add(new Waiting(row.getColumn("seq", Long.class), content(row)));
                        return rows;
                    });
            var position = end.position();
            var link = end.link();
            var batch = handle.prepareBatch(
                    "UPDATE event SET position = :position, link = :link WHERE tenant_id = :tenant AND seq = :seq");
            for (var event : waiting) {
                position++;
                link = next(mac, link, position, event.content());
                batch.bind("position", position)
                        .bind("link", link)
                        .bind("tenant", tenant.value())
                        .bind("seq", event.seq())
                        .add();
            }
            if (!waiting.isEmpty()) {
                batch.execute();
                handle.createUpdate(
                                "UPDATE audit_chain SET position = :position, link = :link WHERE tenant_id = :tenant")
                        .bind("tenant", tenant.value())
                        .bind("position", position)
                        .bind("link", link)
                        .execute();
                count(handle, tenant, position);
            }
            return waiting.size();
        });
    }

    private record Waiting(long seq, String content) {}

    // What got its place is counted by day, here where the chain is held: no two nodes count the same, and no sign-in
    // waits for a figure. Places that an older version gave are made up for.
    private static void count(Handle handle, TenantId tenant, long position) {
        var counted = handle.createQuery(
                        "SELECT COALESCE(counted, 0) AS counted FROM audit_chain WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .mapTo(Long.class)
                .one();
        var upTo = Math.max(counted, Math.min(position, counted + COUNTED_AT_ONCE));
        handle.createUpdate("""
                        INSERT INTO event_day (tenant_id, kind, day, events)
                        SELECT tenant_id, kind, at / 86400000, COUNT(*) FROM event
                        WHERE tenant_id = :tenant AND position > :counted AND position <= :up_to
                        GROUP BY tenant_id, kind, at / 86400000
                        ON CONFLICT (tenant_id, kind, day) DO UPDATE SET events = event_day.events + excluded.events""")
                .bind("tenant", tenant.value())
                .bind("counted", counted)
                .bind("up_to", upTo)
                .execute();
        handle.createUpdate("UPDATE audit_chain SET counted = :up_to WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .bind("up_to", upTo)
                .execute();
    }

    /// The first tenant behind the given one, in the order of their ids, that has events without a place.
    public Optional<TenantId> waiting(Optional<TenantId> after) {
        return db.read(handle -> handle.createQuery("""
                        SELECT tenant_id FROM event WHERE position IS NULL AND tenant_id > :after
                        ORDER BY tenant_id LIMIT 1""")
                .bind("after", after.map(TenantId::value).orElse(""))
                .mapTo(String.class)
                .findOne()
                .map(TenantId::new));
    }

    private boolean hasUnlinked(TenantId tenant) {
        return db.read(handle -> handle.createQuery(
                                "SELECT 1 FROM event WHERE tenant_id = :tenant AND position IS NULL LIMIT 1")
                        .bind("tenant", tenant.value())
                        .mapTo(Integer.class)
                        .findOne())
                .isPresent();
    }

    // Whoever has the row has the chain: another node waits here, and then reads what this one wrote.
    private static End hold(Handle handle, TenantId tenant) {
        var begun = handle.createUpdate("""
                INSERT INTO audit_chain (tenant_id, position, link, removed_position, removed_link)
                VALUES (:tenant, 0, '', 0, '') ON CONFLICT DO NOTHING""");
        begun.bind("tenant", tenant.value()).execute();
        return handle.createQuery("""
                        UPDATE audit_chain SET position = position WHERE tenant_id = :tenant
                        RETURNING position, link""")
                .bind("tenant", tenant.value())
                .map((row, _) -> new End(row.getLong("position"), row.getString("link")))
                .one();
    }

    private static String next(UnaryOperator<String> mac, String link, long position, String content) {
        return mac.apply(link + "\n" + position + "\n" + content);
    }

    // Each part with its length, so that nothing can be moved from one into the next.
    private static String content(RowView row) {
        var text = new StringBuilder();
        for (var column :
                List.of("seq", "at", "kind", "subject", "client_id", "session_id", "grant_id", "detail", "actor")) {
            var value = row.getColumn(column, String.class);
            text.append(value == null ? "-" : value.length() + ":" + value).append('\n');
        }
        return text.toString();
    }

    /// Looks at the whole chain, page by page.
    ///
    /// @param known an end that somebody wrote down earlier, which has to be in it still
    /// @param progress told now and then how many events were looked at
    public Finding verify(TenantId tenant, UnaryOperator<String> mac, Optional<End> known, LongConsumer progress) {
        var chain = chain(tenant);
        if (chain.isEmpty()) {
            return new Finding.Whole(0, 0, unlinked(tenant), Optional.empty(), Optional.empty(), new End(0, ""));
        }
        var position = chain.get().removedPosition();
        var link = chain.get().removedLink();
        var first = Optional.<Instant>empty();
        var last = Optional.<Instant>empty();
        List<Link> page;
        do {
            page = page(tenant, position);
            for (var one : page) {
                if (one.position() != position + 1) {
                    return new Finding.Broken(position + 1, "The event of this place is gone.");
                }
                if (!next(mac, link, one.position(), one.content()).equals(one.link())) {
                    return new Finding.Broken(
                            one.position(), "The event of this place was changed, or another one was put there.");
                }
                if (known.filter(end -> end.position() == one.position())
                        .filter(end -> !end.link().equals(one.link()))
                        .isPresent()) {
                    return new Finding.Broken(one.position(), "The chain was made anew: it had another link here.");
                }
                position = one.position();
                link = one.link();
                first = first.or(() -> Optional.of(one.at()));
                last = Optional.of(one.at());
            }
            progress.accept(position - chain.get().removedPosition());
        } while (!page.isEmpty());
        var end = new End(position, link);
        if (!end.equals(chain.get().end())
                || known.filter(one -> one.position() > end.position()).isPresent()) {
            return new Finding.Broken(position + 1, "The end of the chain was cut off.");
        }
        return new Finding.Whole(
                position - chain.get().removedPosition(),
                chain.get().removedPosition(),
                unlinked(tenant),
                first,
                last,
                end);
    }

    private record Chain(End end, long removedPosition, String removedLink) {}

    private Optional<Chain> chain(TenantId tenant) {
        return db.read(handle -> handle.createQuery("SELECT * FROM audit_chain WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .map((row, _) -> new Chain(
                        new End(row.getLong("position"), row.getString("link")),
                        row.getLong("removed_position"),
                        row.getString("removed_link")))
                .findOne());
    }

    private List<Link> page(TenantId tenant, long after) {
        return db.read(handle -> handle.createQuery("SELECT " + COLUMNS
                        + " FROM event WHERE tenant_id = :tenant AND position > :after ORDER BY position LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("after", after)
                .bind("limit", PAGE)
                .reduceRows(new java.util.ArrayList<Link>(), (rows, row) -> {
                    rows.add(new Link(
                            row.getColumn("position", Long.class),
                            row.getColumn("link", String.class),
                            content(row),
                            Instant.ofEpochMilli(row.getColumn("at", Long.class))));
                    return rows;
                }));
    }

    private long unlinked(TenantId tenant) {
        return db.read(handle -> handle.createQuery(
                        "SELECT COUNT(*) FROM event WHERE tenant_id = :tenant AND position IS NULL")
                .bind("tenant", tenant.value())
                .mapTo(Long.class)
                .one());
    }

    /// Removes events of one tenant that are older than they are to be kept: only from the beginning of the chain,
    /// which remembers where it begins from now on, and only what has its place.
    ///
    /// @return how many
    static int forget(Handle handle, TenantId tenant, Instant before, int atMost) {
        hold(handle, tenant);
        var oldest = handle
                .createQuery("""
                        SELECT position, link, at FROM event WHERE tenant_id = :tenant AND position IS NOT NULL
                        ORDER BY position LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("limit", atMost)
                .map((row, _) -> new Link(
                        row.getLong("position"), row.getString("link"), "", Instant.ofEpochMilli(row.getLong("at"))))
                .list()
                .stream()
                .takeWhile(one -> !one.at().isAfter(before))
                .toList();
        if (oldest.isEmpty()) {
            return 0;
        }
        var last = oldest.getLast();
        handle.createUpdate("""
                        UPDATE audit_chain SET removed_position = :position, removed_link = :link
                        WHERE tenant_id = :tenant""")
                .bind("tenant", tenant.value())
                .bind("position", last.position())
                .bind("link", last.link())
                .execute();
        handle.createUpdate("DELETE FROM event_day WHERE tenant_id = :tenant AND day < :day")
                .bind("tenant", tenant.value())
                .bind("day", before.toEpochMilli() / DAY_MILLIS)
                .execute();
        return handle.createUpdate("DELETE FROM event WHERE tenant_id = :tenant AND position <= :position")
                .bind("tenant", tenant.value())
                .bind("position", last.position())
                .execute();
    }
}
