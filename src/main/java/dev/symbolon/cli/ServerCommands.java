package dev.symbolon.cli;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.Config.Setting;
import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.dashboard.Setup;
import dev.symbolon.sample.SampleServer;
import dev.symbolon.seed.Demo;
import dev.symbolon.seed.Seed;
import dev.symbolon.seed.SeedFile;
import dev.symbolon.seed.Seeding;
import dev.symbolon.seed.Seeding.Done;
import dev.symbolon.seed.Tenancy;
import dev.symbolon.store.Events.Event;
import dev.symbolon.store.Purge;
import dev.symbolon.store.Refusals.Refusal;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// The commands about the installation as a whole: `serve`, `init`, `seed`, `migrate`, `print-config`, `refusals`,
/// `events`, `purge`.
final class ServerCommands {
    private static final String DEMO = "--demo";
    private static final int PURGE_AT_MOST_ROWS = 1_000;
    private static final int PURGE_MAX_ROUNDS = 100_000;

    private final Surroundings surroundings;

    ServerCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command serve() {
        return Command.of("serve", "Serve every tenant until stopped.", given -> serve(given.has(DEMO)))
                .flag(DEMO, "Make the demo's tenants, people and application first, and serve the application too.")
                .footer("Stops at SIGTERM or Ctrl-C: what has begun is finished, new connections are refused.");
    }

    Command init() {
        return Command.of("init", "Make an installation: data folder, master key, database, first tenant.", this::init)
                .required("--issuer", "URL", "The issuer of the first tenant, for example https://login.example.com.")
                .option("--tenant", "ID", "The id of the first tenant; when not given, default.")
                .option("--name", "NAME", "What people read on its pages; when not given, the id.")
                .footer("What is there already stays as it is.");
    }

    Command seed() {
        return Command.of("seed", "Bring the installation to what a symbolon.yaml declares.", this::seed)
                .argument("FILE", "The file; symbolon.yaml.example shows one.")
                .footer("Adds what is missing, changes what differs, removes nothing; a second run changes nothing.");
    }

    Command migrate() {
        return Command.of("migrate", "Bring the database up to this version; serve does the same.", this::migrate);
    }

    Command printConfig() {
        return Command.of("print-config", "Show every setting, with secrets as ***.", this::printConfig)
                .footer("A line that begins with # is a default.");
    }

    Command refusals() {
        return Command.of(
                        "refusals",
                        "Show what was refused lately: what was received, what is registered.",
                        this::refusals)
                .tenant()
                .option("--limit", "NUMBER", "At most so many; 50.")
                .option("--error-id", "ID", "Only the one whose page showed this id.")
                .json();
    }

    Command events() {
        return Command.of("events", "Show the audit trail, newest first.", this::events)
                .tenant()
                .option("--limit", "NUMBER", "At most so many; 50.")
                .option("--before", "SEQ", "Only those before this one, for the next page.")
                .option("--kind", "PREFIX", "Only kinds that begin so, for example session. or client.secret.")
                .json()
                .footer("With --json each has its session and its grant too.");
    }

    Command purge() {
        return Command.of("purge", "Remove now what is dead; a running server does so by itself.", this::purge);
    }

