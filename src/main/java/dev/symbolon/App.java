package dev.symbolon;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.SignInLimits;
import dev.symbolon.account.TicketPost;
import dev.symbolon.authorize.AuthorizeEndpoint;
import dev.symbolon.authorize.PasswordlessEndpoint;
import dev.symbolon.client.ClientAuthentication;
import dev.symbolon.client.ClientCalls;
import dev.symbolon.client.Origins;
import dev.symbolon.client.RefusedCallbacks;
import dev.symbolon.connection.Upstreams;
import dev.symbolon.crypto.CryptoProvider;
import dev.symbolon.dashboard.AccessRooms;
import dev.symbolon.dashboard.Dashboard;
import dev.symbolon.direct.DirectEndpoints;
import dev.symbolon.login.SignIn;
import dev.symbolon.mail.Inbox;
import dev.symbolon.mail.MailServer;
import dev.symbolon.mail.Post;
import dev.symbolon.management.ManagementApi;
import dev.symbolon.oidc.LogoutEndpoint;
import dev.symbolon.oidc.UserinfoEndpoint;
import dev.symbolon.outbound.Authorities;
import dev.symbolon.outbound.Outbound;
import dev.symbolon.page.PageAnswers;
import dev.symbolon.self.Self;
import dev.symbolon.store.AccountWords;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Grants;
import dev.symbolon.store.OneTimeCodes;
import dev.symbolon.store.Sessions;
import dev.symbolon.store.StoreException;
import dev.symbolon.tenant.LogoEndpoint;
import dev.symbolon.token.IntrospectionEndpoint;
import dev.symbolon.token.RevocationEndpoint;
import dev.symbolon.token.TokenEndpoint;
import dev.symbolon.trace.Traces;
import dev.symbolon.web.Cors;
import dev.symbolon.web.Edge;
import dev.symbolon.web.Listening;
import dev.symbolon.web.Management;
import dev.symbolon.web.Proxies;
import io.helidon.webserver.WebServer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The composition root: every long-lived object of a server, in the order in which they need each other.
public final class App implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(App.class);

    private final House house;
    private final Passwords passwords;
    private final Post post;
    private final RefusedCallbacks refusals;
    private final Outbound outbound;
    private final Upstreams upstreams;
    private final Chores chores;
    private final Optional<Traces> traces;
    private final InstantSource clock;
    private final WebServer server;
    private final WebServer management;

    private App(Config config, House house, InstantSource clock, RandomGenerator random) {
        this.house = house;
        this.clock = clock;
        this.chores = new Chores(house, config, clock);
        var clients = house.clients();
        var grants = new Grants(house.database());
        var consents = new Consents(house.database());
        this.refusals = new RefusedCallbacks(house.refusals(), random);
        this.outbound = outbound(config);
        this.upstreams = new Upstreams(outbound, clock);
        this.passwords = passwords(config);
        this.post = new Post(house.outbox(), house.hosts()::find, way(config), clock, random);
        var limits = new SignInLimits(
                house.accounts(),
                new SignInLimits.Limits(
                        config.attemptsPerAccount(),
                        config.attemptsPerAccountAnywhere(),
                        config.attemptsPerNetwork(),
                        config.attemptWindow()));
        var sessions = new BrowserSessions(new Sessions(house.database()), Shown.sessions(config));
        var cors = new Cors(new Origins(clients, clock)::has);
        var authentication = new ClientAuthentication(clients);
        var calls = new ClientCalls(authentication, cors, refusals);
        var tickets = new TicketPost(house.accounts(), new OneTimeCodes(house.database()), post);
        var management = management(new ManagementApi.Means(
                sessions,
                passwords,
                tickets,
                house.hosts(),
                house.tenants(),
                house.signingKeys(),
                house.transfer(clock),
                Shown.installed(config)));
        var stores = new TokenEndpoint.Stores(grants, house.resources(), house.access(), house.tallies());
        var token = new TokenEndpoint(calls, stores);
        var userinfo = new UserinfoEndpoint(grants, clients, cors);
        var routes = new Routes(
                new AuthorizeEndpoint(
                        clients,
                        consents,
                        house.resources(),
                        house.connections(),
                        sessions,
                        new AuthorizeEndpoint.Told(refusals, config.codeLife())),
                token,
                new RevocationEndpoint(calls, grants, house.access()),
                new IntrospectionEndpoint(calls, grants, house.access()),
                userinfo,
                new LogoutEndpoint(clients, sessions, refusals, random),
                signIn(
                        new SignIn.Means(sessions, passwords, limits, upstreams, tickets, refusals, house.tallies()),
                        random),
                self(new Self.Means(sessions, passwords, post), random),
                new PasswordlessEndpoint(
                        calls,
                        new PasswordlessEndpoint.Stores(house.accounts(), house.connections(), house.resources()),
                        tickets,
                        sessions,
                        config.codeLife()),
                new DirectEndpoints(calls, new DirectEndpoints.Stores(clients, house.connections()), tickets, cors),
                new LogoEndpoint(house.brandings()),
                dashboard(
                        new Dashboard.Means(
                                sessions,
                                passwords,
                                tickets,
                                house.hosts(),
                                house.tenants(),
                                house.signingKeys(),
                                house.outbox(),
                                house.transfer(clock),
                                management.lines().stream()
                                        .map(one -> new AccessRooms.Operation(
                                                one.method(), one.path(), one.scope(), one.summary()))
                                        .toList(),
                                new Dashboard.Flow(token::answer, userinfo::userinfo),
                                config.shown(Config.Setting.DATABASE),
                                Shown.installed(config)),
                        random),
                management);
        this.traces = traces(config, random);
        var wiring = new Edge.Wiring(
                clock,
                random,
                new Proxies(config.trustedProxies()),
                house.hosts()::byHost,
                routes.byPath(),
                PageAnswers::failure,
                PageAnswers::notFound,
                StoreException.class::isInstance,
                cors,
                config.log().contains("requests"),
                traces);
        var edge = new Edge(wiring, Edge.DEADLINE);
        try {
            house.hosts().rotateIfDue();
            this.server = edge.listen(config.address(), config.port());
        } catch (RuntimeException e) {
            closeRooms();
            throw e;
        }
        try {
            warnOfNoMail();
            var vitals = new Vitals(edge, house, passwords);
            var health = new Health(
                    config,
                    new Health.Parts(
                            house,
                            passwords,
                            house.outbox(),
                            chores,
                            () -> Listening.answers(config.address(), server.port())),
                    clock);
            this.management = Management.listen(
                    config.managementPort(), health::report, vitals::text, new Inbox(post, clock)::document);
        } catch (RuntimeException e) {
            server.stop();
            closeRooms();
            throw e;
        }
        chores.begin(edge, refusals);
    }

    private void warnOfNoMail() {
        house.tenants().list().stream()
                .filter(tenant ->
                        house.hosts().find(tenant.id()).filter(post::canSend).isEmpty())
                .forEach(tenant -> LOG.warn(
                        "Tenant {} can send no mail: sign-up, recovery and codes are off until SYMBOLON_SMTP is set.",
                        tenant.id()));
    }

    private SignIn signIn(SignIn.Means means, RandomGenerator random) {
        var stores = new SignIn.Stores(
                house.clients(),
                house.accounts(),
                house.connections(),
                house.identities(),
                house.consents(),
                house.resources(),
                new OneTimeCodes(house.database()),
                house.operators());
        return new SignIn(stores, means, random);
    }

    private Self self(Self.Means means, RandomGenerator random) {
        var stores = new Self.Stores(
                house.clients(),
                house.accounts(),
                house.connections(),
                house.identities(),
                house.consents(),
                house.resources(),
                new Grants(house.database()),
                new Sessions(house.database()),
                house.events());
        return new Self(stores, means, random);
    }

    private ManagementApi management(ManagementApi.Means means) {
        var stores = new ManagementApi.Stores(
                house.clients(),
                house.access(),
                house.accounts(),
                new AccountWords(house.database()),
                house.connections(),
                house.identities(),
                house.consents(),
                house.resources(),
                new Sessions(house.database()),
                new Grants(house.database()),
                house.operators(),
                house.refusals(),
                house.events());
        return new ManagementApi(stores, means);
    }

    private Dashboard dashboard(Dashboard.Means means, RandomGenerator random) {
        var stores = new Dashboard.Stores(
                house.clients(),
                house.access(),
                house.accounts(),
                new AccountWords(house.database()),
                house.connections(),
                house.identities(),
                house.consents(),
                house.resources(),
                new Sessions(house.database()),
                new Grants(house.database()),
                house.operators(),
                house.refusals(),
                house.events(),
                house.tallies());
        return new Dashboard(stores, means, random);
    }

    /// How mails leave this installation; a [Config.UnusableException] when the settings cannot be.
    public static Post.Way way(Config config) {
        if (config.smtp().isEmpty()) {
            return new Post.Way.Unset();
        }
        if (config.smtp().get().equals("inbox")) {
            return new Post.Way.Shown();
        }
        try {
            var server = MailServer.parse(config.smtp().get(), config.mailFrom());
            return new Post.Way.Server(server, authorities(config).connections());
        } catch (IllegalArgumentException e) {
            throw new Config.UnusableException(String.valueOf(e.getMessage()));
        }
    }

    private static Authorities authorities(Config config) {
        try {
            return new Authorities(config.smtpCa());
        } catch (IllegalArgumentException e) {
            throw new Config.UnusableException("SYMBOLON_SMTP_CA: " + e.getMessage());
        }
    }

    private static Optional<Traces> traces(Config config, RandomGenerator random) {
        return config.otlpEndpoint().map(endpoint -> {
            var headers = config.otlpHeaders().stream()
                    .map(header -> header.split("=", 2))
                    .collect(Collectors.toUnmodifiableMap(pair -> pair[0], pair -> pair[1], (_, last) -> last));
            return new Traces(new Traces.Telling(
                    endpoint,
                    headers,
                    config.traceOneIn(),
                    version().orElse("(not packaged)"),
                    Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX)));
        });
    }

    /// The version of this program; empty when it was not packaged.
    public static Optional<String> version() {
        return Optional.ofNullable(App.class.getPackage().getImplementationVersion());
    }

    private static Outbound outbound(Config config) {
        try {
            return new Outbound(config.outboundAllowed(), config.outboundCa());
        } catch (IllegalArgumentException e) {
            throw new Config.UnusableException("SYMBOLON_OUTBOUND_CA: " + e.getMessage());
        }
    }

    /// What every password in this installation is hashed with.
    public static Passwords passwords(Config config) {
        var cost = new Passwords.Cost(config.argon2MemoryKib(), config.argon2Iterations(), config.argon2Parallelism());
        return new Passwords(cost, config.hashPermits(), config.hashQueue());
    }

    /// Opens the installation and listens.
    ///
    /// @throws RuntimeException with a sentence for the operator: a wrong master key, a port that is taken
    public static App start(Config config, InstantSource clock, RandomGenerator random) {
        var house = House.open(config, clock, random);
        try {
            return start(config, house, clock, random);
        } catch (RuntimeException e) {
            house.close();
            throw e;
        }
    }

    /// Listens for an installation that is open already, and closes it in the end.
    public static App start(Config config, House house, InstantSource clock, RandomGenerator random) {
        if (!CryptoProvider.isNative()) {
            LOG.warn(
                    "Cryptography by {}: signing costs several times more than it has to.",
                    CryptoProvider.description());
        }
        return new App(config, house, clock, random);
    }

    /// The installation behind the server.
    public House house() {
        return house;
    }

    /// The other servers that people come from.
    public Upstreams upstreams() {
        return upstreams;
    }

    /// The port of the issuers.
    public int port() {
        return server.port();
    }

    /// The port of `/health` and `/metrics`.
    public int managementPort() {
        return management.port();
    }

    /// Stops listening, finishes what has begun, writes what is waiting, and closes the database.
    @Override
    public void close() {
        chores.close();
        server.stop();
        management.stop();
        Chores.attempt(() -> refusals.flush(clock.instant()));
        Chores.attempt(house.tallies()::flush);
        closeRooms();
        house.close();
    }

    private void closeRooms() {
        passwords.close();
        post.close();
        outbound.close();
        traces.ifPresent(Traces::close);
    }
}
