package dev.symbolon.browser;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.account.Passwords;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.dashboard.Setup;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.sample.SampleServer;
import dev.symbolon.seed.Demo;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import dev.symbolon.spec.Site;
import dev.symbolon.web.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `serve --demo` starts, on free ports and on a clock that can be moved: two tenants, the sample
/// application, and besides an application without a script that answers come back to.
public final class World implements AutoCloseable {
    public static final String PASSWORD = "correct horse battery staple";
    public static final String ADA = "ada@example.com";
    public static final String GRACE = "grace@acme.example";

    /// A first-party client, in both tenants.
    public static final String PLAIN = "plain";

    /// A third-party client, whose people are asked.
    public static final String THIRD = "third";

    /// A client with a secret, `client_secret_basic`.
    public static final String WEB = "web";

    public final MovedClock clock = new MovedClock();
    public final Callback callback = Callback.start();
    public final String issuer;
    public final String acme;
    public final String sample;
    public final String webSecret;

    private final Path data;
    private final Config config;
    private SampleServer sampleServer;
    private App app;

    static {
        // It sets what the platform's HTTP client reads only once, when anybody first uses it.
        Browser.encode(Map.of());
    }

    private World() {
        this.data = temporary();
        this.config = Config.read(Map.of(
                "SYMBOLON_PORT",
                Integer.toString(freePort()),
                "SYMBOLON_SAMPLE_PORT",
                Integer.toString(freePort()),
                "SYMBOLON_MANAGEMENT_PORT",
                "0",
                "SYMBOLON_DATA",
                data.toString(),
                "SYMBOLON_DEMO_PASSWORD",
                PASSWORD,
                "SYMBOLON_ARGON2_MEMORY_KIB",
                "7168",
                "SYMBOLON_ARGON2_ITERATIONS",
                "1",
                "SYMBOLON_OUTBOUND_ALLOWED",
                "127.0.0.0/8,::1"));
        this.issuer = "http://localhost:" + config.port();
        this.acme = "http://acme.localhost:" + config.port();
        this.sample = "http://localhost:" + config.samplePort();
        this.app = open();
        this.webSecret = register(app.house());
        this.sampleServer = serveSample(issuer, "sample");
    }

    private SampleServer serveSample(String firstIssuer, String clientId) {
        var tenants = List.of(
                new SampleServer.Tenant("Symbolon demo", firstIssuer, clientId, ADA),
                new SampleServer.Tenant("Acme", acme, "acme-app", GRACE));
        return SampleServer.start(tenants, config.address(), config.samplePort(), clock);
    }

    /// Lets the sample application be another client, of another tenant.
    void sampleIs(String otherIssuer, String clientId) {
        sampleServer.close();
        sampleServer = serveSample(otherIssuer, clientId);
    }

    /// Makes a tenant that nobody operates.
    ///
    /// @return the link that a start prints for it
    String newTenant(String name) {
        var at = new Issuer("http://" + name + ".localhost:" + config.port());
        app.house().hosts().add(new Tenant(new TenantId(name), at, name));
        var host = host(name);
        var api = sample + "/api";
        app.house()
                .resources()
                .put(
                        new ProtectedResource(host.id(), api, api, Duration.ofHours(1), SigningAlgorithm.RS256),
                        clock.instant());
        return Setup.link(host, clock.instant());
    }

    /// Makes an API of the first tenant known, with permissions.
    String declareApi() {
        var orders = "https://orders.example.com";
        var permissions = new LinkedHashMap<String, String>();
        permissions.put("read:orders", "See your orders");
        permissions.put("write:orders", "Place orders for you");
        app.house()
                .resources()
                .put(
                        new ProtectedResource(
                                host("default").id(),
                                orders,
                                "Orders",
                                Duration.ofHours(1),
                                SigningAlgorithm.RS256,
                                permissions),
                        clock.instant());
        return orders;
    }

    /// Makes a person of the first tenant an operator.
    void operator(String email, Role role) {
        var house = app.house();
        var account = house.accounts()
                .byEmail(host("default").id(), email)
                .orElseThrow()
                .account();
        house.operators().put(account.tenant(), account.subject(), role, clock.instant());
    }

