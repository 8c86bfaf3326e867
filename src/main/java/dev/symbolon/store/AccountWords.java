package dev.symbolon.store;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/// What people are found by: the beginning of their address, of their sub, or of a word of their name. Looking
/// for it reads one range of one index, however many people there are.
public final class AccountWords {
    private static final int WORD_MAX_BYTES = 64;
    private static final int WORDS_MAX = 12;
    /// People who have the rarest word of several, for a page.
    private static final int LOOKED_AT_MAX = 5_000;

    private static final int LOOKED_AT_ONCE = 1_000;
    /// Behind every hexadecimal digit, in the order of every database.
    private static final String END = "g";

    private final Database db;

    public AccountWords(Database db) {
        this.db = db;
    }

    /// A page of people.
    ///
    /// @param next where the next page begins, if there is one
    public record Found(List<Account> accounts, Optional<String> next) {}

    /// The people of whom a word begins with the text, without regard to case; by that word. Of several words that
    /// are all very common, only so many people are looked at for one page: it can hold fewer than `limit`, even
    /// nobody, and have a next one.
    ///
    /// @param text of several words the last one may be unfinished; all have to fit
    /// @param after `next` of the page before
    public Found search(TenantId tenant, String text, Optional<String> after, int limit) {
        var wanted = words(text).stream().limit(WORDS_MAX).toList();
        if (wanted.isEmpty() || !Columns.isStorable(text)) {
            return new Found(List.of(), Optional.empty());
        }
        return db.read(handle -> {
            var rarest = rarest(handle, tenant, wanted);
            var others = wanted.stream().filter(word -> !word.equals(rarest)).toList();
            var step = others.isEmpty() ? limit + 1 : LOOKED_AT_ONCE;
            var rows = new ArrayList<Row>();
            var mark = after.flatMap(Mark::read).or(() -> Optional.of(new Mark(rarest, "")));
            for (var looked = 0; looked < LOOKED_AT_MAX && mark.isPresent() && rows.size() <= limit; looked += step) {
                var range = new Range(tenant, rarest, mark.get());
                rows.addAll(look(handle, range, others, step, limit + 1 - rows.size()));
                mark = others.isEmpty() ? Optional.empty() : end(handle, range, step);
            }
            var shown = rows.stream().limit(limit).toList();
            var next = rows.size() > limit ? Optional.of(shown.getLast().mark()) : mark;
            return new Found(shown.stream().map(Row::account).distinct().toList(), next.map(Mark::text));
        });
    }

    /// A place in the order of words.
    private record Mark(String word, String subject) {
        static Optional<Mark> read(String text) {
            var space = text.indexOf(' ');
            return space < 0
                    ? Optional.empty()
                    : Optional.of(new Mark(text.substring(0, space), text.substring(space + 1)));
        }

        String text() {
            return word + " " + subject;
        }
    }

    private record Row(Mark mark, Account account) {}

    /// The words that begin so, from behind a mark on.
    private record Range(TenantId tenant, String word, Mark after) {
        static final String SQL = """
                account_word WHERE tenant_id = :tenant AND word >= :from AND word < :end
                    AND (word, subject) > (:word, :subject) ORDER BY word, subject""";

        Query bind(Query query) {
            return query.bind("tenant", tenant.value())
                    .bind("from", word)
                    .bind("end", word + END)
                    .bind("word", after.word())
                    .bind("subject", after.subject());
        }
    }

    // Who has it is looked at one by one for the other words, so it had better be few; counted up to where it does not
    // matter any more.
    private static String rarest(Handle handle, TenantId tenant, List<String> words) {
        if (words.size() == 1) {
            return words.getFirst();
        }
        return words.stream()
                .map(word -> Map.entry(
                        word,
                        handle.createQuery("""
                                SELECT COUNT(*) FROM (SELECT 1 FROM account_word
                                    WHERE tenant_id = :tenant AND word >= :from AND word < :end LIMIT :most) AS few""")
                                .bind("tenant", tenant.value())
                                .bind("from", word)
                                .bind("end", word + END)
                                .bind("most", LOOKED_AT_MAX)
                                .mapTo(Long.class)
                                .one()))
                .min(Comparator.comparingLong((Map.Entry<String, Long> entry) -> entry.getValue())
                        .thenComparingInt(entry -> -entry.getKey().length()))
                .orElseThrow()
                .getKey();
    }

