package dev.symbolon.store;

import static dev.symbolon.store.Columns.instant;
import static dev.symbolon.store.Columns.maybeInstant;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Sealed;
import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.UpstreamUser;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/// What comes into a tenant from a file: so many lines at once, in one transaction that also keeps the place.
/// What is there already stays as it is, so that every line can come twice.
public final class Imports {
    /// So many imports of a tenant are remembered.
    public static final int KEPT_MAX = 20;
    /// Of so many lines it is remembered why they were refused.
    public static final int PROBLEMS_MAX = 100;

    private static final int REASON_MAX_CHARACTERS = 300;

    private final Database db;

    public Imports(Database db) {
        this.db = db;
    }

    /// What a line can bring.
    public sealed interface Thing {
        /// An API.
        record Api(ProtectedResource resource) implements Thing {}

        /// An application, what it may ask of APIs in its own name, and the digests of its secrets.
        record Application(Client client, Map<String, Scope> access, List<TokenHash> secrets) implements Thing {}

        /// A connection, and the client secret at the other server.
        record Place(Connection connection, Optional<Sealed> secret) implements Thing {}

        /// Somebody, and who they are at other servers.
        ///
        /// @param isNamed whether the file says the sub; otherwise the address says who it is
        record Person(Account account, Optional<PasswordHash> hash, List<UpstreamUser> identities, boolean isNamed)
                implements Thing {}
    }

    /// A line of the file.
    ///
    /// @param number the first one is 1
    /// @param thing absent when it brings nothing
    /// @param refusal why it brings nothing; empty for an empty line
    public record Line(long number, Optional<Thing> thing, String refusal) {}

    /// A line that was refused.
    public record Problem(long line, String reason) {}

    /// How far an import is.
    ///
    /// @param id a digest of the first line
    /// @param source what the file is called
    /// @param bytesTotal 0 when nobody knows
    /// @param digest of all lines up to here
    /// @param problems the first [#PROBLEMS_MAX] of the refused lines
    public record Progress(
            TenantId tenant,
            String id,
            String source,
            long bytesTotal,
            long bytes,
            long lines,
            String digest,
            long added,
            long present,
            long refused,
            List<Problem> problems,
            Instant startedAt,
            Instant updatedAt,
            Optional<Instant> endedAt) {
        /// A new one at the beginning of its file.
        public static Progress first(TenantId tenant, String id, String source, long bytesTotal, Instant now) {
            return new Progress(
                    tenant, id, source, bytesTotal, 0, 0, "", 0, 0, 0, List.of(), now, now, Optional.empty());
        }

        /// From 0 to 100; absent when nobody knows.
        public Optional<Integer> percent() {
            return bytesTotal == 0
                    ? Optional.empty()
                    : Optional.of(Math.clamp(endedAt.isPresent() ? 100 : bytes * 100 / bytesTotal, 0, 100));
        }
    }

    /// Up to where the file was read.
    public record Mark(long bytes, long lines, String digest) {}