    /// Serves until it is stopped.
    ///
    /// @param demo with the demo's tenants, people and application
    void serve(boolean demo) {
        var config = surroundings.config();
        try (var stopping = new Stopping();
                var _ = alone(config);
                var house = House.open(config, surroundings.clock(), surroundings.random())) {
            if (demo) {
                serveDemo(config, house, stopping);
            } else {
                serve(config, house, stopping);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // SQLite is one node. It is held before the database is opened, which may be about to be replaced.
    private static Closeable alone(Config config) {
        if (!config.database().startsWith("sqlite:")) {
            return () -> {};
        }
        House.requireFolder(config.data());
        try {
            return NewFile.alone(
                    config.data().resolve("serving.lock"),
                    "Another server uses the data folder " + config.data().toAbsolutePath()
                            + "; stop it, or set SYMBOLON_DATA to another folder.");
        } catch (IOException e) {
            throw new Mistake("The data folder cannot be locked: " + e.getMessage());
        }
    }

    private void serve(Config config, House house, Stopping stopping) {
        applySeed(config, house);
        var tenants = house.tenants().list();
        if (tenants.isEmpty()) {
            throw new Mistake("There is no tenant to serve yet; make the first one with symbolon init --issuer"
                    + " https://…, or look at the demo with symbolon serve --demo.");
        }
        try (var app = App.start(config, house, surroundings.clock(), surroundings.random())) {
            tenants.forEach(tenant -> surroundings.say("Serving " + tenant.issuer() + " (tenant " + tenant.id() + ")"));
            surroundings.say("Listening on " + config.address() + " port " + app.port()
                    + "; health and metrics on 127.0.0.1 port " + app.managementPort());
            setUp(house);
            stopping.await();
        }
    }

    // There is no default password: whoever sees this line becomes the owner, or nobody does.
    private void setUp(House house) {
        house.tenants().list().stream()
                .filter(tenant -> !house.operators().any(tenant.id()))
                .flatMap(tenant -> house.hosts().find(tenant.id()).stream())
                .forEach(host -> surroundings.say("Nobody operates tenant " + host.id()
                        + " yet; open this within 24 hours to become its owner: "
                        + Setup.link(host, surroundings.now())));
    }

    private void serveDemo(Config config, House house, Stopping stopping) {
        var demo = Demo.of(config, surroundings.random());
        demo.apply(house, surroundings.now());
        applySeed(config, house);
        var address = config.address();
        var port = config.samplePort();
        var own = Config.read(Demo.settings(surroundings.environment()));
        try (var app = App.start(own, house, surroundings.clock(), surroundings.random());
                var _ = SampleServer.start(demo.tenants(), address, port, surroundings.clock())) {
            demo.banner(house, app.managementPort()).forEach(surroundings::say);
            stopping.await();
        }
    }

    private void applySeed(Config config, House house) {
        config.seed().ifPresent(file -> report(Seeding.apply(read(config, file), house, surroundings.now())));
    }

    private Seed read(Config config, Path file) {
        return SeedFile.read(file, surroundings.environment(), password -> PasswordInput.hash(config, password));
    }

    private void report(Done done) {
        done.changes().forEach(surroundings::say);
        done.left().forEach(surroundings::say);
        if (done.changes().isEmpty()) {
            surroundings.say((done.left().isEmpty() ? "Everything" : "Everything else")
                    + " is as declared; nothing was changed.");
        }
        done.notes().forEach(surroundings::note);
    }

    private void init(Given given) {
        var config = surroundings.config();
        var id = Tenancy.id(given.text(Given.TENANT).orElse("default"));
        var tenant = Tenancy.tenant(
                id, given.text("--issuer").orElse(""), given.text("--name").orElse(id.value()));
        try (var house = House.found(config, surroundings.clock(), surroundings.random())) {
            var present = house.tenants().find(id);
            if (present.isPresent() && !present.get().issuer().equals(tenant.issuer())) {
                throw new Mistake("There is a tenant " + id + " already, at "
                        + present.get().issuer() + "; symbolon tenant add makes another one.");
            }
            if (present.isEmpty()) {
                Tenancy.make(house, tenant);
            }
            surroundings.say(
                    "Tenant " + id + " is at " + tenant.issuer() + (present.isPresent() ? ", as before." : "."));
            surroundings.say("Database: " + config.shown(Setting.DATABASE));
            surroundings.say(
                    config.masterKey().isPresent()
                            ? "Master key: from SYMBOLON_MASTER_KEY. A backup cannot be opened without it: keep it."
                            : "Master key: " + config.masterKeyFile()
                                    + ". Without it a backup cannot be opened: keep a copy apart from the database's.");
            surroundings.say("Next: symbolon client add --callback https://…, symbolon user add …, symbolon serve");
            Tenancy.inTheClear(tenant.issuer()).ifPresent(surroundings::note);
        }
    }

    private void seed(Given given) {
        // A file that cannot be read makes no installation.
        var seed = read(surroundings.config(), Path.of(given.argument()));
        surroundings.<Void>inNewHouse(house -> {
            report(Seeding.apply(seed, house, surroundings.now()));
            return null;
        });
    }

    private void migrate(Given given) {
        surroundings.<Void>inNewHouse(house -> {
            surroundings.say("The database " + surroundings.config().shown(Setting.DATABASE) + " is up to date.");
            return null;
        });
    }

    private void printConfig(Given given) {
        var config = surroundings.config();
        for (var setting : Setting.values()) {
            var isSet = !surroundings
                    .environment()
                    .getOrDefault(setting.variable(), "")
                    .isBlank();
            surroundings.say((isSet ? "" : "# ") + setting.variable() + "=" + config.shown(setting));
        }
    }

    private void refusals(Given given) {
        var limit = given.number("--limit", 50);
        surroundings.<Void>atTenant(given, (house, host) -> {
            var found = given.text("--error-id")
                    .map(id ->
                            house.refusals().byErrorId(host.id(), id).stream().toList())
                    .orElseGet(() -> house.refusals().list(host.id(), limit));
            var rows = found.stream().map(ServerCommands::row).toList();
            Sheet.print(surroundings, given, rows, "Nothing was refused lately in tenant " + host.id() + ".");
            return null;
        });
    }

    private static Map<String, Object> row(Refusal refusal) {
        var row = new LinkedHashMap<String, Object>();
        row.put("last", refusal.lastAt().toString());
        row.put("count", refusal.count());
        row.put("client_id", refusal.clientId());
        row.put("rule", refusal.rule());
        row.put("received", refusal.received());
        row.put("registered", refusal.registered());
        row.put("error_id", refusal.errorId());
        row.put("first", refusal.firstAt().toString());
        return row;
    }

    private void events(Given given) {
        var limit = given.number("--limit", 50);
        var before = given.sequence("--before");
        surroundings.<Void>atTenant(given, (house, host) -> {
            var found =
                    house.events().list(host.id(), before, given.text("--kind").orElse(""), limit);
            var rows = found.stream()
                    .map(given.has(Given.JSON) ? ServerCommands::everything : ServerCommands::summary)
                    .toList();
            Sheet.print(surroundings, given, rows, "There is no such event in tenant " + host.id() + ".");
            if (limit > 0 && rows.size() == limit) {
                surroundings.note("Older ones: --before " + found.getLast().seq());
            }
            return null;
        });
    }

    private static Map<String, Object> summary(Event event) {
        var row = new LinkedHashMap<String, Object>();
        row.put("seq", event.seq());
        row.put("at", event.at().toString());
        row.put("kind", event.kind());
        row.put("sub", event.subject().map(Object::toString).orElse(""));
        row.put("client_id", event.client().map(Object::toString).orElse(""));
        row.put(
                "detail",
                event.detail().entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .toList());
        return row;
    }

    private static Map<String, Object> everything(Event event) {
        var row = summary(event);
        row.put("sid", event.session().map(Object::toString).orElse(""));
        row.put("grant", event.grant().map(Object::toString).orElse(""));
        row.put("actor", event.actor().orElse(""));
        row.put("detail", event.detail());
        return row;
    }

    private void purge(Given given) {
        surroundings.<Void>inHouse(house -> {
            var config = surroundings.config();
            var kept = new Purge.Kept(config.eventsKept(), config.mailKept());
            var removed = 0L;
            for (var round = 0; round < PURGE_MAX_ROUNDS; round++) {
                var now = house.purge().purge(surroundings.now(), kept, PURGE_AT_MOST_ROWS);
                removed += now;
                if (now < PURGE_AT_MOST_ROWS) {
                    break;
                }
            }
            surroundings.say("Removed " + removed + " dead rows.");
            return null;
        });
    }
}
