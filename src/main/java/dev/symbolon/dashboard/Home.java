package dev.symbolon.dashboard;

import dev.symbolon.crypto.CryptoProvider;
import dev.symbolon.dashboard.Dashboard.Stores;
import dev.symbolon.oauth.Client;
import dev.symbolon.page.templates.desk.JtehomeGenerated;
import dev.symbolon.store.Events.Wanted;
import dev.symbolon.store.Outbox;
import dev.symbolon.store.Refusals.Refusal;
import dev.symbolon.store.SigningKeys.StoredKey;
import dev.symbolon.store.Tallies;
import dev.symbolon.web.Answer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What an operator sees first: how it goes, what needs attention, and whether the server stands right.
public final class Home {
    private static final int LATEST = 5;
    private static final int DAYS = 14;
    private static final int MAILS_LOOKED_AT = 20;
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofSeconds(5);

    private final Dashboard dashboard;
    private final Stores stores;

    Home(Dashboard dashboard) {
        this.dashboard = dashboard;
        this.stores = dashboard.stores();
    }

    /// How something went over the last days.
    ///
    /// @param isBad whether more of it is worse
    public record Chart(String title, List<Bar> bars, long total, boolean isBad) {}

    /// One day of a chart, in a drawing of 280 by 80.
    public record Bar(String label, long count, double x, double y, double width, double height) {}

    /// Whether something stands right.
    ///
    /// @param state `good`, `warn` or `bad`
    /// @param sentence what is so, and where it is not good, what to do
    public record Check(String name, String state, String sentence) {}

    /// The page.
    public record View(boolean isNew, List<Chart> charts, List<Check> checks, List<Refusal> refusals) {}

    Answer show(Desk desk) {
        var tenant = desk.call().host().id();
        var isNew = stores.clients().list(tenant, Optional.empty(), 2).stream()
                .map(Client::id)
                .allMatch(Door.CLIENT::equals);
        var view = new View(
                isNew,
                List.of(
                        chart(desk, "Sign-ins", "session.started", false),
                        chart(desk, "Token refreshes", Tallies.TOKEN_REFRESHED, false),
                        chart(desk, "New accounts", "account.created", false),
                        chart(desk, "Slowed guessing", "signin.slowed", true)),
                checks(desk),
                stores.refusals().list(tenant, LATEST));
        var frame = desk.frame();
        return desk.show(out -> JtehomeGenerated.render(out, null, frame, view));
    }

    private Chart chart(Desk desk, String title, String kind, boolean isBad) {
        var from = LocalDate.ofInstant(desk.call().now(), ZoneOffset.UTC).minusDays(DAYS - 1);
        var counts = stores.events().daily(desk.call().host().id(), kind, from, DAYS);
        var most = Math.max(1, counts.stream().mapToLong(Long::longValue).max().orElse(1));
        var bars = new ArrayList<Bar>();
        for (var i = 0; i < DAYS; i++) {
            var height = 64.0 * counts.get(i) / most;
            bars.add(new Bar(from.plusDays(i).toString(), counts.get(i), 20.0 * i + 2, 70 - height, 16, height));
        }
        return new Chart(title, bars, counts.stream().mapToLong(Long::longValue).sum(), isBad);
    }

    private List<Check> checks(Desk desk) {
        return List.of(
                issuer(desk),
                proxy(desk),
                clock(desk),
                mail(desk),
                connections(desk),
                keys(desk),
                database(),
                crypto());
    }

    // Who went back there by themselves is not counted.
    private Check connections(Desk desk) {
        var today = LocalDate.ofInstant(desk.call().now(), ZoneOffset.UTC);
        var failed = stores.tallies().on(desk.call().host().id(), Tallies.CONNECTION_FAILED, today);
        var names = failed.entrySet().stream()
                .map(one -> one.getKey() + " (" + one.getValue() + ")")
                .collect(Collectors.joining(", "));
        return failed.isEmpty()
                ? new Check("Connections", "good", "No sign-in at another server failed today.")
                : new Check(
                        "Connections",
                        "warn",
                        "Sign-ins failed today at: " + names + ". Try each with its test; the server's log says why.");
    }