    /// The import of that id, under way or ended.
    public Optional<Progress> find(TenantId tenant, String id) {
        return db.read(handle -> handle.createQuery(
                        "SELECT * FROM tenant_import WHERE tenant_id = :tenant AND import_id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map((row, context) -> progress(row))
                .findOne());
    }

    /// The imports of a tenant, the latest first.
    public List<Progress> list(TenantId tenant) {
        return db.read(handle -> handle.createQuery("""
                        SELECT * FROM tenant_import WHERE tenant_id = :tenant
                        ORDER BY updated_at DESC, import_id LIMIT :limit""")
                .bind("tenant", tenant.value())
                .bind("limit", KEPT_MAX)
                .map((row, context) -> progress(row))
                .list());
    }

    /// Begins an import, in the place of an earlier one of the same id.
    public void begin(Progress first, Instant now) {
        db.<Integer>write(handle -> {
            handle.createUpdate("DELETE FROM tenant_import WHERE tenant_id = :tenant AND import_id = :id")
                    .bind("tenant", first.tenant().value())
                    .bind("id", first.id())
                    .execute();
            handle.createUpdate("""
                            DELETE FROM tenant_import WHERE tenant_id = :tenant AND import_id NOT IN
                                (SELECT import_id FROM tenant_import WHERE tenant_id = :tenant
                                    ORDER BY updated_at DESC, import_id LIMIT :kept)""")
                    .bind("tenant", first.tenant().value())
                    .bind("kept", KEPT_MAX - 1)
                    .execute();
            handle.createUpdate("""
                            INSERT INTO tenant_import (tenant_id, import_id, source, bytes_total, bytes_read,
                                lines_read, digest, added, present, refused, problems, started_at, updated_at)
                            VALUES (:tenant, :id, :source, :total, 0, 0, '', 0, 0, 0, '{}', :now, :now)
                            ON CONFLICT DO NOTHING""")
                    .bind("tenant", first.tenant().value())
                    .bind("id", first.id())
                    .bind("source", first.source())
                    .bind("total", first.bytesTotal())
                    .bind("now", now.toEpochMilli())
                    .execute();
            Events.happened("import.begun", first.tenant(), now)
                    .with("file", first.source())
                    .write(handle, db);
            return 0;
        });
    }

    /// Writes what these lines bring, and up to where the file was read: all of it or nothing.
    ///
    /// @param before as it was when these lines were read
    /// @return how far it is now; empty, and nothing written, when somebody else went on with the same import
    public Optional<Progress> write(Progress before, List<Line> lines, Mark mark, Instant now) {
        return db.change(handle -> {
            // The row first: of two who go on at once the second one finds another place.
            var isOurs = handle.createUpdate("""
                                    UPDATE tenant_import SET bytes_read = :bytes, lines_read = :lines, digest = :digest,
                                        updated_at = :now
                                    WHERE tenant_id = :tenant AND import_id = :id AND ended_at IS NULL
                                        AND lines_read = :before AND digest = :known""")
                            .bind("bytes", mark.bytes())
                            .bind("lines", mark.lines())
                            .bind("digest", mark.digest())
                            .bind("now", now.toEpochMilli())
                            .bind("tenant", before.tenant().value())
                            .bind("id", before.id())
                            .bind("before", before.lines())
                            .bind("known", before.digest())
                            .execute()
                    == 1;
            return isOurs ? Optional.of(written(handle, before, lines, mark, now)) : Optional.empty();
        });
    }

    private Progress written(Handle handle, Progress before, List<Line> lines, Mark mark, Instant now) {
        var arrivals = new Arrivals(handle, db, now);
        var added = before.added();
        var present = before.present();
        var refused = new ArrayList<Problem>();
        for (var line : lines) {
            var outcome = line.thing().map(arrivals::arrive).orElse(line.refusal());
            if (outcome.equals(Arrivals.ADDED)) {
                added++;
            } else if (outcome.equals(Arrivals.PRESENT)) {
                present++;
            } else if (!outcome.isEmpty()) {
                refused.add(new Problem(line.number(), cut(outcome)));
            }
        }
        var problems = Stream.concat(before.problems().stream(), refused.stream())
                .limit(PROBLEMS_MAX)
                .toList();
        var after = new Progress(
                before.tenant(),
                before.id(),
                before.source(),
                before.bytesTotal(),
                mark.bytes(),
                mark.lines(),
                mark.digest(),
                added,
                present,
                before.refused() + refused.size(),
                problems,
                before.startedAt(),
                now,
                Optional.empty());
        handle.createUpdate("""
                        UPDATE tenant_import SET added = :added, present = :present, refused = :refused,
                            problems = :problems WHERE tenant_id = :tenant AND import_id = :id""")
                .bind("added", added)
                .bind("present", present)
                .bind("refused", after.refused())
                .bind("problems", problems(problems))
                .bind("tenant", before.tenant().value())
                .bind("id", before.id())
                .execute();
        return after;
    }

    // It repeats names of the file, and is read on a terminal too.
    private static String cut(String reason) {
        var line = OneLine.of(reason);
        return line.length() <= REASON_MAX_CHARACTERS ? line : line.substring(0, REASON_MAX_CHARACTERS) + "…";
    }

    /// The file was read to its end, or to where it is given up.
    ///
    /// @return how it ended; empty when somebody else went on with it
    public Optional<Progress> end(Progress last, Instant now) {
        return db.write(handle -> {
            var ended = handle.createUpdate("""
                            UPDATE tenant_import SET ended_at = :now, updated_at = :now
                            WHERE tenant_id = :tenant AND import_id = :id AND ended_at IS NULL
                                AND lines_read = :lines AND digest = :digest""")
                    .bind("now", now.toEpochMilli())
                    .bind("tenant", last.tenant().value())
                    .bind("id", last.id())
                    .bind("lines", last.lines())
                    .bind("digest", last.digest())
                    .execute();
            if (ended == 0) {
                return Optional.empty();
            }
            Events.happened("import.ended", last.tenant(), now)
                    .with("file", last.source())
                    .with("added", Long.toString(last.added()))
                    .with("present", Long.toString(last.present()))
                    .with("refused", Long.toString(last.refused()))
                    .write(handle, db);
            return handle.createQuery("SELECT * FROM tenant_import WHERE tenant_id = :tenant AND import_id = :id")
                    .bind("tenant", last.tenant().value())
                    .bind("id", last.id())
                    .map((row, context) -> progress(row))
                    .findOne();
        });
    }

    /// Tells that somebody takes everything with them.
    public void exported(TenantId tenant, Instant now) {
        db.<Integer>write(handle -> {
            Events.happened("tenant.exported", tenant, now).write(handle, db);
            return 0;
        });
    }

    /// The people by sub from behind the given one on, with their passwords' hashes and who they are elsewhere.
    public List<Thing.Person> people(TenantId tenant, String after, int limit) {
        return db.read(handle -> {
            var accounts = handle.createQuery("SELECT " + Accounts.COLUMNS + ", a.password_hash FROM account a"
                            + " WHERE a.tenant_id = :tenant AND a.subject > :after ORDER BY a.subject LIMIT :limit")
                    .bind("tenant", tenant.value())
                    .bind("after", after)
                    .bind("limit", limit)
                    .map((row, context) -> Map.entry(
                            Accounts.account(row),
                            Columns.maybeText(row, "password_hash").map(PasswordHash::new)))
                    .list();
            if (accounts.isEmpty()) {
                return List.of();
            }
            var identities = new LinkedHashMap<String, List<UpstreamUser>>();
            handle.createQuery("""
                            SELECT * FROM identity WHERE tenant_id = :tenant AND subject > :after AND subject <= :last
                            ORDER BY subject, connection_id, upstream_subject""")
                    .bind("tenant", tenant.value())
                    .bind("after", after)
                    .bind("last", accounts.getLast().getKey().subject().value())
                    .map((row, context) -> Identities.identity(row))
                    .forEach(one -> identities
                            .computeIfAbsent(one.subject().value(), _ -> new ArrayList<>())
                            .add(Arrivals.user(one)));
            return accounts.stream()
                    .map(one -> new Thing.Person(
                            one.getKey(),
                            one.getValue(),
                            identities.getOrDefault(one.getKey().subject().value(), List.of()),
                            true))
                    .toList();
        });
    }

    // In pairs: the number of the line, and why.
    private static String problems(List<Problem> problems) {
        var texts = new LinkedHashMap<String, String>();
        problems.forEach(problem -> texts.put(Long.toString(problem.line()), problem.reason()));
        return Columns.map(texts);
    }

    private static Progress progress(ResultSet row) throws SQLException {
        return new Progress(
                new TenantId(row.getString("tenant_id")),
                row.getString("import_id"),
                row.getString("source"),
                row.getLong("bytes_total"),
                row.getLong("bytes_read"),
                row.getLong("lines_read"),
                row.getString("digest"),
                row.getLong("added"),
                row.getLong("present"),
                row.getLong("refused"),
                Columns.map(row.getString("problems")).entrySet().stream()
                        .map(entry -> new Problem(Long.parseLong(entry.getKey()), entry.getValue()))
                        .toList(),
                instant(row, "started_at"),
                instant(row, "updated_at"),
                maybeInstant(row, "ended_at"));
    }

    static boolean hasConnection(Handle handle, TenantId tenant, ConnectionId id) {
        return handle.createQuery("SELECT 1 FROM connection WHERE tenant_id = :tenant AND connection_id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id.value())
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }
}