    /// Starts a world of its own for one test class.
    public static World start() {
        return new World();
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("symbolon-browser");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Where the mails are.
    public int managementPort() {
        return app.managementPort();
    }

    private App open() {
        var random = new SecureRandom();
        var house = House.open(config, clock, random);
        Demo.of(config, random).apply(house, clock.instant());
        return App.start(config, house, clock, random);
    }

    private String register(House house) {
        var registration = new Registration(house.clients());
        var first = host("default");
        registration.register(first, id(PLAIN), draft("Plain", ClientAuthMethod.NONE, true), clock.instant());
        registration.register(first, id(THIRD), draft("Weather", ClientAuthMethod.NONE, false), clock.instant());
        registration.register(host("acme"), id(PLAIN), draft("Plain", ClientAuthMethod.NONE, true), clock.instant());
        return registration
                .register(first, id(WEB), draft("Web", ClientAuthMethod.CLIENT_SECRET_BASIC, true), clock.instant())
                .secret()
                .orElseThrow()
                .value();
    }

    private Draft draft(String name, ClientAuthMethod auth, boolean firstParty) {
        return draft(name, auth, List.of(callback.url()), callback.origin() + "/bye", firstParty);
    }

    private static Draft draft(
            String name, ClientAuthMethod auth, List<String> callbacks, String logoutUrl, boolean firstParty) {
        return new Draft(
                Optional.of(name),
                Optional.empty(),
                Optional.of(auth),
                Optional.of(callbacks),
                Optional.of(List.of(logoutUrl)),
                Optional.empty(),
                Optional.empty(),
                Optional.of(firstParty),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<ClientId> id(String id) {
        return Optional.of(new ClientId(id));
    }

    private Host host(String tenant) {
        return app.house().hosts().find(new TenantId(tenant)).orElseThrow();
    }

    /// Adds a person of the first tenant with {@link #PASSWORD}.
    ///
    /// @return the e-mail address
    public String person(String email, String name) {
        try (Passwords passwords = App.passwords(config)) {
            var host = host("default");
            var now = clock.instant();
            var subject = new Subject(host.sealer().newId());
            var profile = Profile.named(Optional.of(name));
            var account = new Account(
                    host.id(), subject, Optional.of(Email.of(email, true)), profile, now, now, Optional.empty());
            app.house().accounts().create(account, Optional.of(passwords.hash(PASSWORD)), now);
            return email;
        }
    }

    /// Adds a connection of the first tenant to an OpenID provider.
    void connect(String id, String label, String providersIssuer, String clientId, String secret) {
        var draft = new Enlistment.Draft(
                Optional.empty(),
                Optional.of(label),
                Optional.empty(),
                Optional.of(clientId),
                Optional.empty(),
                Optional.of(providersIssuer),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        enlistment()
                .enlist(
                        host("default"),
                        new ConnectionId(id),
                        Connection.Kind.OIDC,
                        draft,
                        Optional.of(secret),
                        clock.instant());
    }

    /// Where an operator tries a connection of the first tenant out.
    String testUrl(String id) {
        return enlistment().testUrl(host("default"), new ConnectionId(id), clock.instant());
    }

    /// Takes a connection away again.
    void disconnect(String id) {
        enlistment().remove(host("default"), new ConnectionId(id), clock.instant());
    }

    private Enlistment enlistment() {
        return new Enlistment(app.house().connections(), app.house().clients());
    }

    /// Registers a public first-party client of the first tenant whose page is at another origin.
    void client(String id, String logoutUrl, String... callbacks) {
        var draft = draft(id, ClientAuthMethod.NONE, List.of(callbacks), logoutUrl, true);
        new Registration(app.house().clients()).register(host("default"), id(id), draft, clock.instant());
    }

    /// The address at which an application of the first tenant begins.
    public String authorize(String client, Map<String, String> changes) {
        return issuer + query(client, changes);
    }

    /// The same at the second tenant.
    public String authorizeAtAcme(Map<String, String> changes) {
        return acme + query(PLAIN, changes);
    }

    private String query(String client, Map<String, String> changes) {
        var all = new HashMap<>(changes);
        all.putIfAbsent("redirect_uri", callback.url());
        return Site.authorize(Site.request(client, all));
    }

    /// Exchanges a code of {@link #PLAIN} or {@link #THIRD}.
    public Reply redeem(String client, String code) {
        var body = Browser.encode(redemption(client, code));
        return Browser.exchange(HttpRequest.newBuilder(URI.create(issuer + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// What a token request sends for a code that arrived at {@link #callback}.
    public Map<String, String> redemption(String client, String code) {
        var form = Site.redemption(client, code);
        form.put("redirect_uri", callback.url());
        return form;
    }

    /// Stops the authorization server; the sample goes on.
    public void stop() {
        app.close();
    }

    /// Starts it again on the same data and port.
    public void startAgain() {
        app = open();
    }

    /// Both.
    public void restart() {
        stop();
        startAgain();
    }

    @Override
    public void close() {
        sampleServer.close();
        app.close();
        callback.close();
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
