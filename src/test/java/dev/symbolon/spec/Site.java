package dev.symbolon.spec;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.account.Passwords;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.CodeChallenge;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Host;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The whole server over HTTP on a temporary SQLite file with a clock that tests set, and a small
/// world in it: two
/// tenants, clients of every kind, a few people. Passwords are hashed at the lowest cost that is allowed.
public final class Site implements AutoCloseable {
    static {
        // Read once, when the first request of the process is built, whoever builds it.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
    }

    public static final String CALLBACK = "https://app.example/callback";
    public static final String OTHER_CALLBACK = "https://app.example/other?fixed=1";
    public static final String PASSWORD = "correct horse battery staple";
    public static final String API = "https://api.example/orders";

    public final TestClock clock = new TestClock();
    public final App app;
    public final String issuer;
    public final String otherIssuer;
    public final Map<String, String> secrets = new HashMap<>();
    public final Path data;
    /// The settings that the server was started with.
    public final Map<String, String> environment;
    private final Passwords passwords;

    private Site(Map<String, String> settings) {
        this.data = temporary();
        this.environment = new HashMap<>(Map.of(
                "SYMBOLON_PORT", "0",
                "SYMBOLON_MANAGEMENT_PORT", "0",
                "SYMBOLON_DATA", data.toString(),
                "SYMBOLON_ARGON2_MEMORY_KIB", "7168",
                "SYMBOLON_ARGON2_ITERATIONS", "1",
                "SYMBOLON_ATTEMPTS_PER_NETWORK", "1000000"));
        environment.putAll(settings);
        var config = Config.read(environment);
        this.app = App.start(config, clock, new SecureRandom());
        this.issuer = "http://localhost:" + app.port();
        this.otherIssuer = "http://other.localhost:" + app.port();
        this.passwords = App.passwords(config);
        populate();
    }

    /// A server of its own for one test class.
    public static Site start() {
        return new Site(Map.of());
    }