    // A count and no EXISTS: PostgreSQL would look for everybody who has the other word first.
    private static List<Row> look(Handle handle, Range range, List<String> others, int step, int limit) {
        var sql = new StringBuilder("SELECT w.word, " + Accounts.COLUMNS + " FROM (SELECT word, subject FROM "
                + Range.SQL + " LIMIT :step) AS w"
                + " JOIN account a ON a.tenant_id = :tenant AND a.subject = w.subject WHERE 1 = 1");
        for (var i = 0; i < others.size(); i++) {
            sql.append(" AND (SELECT COUNT(*) FROM account_word o WHERE o.tenant_id = :tenant"
                            + " AND o.subject = w.subject AND o.word >= :o")
                    .append(i)
                    .append(" AND o.word < :e")
                    .append(i)
                    .append(") > 0");
        }
        sql.append(" ORDER BY w.word, w.subject LIMIT :limit");
        var query = range.bind(handle.createQuery(sql.toString()))
                .bind("step", step)
                .bind("limit", limit);
        for (var i = 0; i < others.size(); i++) {
            query.bind("o" + i, others.get(i)).bind("e" + i, others.get(i) + END);
        }
        return query.map((row, context) -> {
                    var account = Accounts.account(row);
                    return new Row(
                            new Mark(row.getString("word"), account.subject().value()), account);
                })
                .list();
    }

    // Where a step ends; empty when nothing is behind it.
    private static Optional<Mark> end(Handle handle, Range range, int step) {
        return range.bind(handle.createQuery("SELECT word, subject FROM " + Range.SQL + " LIMIT 1 OFFSET :last"))
                .bind("last", step - 1)
                .map((row, context) -> new Mark(row.getString("word"), row.getString("subject")))
                .findOne();
    }

    /// Everybody, by sub.
    public Found all(TenantId tenant, Optional<String> after, int limit) {
        var rows = db.read(handle -> handle.createQuery("SELECT " + Accounts.COLUMNS
                        + " FROM account a WHERE a.tenant_id = :tenant AND a.subject > :after"
                        + " ORDER BY a.subject LIMIT :limit")
                .bind("tenant", tenant.value())
                .bind("after", after.orElse(""))
                .bind("limit", limit + 1)
                .map((row, context) -> Accounts.account(row))
                .list());
        var shown = rows.stream().limit(limit).toList();
        return new Found(
                shown,
                rows.size() > limit ? Optional.of(shown.getLast().subject().value()) : Optional.empty());
    }

    /// Writes what an account is found by from now on.
    static void write(Handle handle, Account account) {
        remove(handle, account.tenant(), account.subject());
        var batch = handle.prepareBatch("""
                INSERT INTO account_word (tenant_id, word, subject) VALUES (:tenant, :word, :subject)
                ON CONFLICT DO NOTHING""");
        for (var word : words(account)) {
            batch.bind("tenant", account.tenant().value())
                    .bind("word", word)
                    .bind("subject", account.subject().value())
                    .add();
        }
        batch.execute();
    }

    static void remove(Handle handle, TenantId tenant, Subject subject) {
        handle.createUpdate("DELETE FROM account_word WHERE tenant_id = :tenant AND subject = :subject")
                .bind("tenant", tenant.value())
                .bind("subject", subject.value())
                .execute();
    }

    private static Set<String> words(Account account) {
        var words = new LinkedHashSet<String>();
        words.add(hex(Accounts.folded(account.subject().value())));
        account.email().map(Email::address).ifPresent(address -> words.add(hex(Accounts.folded(address))));
        Stream.of(account.profile().name(), account.profile().preferredUsername())
                .flatMap(Optional::stream)
                .flatMap(name -> words(name).stream())
                .limit(WORDS_MAX)
                .forEach(words::add);
        return words;
    }

    private static List<String> words(String text) {
        return Arrays.stream(Accounts.folded(text.strip()).split("\\s+"))
                .filter(word -> !word.isEmpty())
                .map(AccountWords::hex)
                .distinct()
                .toList();
    }

    private static String hex(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, WORD_MAX_BYTES));
    }
}
