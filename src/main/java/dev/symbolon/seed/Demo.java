package dev.symbolon.seed;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.account.Enrolment;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.sample.SampleServer;
import dev.symbolon.seed.Seed.SeedClient;
import dev.symbolon.seed.Seed.SeedConnection;
import dev.symbolon.seed.Seed.SeedPerson;
import dev.symbolon.seed.Seed.SeedTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What `serve --demo` shows: two tenants, the sample application, one person in each tenant.
public record Demo(Config config, String password) {
    /// The two tenants, the person of each, and the sample application in each.
    public static final TenantId FIRST = new TenantId("default");
    public static final TenantId SECOND = new TenantId("acme");
    public static final String ADA = "ada@example.com";
    public static final String GRACE = "grace@acme.example";
    public static final ClientId SAMPLE = new ClientId("sample");
    public static final ClientId ACME = new ClientId("acme-app");

    /// What the first tenant is called at the second one.
    private static final ClientId PROVIDER_CLIENT = new ClientId("symbolon-demo");

    private static final String LOOPBACK = "127.0.0.0/8,::1";
    private static final String LETTERS = "bcdfghjkmnpqrstvwxz";
    private static final String VOWELS = "aeiou";
    private static final String CHANGED = "  whose password  was changed since; this sets the demo's own again:";

    /// The issuer of the first tenant.
    public String issuer() {
        return "http://localhost:" + config.port();
    }

    /// The issuer of the second one.
    public String otherIssuer() {
        return "http://acme.localhost:" + config.port();
    }

    /// The origin of the sample application.
    public String sample() {
        return "http://localhost:" + config.samplePort();
    }

    /// Its API: what access tokens are for.
    public String api() {
        return sample() + "/api";
    }

    /// Where the sample application lets people sign in.
    public List<SampleServer.Tenant> tenants() {
        return List.of(
                new SampleServer.Tenant("Symbolon demo", issuer(), SAMPLE.value(), ADA),
                new SampleServer.Tenant("Acme", otherIssuer(), ACME.value(), GRACE));
    }

    /// The demo with the password of the settings, or the one of the first start.
    public static Demo of(Config config, RandomGenerator random) {
        if (config.port() == 0) {
            throw new Mistake("The demo needs to know its port beforehand; set SYMBOLON_PORT to another one than 0.");
        }
        var file = passwordFile(config);
        var password = config.demoPassword()
                .or(() -> kept(file))
                .map(Enrolment::acceptable)
                .orElseGet(() -> readable(random));
        return new Demo(config, password);
    }

    /// Brings the demo into the house.
    ///
    /// @return what was changed
    public List<String> apply(House house, Instant now) {
        var present = house.tenants().find(FIRST);
        if (present.isPresent() && !present.get().issuer().value().startsWith("http://localhost:")) {
            throw new Mistake("This installation is not a demo: its tenant default is at "
                    + present.get().issuer() + "; serve it with symbolon serve (./run serve), or give the demo another"
                    + " folder with SYMBOLON_DATA.");
        }
        var file = passwordFile(config);
        if (!kept(file).equals(Optional.of(password))) {
            change(house, FIRST, ADA, now);
            change(house, SECOND, GRACE, now);
            keep(file);
        }
        var changes = Seeding.apply(seed(this::hash, () -> providerSecret(house)), house, now)
                .changes();
        own(house, FIRST, ADA, now);
        own(house, SECOND, GRACE, now);
        return changes;
    }

    // The person of a tenant operates it too, unless somebody else does already.
    private static void own(House house, TenantId tenant, String email, Instant now) {
        house.accounts()
                .byEmail(tenant, email)
                .ifPresent(
                        known -> house.operators().first(tenant, known.account().subject(), now));
    }

    // The settings have another password than at the last start.
    private void change(House house, TenantId tenant, String email, Instant now) {
        house.accounts()
                .byEmail(tenant, email)
                .ifPresent(known ->
                        house.accounts().changePassword(tenant, known.account().subject(), hash(), now));
    }

    private Seed seed(Supplier<PasswordHash> hash, Supplier<String> secret) {
        var first = new SeedTenant(
                new Tenant(FIRST, new Issuer(issuer()), "Symbolon demo"),
                List.of(new SeedClient(SAMPLE, draft("Sample", sample()), Optional.empty())),
                List.of(acme(secret), mail()),
                List.of(api(FIRST)),
                List.of(new SeedPerson(ADA, Optional.of(true), Map.of("name", "Ada Lovelace"), Optional.of(hash))));
        var second = new SeedTenant(
                new Tenant(SECOND, new Issuer(otherIssuer()), "Acme"),
                List.of(
                        new SeedClient(ACME, draft("Acme", sample()), Optional.empty()),
                        new SeedClient(PROVIDER_CLIENT, providerDraft(), Optional.of(secret))),
                List.of(),
                List.of(api(SECOND)),
                List.of(new SeedPerson(GRACE, Optional.of(true), Map.of("name", "Grace Hopper"), Optional.of(hash))));
        return new Seed(List.of(first, second));
    }

    // The second tenant is an OpenID provider like any other, so a button for another server works without an account
    // anywhere.
    private SeedConnection acme(Supplier<String> secret) {
        var there = said("Acme", "company", PROVIDER_CLIENT.value(), otherIssuer());
        var wanted = Enlistment.connection(FIRST, new ConnectionId("acme"), Kind.OIDC, there);
        return new SeedConnection(wanted, Optional.of(secret), false, Optional.empty());
    }

