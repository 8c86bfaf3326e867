package dev.symbolon.store;

import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/// What people are found by: the beginning of their address, of their sub, or of a word of their name. Looking for it
/// reads one range of one index, however many people there are.
public final class AccountWords {
    private static final int WORD_MAX_BYTES = 64;
    private static final int WORDS_MAX = 12;
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

    /// The people of whom a word begins with the text, without regard to case; by that word.
    ///
    /// @param text of several words the last one may be unfinished; all have to fit
    /// @param after `next` of the page before
    public Found search(TenantId tenant, String text, Optional<String> after, int limit) {
        var wanted = words(text).stream().limit(WORDS_MAX).toList();
        if (wanted.isEmpty() || !Columns.isStorable(text)) {
            return new Found(List.of(), Optional.empty());
        }
        // The longest word has the fewest people; the others are looked at for these only.
        var longest = wanted.stream()
                .max((one, other) -> one.length() - other.length())
                .orElseThrow();
        var others = wanted.stream().filter(word -> !word.equals(longest)).toList();
        var from = after.filter(mark -> mark.contains(" ")).map(mark -> mark.split(" ", 2));
        var rows = db.read(handle -> {
            var sql = new StringBuilder("SELECT w.word, " + Accounts.COLUMNS + """
                     FROM account_word w
                    JOIN account a ON a.tenant_id = w.tenant_id AND a.subject = w.subject
                    WHERE w.tenant_id = :tenant AND w.word >= :from AND w.word < :end
                        AND (w.word > :word OR w.word = :word AND w.subject > :subject)""");
            for (var i = 0; i < others.size(); i++) {
                sql.append(" AND EXISTS (SELECT 1 FROM account_word o WHERE o.tenant_id = w.tenant_id AND o.subject ="
                                + " w.subject AND o.word >= :o")
                        .append(i)
                        .append(" AND o.word < :e")
                        .append(i)
                        .append(')');
            }
            sql.append(" ORDER BY w.word, w.subject LIMIT :limit");
            var query = handle.createQuery(sql.toString())
                    .bind("tenant", tenant.value())
                    .bind("from", longest)
                    .bind("end", longest + END)
                    .bind("word", from.map(parts -> parts[0]).orElse(""))
                    .bind("subject", from.map(parts -> parts[1]).orElse(""))
                    .bind("limit", limit + 1);
            for (var i = 0; i < others.size(); i++) {
                query.bind("o" + i, others.get(i)).bind("e" + i, others.get(i) + END);
            }
            return query.map((row, context) -> new Row(row.getString("word"), Accounts.account(row)))
                    .list();
        });
        var shown = rows.stream().limit(limit).toList();
        var next = rows.size() > limit
                ? Optional.of(shown.getLast().word() + " "
                        + shown.getLast().account().subject().value())
                : Optional.<String>empty();
        return new Found(shown.stream().map(Row::account).distinct().toList(), next);
    }

    private record Row(String word, Account account) {}

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