    /// A server with these settings (`SYMBOLON_…`).
    public static Site start(Map<String, String> settings) {
        return new Site(settings);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("symbolon-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void populate() {
        app.house().hosts().add(new Tenant(new TenantId("default"), new Issuer(issuer), "Symbolon"));
        app.house().hosts().add(new Tenant(new TenantId("other"), new Issuer(otherIssuer), "Other"));
        client("spa", draft().callbacks(CALLBACK, OTHER_CALLBACK));
        client("third", draft().callbacks(CALLBACK).firstParty(false));
        client("native", draft().callbacks("http://127.0.0.1/cb", "http://[::1]/cb", "com.example.app:/cb"));
        client("web", draft().callbacks(CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC));
        client("post", draft().callbacks(CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_POST));
        client(
                "nopkce",
                draft().callbacks(CALLBACK)
                        .auth(ClientAuthMethod.CLIENT_SECRET_BASIC)
                        .pkce(false));
        client("strict", draft().callbacks(CALLBACK).reuseLeeway(Duration.ZERO));
        person("ada@example.com", "Ada Lovelace");
        person("bob@example.com", "Bob");
        var dora = person("dora@example.com", "Dora");
        app.house().accounts().disable(host().id(), dora, clock.instant());
        var now = clock.instant();
        app.house()
                .resources()
                .put(
                        new ProtectedResource(
                                host().id(), API, "Orders", Duration.ofMinutes(10), SigningAlgorithm.ES256),
                        now);
    }

    /// Somebody of the default tenant.
    Account account(String email) {
        return app.house().accounts().byEmail(host().id(), email).orElseThrow().account();
    }

    /// Makes somebody of the default tenant an operator.
    void operator(String email, Role role) {
        var account = account(email);
        app.house().operators().put(account.tenant(), account.subject(), role, clock.instant());
    }

    /// A browser in which somebody has come to the dashboard.
    Browser atDashboard(String email) {
        var browser = browser();
        var login = browser.follow(browser.get("/dashboard"));
        browser.follow(browser.post("/login", login(login, email, PASSWORD)));
        return browser;
    }

    /// Sends a form of the dashboard.
    static Reply send(Browser browser, String path, Map<String, String> fields) {
        var form = new LinkedHashMap<>(fields);
        form.put("csrf", browser.get("/dashboard").hidden("csrf"));
        return browser.post(path, form);
    }

    /// Gives what has happened its place in the trail now, so that nothing is written in between by itself.
    void linkEvents() {
        for (var tenant : app.house().tenants().list()) {
            app.house().hosts().find(tenant.id()).ifPresent(host -> app.house().linkEvents(host, 1_000_000));
        }
    }

    /// The default tenant.
    public Host host() {
        return app.house().hosts().find(new TenantId("default")).orElseThrow();
    }

    /// The other tenant.
    public Host otherHost() {
        return app.house().hosts().find(new TenantId("other")).orElseThrow();
    }

    /// A draft that a test fills in.
    public static Drafted draft() {
        return new Drafted();
    }

    /// Registers a client of the default tenant; its secret, if it has one, is in {@link #secrets}.
    public void client(String id, Drafted draft) {
        client(host(), id, draft);
    }

    /// Registers a client of a tenant; its secret, if it has one, is in {@link #secrets}, unless
    /// one of another tenant
    /// with the same id is there already.
    ///
    /// @return its secret, if it has one
    public Optional<String> client(Host host, String id, Drafted draft) {
        var secret = new Registration(app.house().clients())
                .register(host, Optional.of(new ClientId(id)), draft.build(), clock.instant())
                .secret()
                .map(OpaqueToken::value);
        secret.ifPresent(value -> secrets.putIfAbsent(id, value));
        return secret;
    }

    /// Adds a person of the default tenant with {@link #PASSWORD}.
    public Subject person(String email, String name) {
        return person(host(), email, Profile.named(Optional.of(name)));
    }

    /// Adds a person with {@link #PASSWORD}.
    public Subject person(Host host, String email, Profile profile) {
        var subject = new Subject(host.sealer().newId());
        var now = clock.instant();
        var account = new Account(
                host.id(), subject, Optional.of(Email.of(email, true)), profile, now, now, Optional.empty());
        app.house().accounts().create(account, Optional.of(passwords.hash(PASSWORD)), now);
        return subject;
    }

    /// The file behind it all.
    public Dump dump() {
        return new Dump(data);
    }

    /// A browser that was never here.
    public Browser browser() {
        return new Browser(issuer);
    }

    /// The verifier that {@link #request} asks with.
    public static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    /// The parameters of a good request, in an order that tests may rely on.
    public static Map<String, String> request(String client) {
        var parameters = new LinkedHashMap<String, String>();
        parameters.put("client_id", client);
        parameters.put("redirect_uri", CALLBACK);
        parameters.put("response_type", "code");
        parameters.put("scope", "openid profile email");
        parameters.put("state", "st ate/ü");
        parameters.put("nonce", "n-0S6_WzA2Mj");
        parameters.put(
                "code_challenge", CodeChallenge.of(new CodeVerifier(VERIFIER)).value());
        parameters.put("code_challenge_method", "S256");
        return parameters;
    }

    /// The same with some changed; an empty value takes a parameter away.
    public static Map<String, String> request(String client, Map<String, String> changes) {
        var parameters = request(client);
        changes.forEach((name, value) -> {
            if (value.isEmpty()) {
                parameters.remove(name);
            } else {
                parameters.put(name, value);
            }
        });
        return parameters;
    }

    public static String authorize(Map<String, String> parameters) {
        return "/authorize?" + Browser.encode(parameters);
    }

    /// Follows the request to the sign-in page, signs in, and follows to where it leads.
    public Reply signIn(Browser browser, Map<String, String> parameters, String email) {
        return signInAt(browser, browser.follow(browser.get(authorize(parameters))), email);
    }

    /// Signs in at a sign-in page that is shown.
    public Reply signInAt(Browser browser, Reply page, String email) {
        return browser.follow(browser.post("/login", login(page, email, PASSWORD)));
    }

    /// What the sign-in form sends.
    public static Map<String, String> login(Reply page, String email, String password) {
        var form = new LinkedHashMap<String, String>();
        form.put("interaction", page.hidden("interaction"));
        form.put("csrf", page.hidden("csrf"));
        form.put("username", email);
        form.put("password", password);
        return form;
    }

    /// A code for Ada at this client, in a browser of her own.
    public String code(String client) {
        return signIn(browser(), request(client), "ada@example.com").redirect().text("code");
    }

    /// What a good token request sends for a code.
    public static Map<String, String> redemption(String client, String code) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", client);
        form.put("code", code);
        form.put("redirect_uri", CALLBACK);
        form.put("code_verifier", VERIFIER);
        return form;
    }