    private static SeedConnection mail() {
        var here = said("", "", "", "");
        var wanted = Enlistment.connection(FIRST, new ConnectionId("mail"), Kind.PASSWORDLESS_EMAIL, here);
        return new SeedConnection(wanted, Optional.empty(), false, Optional.empty());
    }

    // What is empty is not said.
    private static Enlistment.Draft said(String label, String icon, String clientId, String issuer) {
        Function<String, Optional<String>> given = text -> Optional.of(text).filter(one -> !one.isEmpty());
        return new Enlistment.Draft(
                Optional.empty(),
                given.apply(label),
                given.apply(icon),
                given.apply(clientId),
                Optional.empty(),
                given.apply(issuer),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private Draft providerDraft() {
        return new Draft(
                Optional.of("Symbolon demo"),
                Optional.empty(),
                Optional.of(ClientAuthMethod.CLIENT_SECRET_BASIC),
                Optional.of(List.of(issuer() + "/callback")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(true),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    // The same at each start.
    private static String providerSecret(House house) {
        return house.master().hash(Purpose.CLIENT_SECRET, "demo").value();
    }

    /// The environment with what the demo needs besides: its tenants are each other's servers, on this machine.
    public static Map<String, String> settings(Map<String, String> environment) {
        var all = new HashMap<>(environment);
        var name = Config.Setting.OUTBOUND_ALLOWED.variable();
        all.merge(name, LOOPBACK, (own, more) -> own.isBlank() ? more : own + "," + more);
        return all;
    }

    private ProtectedResource api(TenantId tenant) {
        return new ProtectedResource(
                tenant, api(), "Sample API", Lifetimes.DEFAULT.accessToken(), SigningAlgorithm.RS256);
    }

    /// Where to click, and with which password, if that is still the one.
    public List<String> banner(House house, int managementPort) {
        var lines = new ArrayList<String>();
        lines.addAll(List.of(
                "",
                "  Symbolon is running.",
                "",
                "  Open            " + sample() + "/       the sample application: press Sign in",
                "  Sign in as      " + ADA));
        var isAdas = isPassword(house, FIRST, ADA);
        if (isAdas) {
            lines.add("  with password   " + password);
        } else {
            lines.add(CHANGED);
            lines.add("                  " + settingAgain(FIRST, ADA));
        }
        lines.addAll(List.of(
                "",
                "  Dashboard       " + issuer() + "/dashboard   clients, people, errors explained",
                "  Issuer          " + issuer() + "       " + issuer() + "/.well-known/openid-configuration",
                "  Mails           http://localhost:" + managementPort + "/dev/mail   what it would send",
                "  Health          http://127.0.0.1:" + managementPort + "/health",
                "",
                "  Second tenant   " + otherIssuer() + "  choose Acme in the sample application",
                "  Sign in as      " + GRACE));
        if (isPassword(house, SECOND, GRACE)) {
            lines.add("  with password   " + (isAdas ? "as above" : password));
        } else {
            lines.add(CHANGED);
            lines.add("                  " + settingAgain(SECOND, GRACE));
        }
        lines.addAll(
                List.of("", "  Data is in " + config.data().toAbsolutePath().normalize() + ". Ctrl-C stops.", ""));
        return lines;
    }

    private boolean isPassword(House house, TenantId tenant, String email) {
        var stored = house.accounts().byEmail(tenant, email).flatMap(known -> known.hash());
        try (var passwords = App.passwords(config)) {
            return passwords.matches(stored, password);
        }
    }

    private PasswordHash hash() {
        try (var passwords = App.passwords(config)) {
            return passwords.hash(password);
        }
    }

    private String settingAgain(TenantId tenant, String email) {
        return "./run user password " + email + (tenant.equals(FIRST) ? "" : " --tenant " + tenant)
                + " --password-stdin < '"
                + passwordFile(config).toAbsolutePath().normalize() + "'";
    }

    private static Draft draft(String name, String origin) {
        return new Draft(
                Optional.of(name),
                Optional.of(origin + "/"),
                Optional.empty(),
                Optional.of(List.of(origin + "/callback")),
                Optional.of(List.of(origin + "/")),
                Optional.of(List.of(origin)),
                Optional.empty(),
                Optional.of(true),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Path passwordFile(Config config) {
        return config.data().resolve("demo-password");
    }

    private static Optional<String> kept(Path file) {
        try {
            return Files.exists(file)
                    ? Optional.of(Files.readString(file).strip()).filter(text -> !text.isEmpty())
                    : Optional.empty();
        } catch (IOException _) {
            throw new Mistake("The file " + file + " cannot be read; remove it, or give this user the right to.");
        }
    }

    private void keep(Path file) {
        try {
            if (!Files.exists(file)) {
                var posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
                Files.createFile(file);
                if (posix) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                }
            }
            Files.writeString(file, password + "\n");
        } catch (IOException _) {
            throw new Mistake("The file " + file + " cannot be written; give this user the right to.");
        }
    }

    /// Four words that nobody knows but everybody can type: 12 syllables, 78 bits.
    private static String readable(RandomGenerator random) {
        var text = new StringBuilder();
        for (var syllable = 0; syllable < 12; syllable++) {
            if (syllable > 0 && syllable % 3 == 0) {
                text.append('-');
            }
            text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            text.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
        }
        return text.toString();
    }
}
