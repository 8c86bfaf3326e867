package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.account.Enrolment;
import dev.symbolon.cli.Seeding.Seed;
import dev.symbolon.cli.Seeding.Seed.SeedClient;
import dev.symbolon.cli.Seeding.Seed.SeedPerson;
import dev.symbolon.cli.Seeding.Seed.SeedTenant;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.sample.SampleServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// What `serve --demo` shows: two tenants, the sample application, one person in each tenant.
record Demo(Config config, String password) {
    static final TenantId FIRST = new TenantId("default");
    static final TenantId SECOND = new TenantId("acme");
    static final String ADA = "ada@example.com";
    static final String GRACE = "grace@acme.example";
    static final ClientId SAMPLE = new ClientId("sample");
    static final ClientId ACME = new ClientId("acme-app");

    private static final String LETTERS = "bcdfghjkmnpqrstvwxz";
    private static final String VOWELS = "aeiou";
    private static final String CHANGED = "  whose password  was changed since; this sets the demo's own again:";

    String issuer() {
        return "http://localhost:" + config.port();
    }

    String otherIssuer() {
        return "http://acme.localhost:" + config.port();
    }

    String sample() {
        return "http://localhost:" + config.samplePort();
    }

    String api() {
        return sample() + "/api";
    }

    /// Where the sample application lets people sign in.
    List<SampleServer.Tenant> tenants() {
        return List.of(
                new SampleServer.Tenant("Symbolon demo", issuer(), SAMPLE.value(), ADA),
                new SampleServer.Tenant("Acme", otherIssuer(), ACME.value(), GRACE));
    }

    /// The demo with the password of the settings, or the one of the first start.
    static Demo of(Config config, RandomGenerator random) {
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
    List<String> apply(House house, Surroundings surroundings) {
        var present = house.tenants().find(FIRST);
        if (present.isPresent() && !present.get().issuer().value().startsWith("http://localhost:")) {
            throw new Mistake("This installation is not a demo: its tenant default is at "
                    + present.get().issuer() + "; serve it with symbolon serve (./run serve), or give the demo another"
                    + " folder with SYMBOLON_DATA.");
        }
        var file = passwordFile(config);
        if (!kept(file).equals(Optional.of(password))) {
            change(house, FIRST, ADA, surroundings);
            change(house, SECOND, GRACE, surroundings);
            keep(file);
        }
        Supplier<PasswordHash> hash = () -> PasswordInput.hash(config, password);
        return Seeding.apply(seed(hash), house, surroundings.now()).changes();
    }

    // The settings have another password than at the last start.
    private void change(House house, TenantId tenant, String email, Surroundings surroundings) {
        house.accounts()
                .byEmail(tenant, email)
                .ifPresent(known -> house.accounts()
                        .changePassword(
                                tenant,
                                known.account().subject(),
                                PasswordInput.hash(config, password),
                                surroundings.now()));
    }

    private Seed seed(Supplier<PasswordHash> hash) {
        var first = new SeedTenant(
                new Tenant(FIRST, new Issuer(issuer()), "Symbolon demo"),
                List.of(new SeedClient(SAMPLE, draft("Sample", sample()), Optional.empty())),
                List.of(api(FIRST)),
                List.of(new SeedPerson(ADA, Optional.of(true), Map.of("name", "Ada Lovelace"), Optional.of(hash))));
        var second = new SeedTenant(
                new Tenant(SECOND, new Issuer(otherIssuer()), "Acme"),
                List.of(new SeedClient(ACME, draft("Acme", sample()), Optional.empty())),
                List.of(api(SECOND)),
                List.of(new SeedPerson(GRACE, Optional.of(true), Map.of("name", "Grace Hopper"), Optional.of(hash))));
        return new Seed(List.of(first, second));
    }

    private ProtectedResource api(TenantId tenant) {
        return new ProtectedResource(
                tenant, api(), "Sample API", Lifetimes.DEFAULT.accessToken(), SigningAlgorithm.RS256);
    }

    /// Where to click, and with which password, if that is still the one.
    List<String> banner(House house, int managementPort) {
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
                "  Issuer          " + issuer() + "       " + issuer() + "/.well-known/openid-configuration",
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
        return PasswordInput.matches(config, stored, password);
    }

    private String settingAgain(TenantId tenant, String email) {
        return "./run user password " + email + (tenant.equals(FIRST) ? "" : " --tenant " + tenant) + " "
                + PasswordInput.STDIN + " < '"
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