    /// What a good token request sends to refresh.
    public static Map<String, String> refresh(String client, String refreshToken) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "refresh_token");
        form.put("client_id", client);
        form.put("refresh_token", refreshToken);
        return form;
    }

    public Reply token(Map<String, String> form) {
        return token(form, Map.of());
    }

    public Reply token(Map<String, String> form, Map<String, String> headers) {
        var builder = HttpRequest.newBuilder(URI.create(issuer + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(Browser.encode(form)));
        headers.forEach(builder::header);
        return Browser.exchange(builder);
    }

    /// The tokens of Ada at a public client.
    public Reply tokens(String client) {
        return token(redemption(client, code(client)));
    }

    public Reply withBearer(String path, String accessToken) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(issuer + path))
                .header("Authorization", "Bearer " + accessToken)
                .GET());
    }

    /// `Authorization: Basic …` for a client.
    public String basic(String client) {
        return basic(client, secrets.get(client));
    }

    public static String basic(String client, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((client + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    /// The claims of a token, read without any check.
    public static com.fasterxml.jackson.databind.JsonNode claims(String jwt) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        passwords.close();
        app.close();
        try (var files = Files.walk(data)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What a test says about a client; the rest is the default.
    public static final class Drafted {
        private Optional<String> name = Optional.empty();
        private Optional<ClientAuthMethod> auth = Optional.empty();
        private Optional<List<String>> callbacks = Optional.empty();
        private Optional<List<String>> logoutUrls = Optional.of(List.of("https://app.example/bye"));
        private Optional<Boolean> firstParty = Optional.empty();
        private Optional<Boolean> pkce = Optional.empty();
        private Optional<SigningAlgorithm> algorithm = Optional.empty();
        private Optional<Duration> leeway = Optional.empty();
        private Optional<String> scope = Optional.empty();
        private Optional<List<String>> webOrigins = Optional.empty();
        private Optional<Boolean> claimsInIdToken = Optional.empty();

        public Drafted name(String shown) {
            name = Optional.of(shown);
            return this;
        }

        public Drafted callbacks(String... urls) {
            callbacks = Optional.of(List.of(urls));
            return this;
        }

        public Drafted logoutUrls(String... urls) {
            logoutUrls = Optional.of(List.of(urls));
            return this;
        }

        public Drafted auth(ClientAuthMethod method) {
            auth = Optional.of(method);
            return this;
        }

        public Drafted firstParty(boolean is) {
            firstParty = Optional.of(is);
            return this;
        }

        public Drafted pkce(boolean required) {
            pkce = Optional.of(required);
            return this;
        }

        public Drafted algorithm(SigningAlgorithm wanted) {
            algorithm = Optional.of(wanted);
            return this;
        }

        public Drafted reuseLeeway(Duration wanted) {
            leeway = Optional.of(wanted);
            return this;
        }

        public Drafted webOrigins(String... origins) {
            webOrigins = Optional.of(List.of(origins));
            return this;
        }

        public Drafted claimsInIdToken(boolean are) {
            claimsInIdToken = Optional.of(are);
            return this;
        }

        public Drafted scope(String wanted) {
            scope = Optional.of(wanted);
            return this;
        }

        Draft build() {
            return new Draft(
                    name,
                    Optional.empty(),
                    auth,
                    callbacks,
                    logoutUrls,
                    webOrigins,
                    scope,
                    firstParty,
                    pkce,
                    algorithm,
                    claimsInIdToken,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    leeway);
        }
    }
}
