package dev.symbolon.store;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.store.Refusals.Refusal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/// A tenant with as many people as one wants, and what comes with them: sessions, grants, identities, events,
/// clients, connections, APIs and refusals. Every row is written by the store itself, many people to a
/// transaction, so that what is measured on it is what people would have left behind. The same seed makes the
/// same crowd.
///
/// All of them signed up in the 30 days before `until`, one after the other. Of a thousand, 400 signed in too,
/// and of these 20 signed out again and 20 were seen lately; 200 came from another server. How common a name is
/// follows Zipf's law, so that some words fit tens of thousands.
public final class Crowd {
    private static final int BATCH = 20_000;
    private static final Duration PAST = Duration.ofDays(30);
    private static final int CONNECTIONS = 12;
    private static final int APIS = 40;
    private static final int REFUSALS_AT_ONCE = 100;
    private static final int GIVEN_NAMES = 2_000;
    private static final int FAMILY_NAMES = 20_000;
    private static final String[] ONSETS = "b d f g h k l m n p r s t v z ch st br kl".split(" ");
    private static final String[] VOWELS = "a e i o u".split(" ");
    private static final List<String> DEVICES =
            List.of("Firefox, Linux", "Chrome, Windows", "Safari, iPhone", "Chrome, Android", "Edge, Windows");

    private final Database db;
    private final TenantId tenant;
    private final Instant until;
    private final PasswordHash hash;
    private final RandomGenerator random;

    /// @param until when the last of them signs up
    /// @param hash everybody's password
    public Crowd(Database db, TenantId tenant, Instant until, PasswordHash hash, RandomGenerator random) {
        this.db = db;
        this.tenant = tenant;
        this.until = until;
        this.hash = hash;
        this.random = random;
    }

    /// What does not grow with the people.
    public void settle(int clients) {
        var begin = until.minus(PAST);
        for (var i = 0; i < CONNECTIONS; i++) {
            new Connections(db).add(connection(i), Optional.empty(), begin);
        }
        for (var i = 0; i < APIS; i++) {
            var identifier = "https://api" + i + ".example/";
            new Resources(db)
                    .put(
                            new ProtectedResource(
                                    tenant, identifier, "API " + i, Duration.ofHours(1), SigningAlgorithm.RS256),
                            begin);
        }
        for (var i = 0; i < clients; i++) {
            new Clients(db).add(client(i), begin);
        }
        for (var i = 0; i < Refusals.KEPT_MAX; i += REFUSALS_AT_ONCE) {
            var from = i;
            var at = until.minus(Duration.ofMinutes(Refusals.KEPT_MAX - i));
            var batch = IntStream.range(from, from + REFUSALS_AT_ONCE)
                    .mapToObj(number -> refusal(number, at))
                    .toList();
            new Refusals(db).record(batch, at);
        }
    }

    private Connection connection(int number) {
        var base = "https://id" + number + ".example";
        return new Connection(
                tenant,
                new ConnectionId("upstream" + number),
                Connection.Kind.OAUTH2,
                "upstream-" + number,
                "Company " + number,
                Connection.Icon.COMPANY,
                Optional.of(new Connection.Upstream(
                        "client",
                        List.of("profile", "email"),
                        Optional.of(base),
                        Optional.of(new Connection.Endpoints(base + "/a", base + "/t", base + "/u")),
                        Map.of())),
                Connection.Rules.DEFAULT,
                false,
                true);
    }

    private static ClientId clientId(int number) {
        return new ClientId("app-" + Integer.toString(100_000 + number));
    }

    private Client client(int number) {
        var site = "https://app" + number + ".example";
        var metadata = new Client.Metadata(
                "Application " + name(number, FAMILY_NAMES),
                Optional.of(URI.create(site + "/")),
                ClientAuthMethod.NONE,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
                List.of(RedirectUri.register(site + "/callback")),
                List.of(RedirectUri.register(site + "/bye")),
                List.of(site),
                Scope.parse("openid profile email offline_access"),
                true,
                true,
                SigningAlgorithm.RS256,
                false,
                Client.Lifetimes.DEFAULT);
        return new Client(tenant, clientId(number), metadata, Optional.empty());
    }

