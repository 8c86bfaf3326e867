package dev.symbolon.store;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Sealed;
import dev.symbolon.crypto.TokenHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClaimsRequest;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Grant;
import dev.symbolon.oauth.GrantId;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.Session;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// One tenant of its own with the rooms of the store around it. Nothing here takes time or chance
/// from the machine.
final class World {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final Sessions.Limits LIMITS = new Sessions.Limits(Duration.ofDays(7), Duration.ofDays(30));
    static final Duration LEEWAY = Duration.ofSeconds(60);
    static final Duration IDLE = Duration.ofDays(30);

    private static final AtomicInteger NUMBER = new AtomicInteger();

    final Database db;
    final TenantId tenant;
    final Tenants tenants;
    final Clients clients;
    final Accounts accounts;
    final Sessions sessions;
    final Grants grants;
    final Consents consents;
    final Events events;
    final Purge purge;

    World(Databases databases) {
        this(databases.database());
    }

    World(Database db) {
        this.db = db;
        this.tenant = new TenantId("t" + NUMBER.incrementAndGet());
        this.tenants = new Tenants(db);
        this.clients = new Clients(db);
        this.accounts = new Accounts(db);
        this.sessions = new Sessions(db);
        this.grants = new Grants(db);
        this.consents = new Consents(db);
        this.events = new Events(db);
        this.purge = new Purge(db);
    }

    /// A name that nobody else has.
    static String fresh(String prefix) {
        return prefix + NUMBER.incrementAndGet();
    }

    Tenant aTenant() {
        return new Tenant(tenant, new Issuer("https://" + tenant + ".example"), "Acme");
    }

    boolean addTenant() {
        return tenants.add(aTenant(), new Sealed("sealed"), NOON);
    }

    Client aClient(String id) {
        return new Client(tenant, new ClientId(id), metadata("Shop"), Optional.empty());
    }

    static Client.Metadata metadata(String name) {
        return new Client.Metadata(
                name,
                Optional.of(URI.create("https://shop.example/")),
                ClientAuthMethod.NONE,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
                List.of(new RedirectUri("https://shop.example/cb")),
                List.of(new RedirectUri("https://shop.example/bye")),
                List.of("https://shop.example"),
                Scope.parse("openid profile offline_access"),
                false,
                true,
                SigningAlgorithm.RS256,
                false,
                Client.Lifetimes.DEFAULT);
    }

    Account anAccount(String subject, String email) {
        return new Account(
                tenant,
                new Subject(subject),
                Optional.of(Email.of(email, false)),
                Profile.named(Optional.of("Ada")),
                NOON,
                NOON,
                Optional.empty());
    }

    Session aSession(String id, Subject subject, Instant at) {
        return new Session(tenant, new SessionId(id), subject, at, List.of("pwd"), at, at, at);
    }

    static TokenHash browser(String name) {
        return new TokenHash(name);
    }

    /// A client, an account and a session of it in a browser of its own, signed in at noon.
    Party party() {
        var client = aClient(fresh("c"));
        clients.add(client, NOON);
        return party(client.id());
    }

    /// Another person at a client that exists.
    Party party(ClientId client) {
        var account = anAccount(fresh("s"), fresh("ada") + "@example.com");
        accounts.create(account, Optional.of(new PasswordHash("$old")), NOON);
        var session = aSession(fresh("sid"), account.subject(), NOON);
        var browser = browser(fresh("b"));
        sessions.start(session, Optional.empty(), browser, NOON);
        return new Party(client, account.subject(), session.id(), browser);
    }

    record Party(ClientId client, Subject subject, SessionId session, TokenHash browser) {}

    /// The one that grants are for.
    static ProtectedResource anApi(TenantId tenant) {
        return anApi(tenant, "https://api.example");
    }

    static ProtectedResource anApi(TenantId tenant, String identifier) {
        return new ProtectedResource(tenant, identifier, "Orders", Duration.ofMinutes(10), SigningAlgorithm.ES256);
    }

    Grant aGrant(Party party) {
        return aGrant(party, "openid", Optional.empty());
    }

    Grant anOfflineGrant(Party party) {
        return aGrant(party, "openid offline_access", Optional.empty());
    }

    Grant aGrant(Party party, String scope, Optional<Instant> consent) {
        return aGrant(party, scope, consent, Optional.of("https://api.example"));
    }

    Grant aGrant(Party party, String scope, Optional<Instant> consent, Optional<String> resource) {
        return new Grant(
                tenant,
                new GrantId(fresh("g")),
                party.client(),
                party.subject(),
                party.session(),
                Scope.parse(scope),
                resource,
                Optional.of("n-0S6"),
                NOON,
                List.of("pwd"),
                ClaimsRequest.NONE,
                consent,
                NOON,
                NOON.plus(Duration.ofDays(90)));
    }

    /// A grant that was redeemed at noon.
    Grant redeemed(Party party) {
        var grant = aGrant(party);
        grants.redeem(grant, NOON);
        return grant;
    }

    Grants.Rotation rotate(Grant grant, long presented, Instant now) {
        return grants.rotate(tenant, grant.id(), presented, LEEWAY, IDLE, now);
    }

    boolean isLive(Grant grant, Instant now) {
        return grants.live(tenant, grant.id(), now).isPresent();
    }

    long count(String kind) {
        return events.list(tenant, Optional.empty(), 10_000).stream()
                .filter(event -> event.kind().equals(kind))
                .count();
    }
}