    private static Check issuer(Desk desk) {
        var issuer = desk.call().host().issuer();
        var isHere = issuer.value().matches("http://([^/:]+\\.)?localhost(:[0-9]+)?");
        if (issuer.isHttps()) {
            return new Check("Issuer", "good", issuer + ", over TLS; cookies carry the __Host- prefix.");
        }
        return isHere
                ? new Check("Issuer", "good", issuer + ", on this machine; for anybody else it has to be https.")
                : new Check(
                        "Issuer",
                        "bad",
                        issuer + " is plain http: passwords and tokens travel in the clear. Serve it over TLS and move"
                                + " the tenant with: symbolon tenant update --issuer https://...");
    }

    private static Check proxy(Desk desk) {
        var forwarded =
                desk.call().header("x-forwarded-for").or(() -> desk.call().header("forwarded"));
        if (forwarded.isEmpty()) {
            return new Check(
                    "Proxy",
                    "good",
                    "None speaks for its callers; you are " + desk.call().remoteAddress() + ".");
        }
        return forwarded.get().contains(desk.call().remoteAddress())
                ? new Check(
                        "Proxy",
                        "good",
                        "It is trusted, and says that you are " + desk.call().remoteAddress() + ".")
                : new Check(
                        "Proxy",
                        "warn",
                        "A proxy says who its callers are, but it is not trusted, so everybody counts as "
                                + desk.call().remoteAddress() + ". Set SYMBOLON_TRUSTED_PROXIES to its address.");
    }

    private Check clock(Desk desk) {
        var now = desk.call().now();
        var newest = stores
                .events()
                .search(desk.call().host().id(), new Wanted(Optional.empty(), Optional.empty(), Optional.empty()), 1)
                .stream()
                .findFirst();
        var isAhead = newest.filter(event -> event.at().isAfter(now.plus(CLOCKS_DIFFER_BY)))
                .isPresent();
        return isAhead
                ? new Check(
                        "Clock",
                        "bad",
                        "The latest event is of " + newest.get().at() + ", and here it is " + now
                                + ". The clock of a node is wrong; let NTP set it.")
                : new Check("Clock", "good", now.truncatedTo(ChronoUnit.SECONDS) + "; nothing is dated later.");
    }

    private Check mail(Desk desk) {
        if (!dashboard.means().tickets().canSend(desk.call().host())) {
            return new Check(
                    "Mail",
                    "warn",
                    "None can be sent, so sign-up, recovery and codes are off. Set SYMBOLON_SMTP and"
                            + " SYMBOLON_MAIL_FROM.");
        }
        var log = dashboard.means().outbox().log(desk.call().host().id(), MAILS_LOOKED_AT);
        var failed =
                log.stream().filter(row -> row.state() == Outbox.State.FAILED).findFirst();
        return failed.map(row -> new Check(
                        "Mail",
                        "warn",
                        "The mail of " + row.createdAt().truncatedTo(ChronoUnit.SECONDS) + " failed: "
                                + row.answer().orElse("no answer") + ". symbolon mail list shows more."))
                .orElseGet(() -> new Check("Mail", "good", "Mails go out; none of the latest failed."));
    }

    private Check keys(Desk desk) {
        var now = desk.call().now();
        var keys = dashboard.means().signingKeys().list(desk.call().host().id(), now);
        var signing = keys.stream()
                .filter(key -> !key.signsFrom().isAfter(now)
                        && key.retiredAt().filter(at -> !at.isAfter(now)).isEmpty())
                .map(StoredKey::signsFrom)
                .min(Comparator.naturalOrder());
        return signing.map(oldest -> new Check(
                        "Keys", "good", "They sign since " + day(oldest) + " at the longest, and rotate on their own."))
                .orElseGet(() -> new Check("Keys", "bad", "None signs. Make one under Keys."));
    }

    private static String day(Instant at) {
        return LocalDate.ofInstant(at, ZoneOffset.UTC).toString();
    }

    private Check database() {
        var database = dashboard.means().database();
        return database.startsWith("sqlite:")
                ? new Check("Database", "good", "SQLite on this machine: one node. Back it up with its master key.")
                : new Check("Database", "good", "PostgreSQL: as many nodes as you like.");
    }

    private static Check crypto() {
        return CryptoProvider.isNative()
                ? new Check("Cryptography", "good", CryptoProvider.description() + ", native.")
                : new Check(
                        "Cryptography",
                        "warn",
                        CryptoProvider.description() + ": signing costs several times more than it has to. The native"
                                + " provider runs on Linux with glibc, on x86-64 and ARM.");
    }
}