    private Refusal refusal(int number, Instant at) {
        var received = "https://wrong" + number + ".example/callback";
        var id = String.format(Locale.ROOT, "E%07d", number);
        return new Refusal(tenant, clientId(number).value(), "redirect_uri", received, "", id, 1, at, at);
    }

    /// Lets them come.
    ///
    /// @param clients as many as [#settle] made, which they signed in to
    /// @param progress told now and then how many people are there
    public void come(int people, int clients, LongConsumer progress) {
        if (db instanceof SqliteDatabase) {
            // Keys are random, so every index is written all over: in memory, and to the file now and then.
            db.<Integer>write(handle -> handle.execute("PRAGMA cache_size = -1500000"));
            db.<Integer>write(handle -> handle.execute("PRAGMA wal_autocheckpoint = 100000"));
        }
        for (var from = 0; from < people; from += BATCH) {
            var first = from;
            var last = Math.min(people, from + BATCH);
            db.<Integer>write(handle -> {
                for (var i = first; i < last; i++) {
                    one(handle, i, until.minus(PAST).plus(PAST.multipliedBy(i).dividedBy(people)), clients);
                }
                return last - first;
            });
            progress.accept(last);
        }
    }

    private void one(Handle handle, int number, Instant at, int clients) {
        var given = name(common(GIVEN_NAMES), GIVEN_NAMES);
        var family = name(common(FAMILY_NAMES), FAMILY_NAMES);
        var address = (given + "." + family + number + "@example.com").toLowerCase(Locale.ROOT);
        var account = new Account(
                tenant,
                new Subject(id()),
                Optional.of(Email.of(address, true)),
                Profile.named(Optional.of(given + " " + family)),
                at,
                at,
                Optional.empty());
        Accounts.insert(handle, account, Optional.of(hash), at);
        var created = Events.happened("account.created", tenant, at).subject(account.subject());
        if (number % 5 == 0) {
            var connection = new ConnectionId("upstream" + common(CONNECTIONS));
            var user = new UpstreamUser(connection, "u" + number, account.email(), account.profile(), Optional.empty());
            Identities.insert(handle, tenant, user, account.subject(), at);
            created.with("connection", connection.value());
        }
        created.write(handle, db);
        if (number % 5 < 2) {
            signIn(handle, number, account.subject(), at, clients);
        }
    }

    private void signIn(Handle handle, int number, Subject subject, Instant at, int clients) {
        var id = new SessionId(id());
        var seen = number % 50 == 0 ? until : at;
        var session = new Session(tenant, id, subject, at, List.of("pwd"), at, at, seen);
        var device = new Sessions.Device(
                DEVICES.get(number % DEVICES.size()), "198.51." + number % 256 + "." + number / 256 % 256);
        Sessions.insert(handle, session, new TokenHash(id() + id()), device);
        Events.happened("session.started", tenant, at)
                .subject(subject)
                .session(id)
                .write(handle, db);
        var grant = new Grant(
                tenant,
                new GrantId(id()),
                clientId(common(clients)),
                subject,
                id,
                Scope.parse("openid profile email offline_access"),
                Optional.empty(),
                Optional.empty(),
                at,
                session.amr(),
                ClaimsRequest.NONE,
                Optional.empty(),
                at,
                at.plus(Duration.ofDays(90)));
        handle.createUpdate(Grants.REDEEM)
                .bindMap(new Together.Row(grant.tenant(), grant.id(), Grants.values(grant, at)).bound())
                .execute();
        if (number % 50 == 1) {
            new Sessions(db).end(handle, tenant, id, at);
        }
    }

    /// Zipf's law: the second is half as common as the first, the third a third.
    private int common(int most) {
        return (int) Math.pow(most, random.nextDouble()) - 1;
    }

    /// A word of its own for each number.
    private static String name(int number, int most) {
        var word = new StringBuilder();
        var syllables = ONSETS.length * VOWELS.length;
        // Multiplied by a number that has no factor with the count, so that neighbours are not alike.
        var mixed = (int) ((number * 7_919L) % most) + syllables;
        for (var rest = mixed; rest > 0; rest /= syllables) {
            var syllable = rest % syllables;
            word.append(ONSETS[syllable / VOWELS.length]).append(VOWELS[syllable % VOWELS.length]);
        }
        return Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private String id() {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
