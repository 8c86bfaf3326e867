package dev.symbolon;

import dev.symbolon.crypto.MasterKey;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.store.Access;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.AuditChain;
import dev.symbolon.store.Brandings;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Database;
import dev.symbolon.store.Events;
import dev.symbolon.store.Identities;
import dev.symbolon.store.Imports;
import dev.symbolon.store.Installation;
import dev.symbolon.store.Operators;
import dev.symbolon.store.Outbox;
import dev.symbolon.store.Purge;
import dev.symbolon.store.Refusals;
import dev.symbolon.store.Resources;
import dev.symbolon.store.SigningKeys;
import dev.symbolon.store.SqliteDatabase;
import dev.symbolon.store.Tallies;
import dev.symbolon.store.Tenants;
import dev.symbolon.tenant.Hosts;
import dev.symbolon.transfer.Export;
import dev.symbolon.transfer.Import;
import dev.symbolon.transfer.Transfer;
import dev.symbolon.web.Host;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// An installation with its door open: the database is migrated and the master key is the right one. A server
/// needs this, and so does every command that changes something without serving.
public final class House implements AutoCloseable {
    private final Database database;
    private final Sealer master;
    private final Hosts hosts;
    private final Tallies tallies;

    private House(Database database, Sealer master, Hosts hosts) {
        this.database = database;
        this.master = master;
        this.hosts = hosts;
        this.tallies = new Tallies(database);
    }

    /// Opens it for a server. The first start makes what is not there yet: the folder, the database, and, for
    /// SQLite, the master key. With PostgreSQL a key is never made in passing, since the next node would make
    /// another one.
    ///
    /// @throws Config.UnusableException when the folder cannot be used or a key is missing
    /// @throws MasterKey.UnusableException when the key is none, or not the one that the database was made with
    /// @throws dev.symbolon.store.StoreException when the database cannot be opened
    public static House open(Config config, InstantSource clock, RandomGenerator random) {
        requireFolder(config.data());
        return open(Database.open(config.database()), config, clock, random, isSqlite(config));
    }

    /// The same, and a missing master key is made whatever the database is.
    public static House found(Config config, InstantSource clock, RandomGenerator random) {
        requireFolder(config.data());
        return open(Database.open(config.database()), config, clock, random, true);
    }

    /// Opens an installation that somebody made before. Where there is none, nothing is made.
    ///
    /// @throws Config.UnusableException as [#open], and when there is no installation
    /// @throws MasterKey.UnusableException as [#open]
    /// @throws dev.symbolon.store.StoreException as [#open]
    public static House enter(Config config, InstantSource clock, RandomGenerator random) {
        if (Files.exists(config.data())) {
            requireUsable(config.data());
        }
        var database = Database.openExisting(config.database()).orElseThrow(() -> none(config));
        return open(database, config, clock, random, false);
    }

    /// What there is to say when there is no installation.
    public static Config.UnusableException none(Config config) {
        return new Config.UnusableException("There is no installation in " + place(config)
                + "; start the demo with ./run (or symbolon serve --demo), or make one with symbolon init.");
    }

    /// Looks into the file of another database of this installation, a backup, which has to be at the schema of
    /// this program. Nothing is written.
    ///
    /// @throws dev.symbolon.store.StoreException when SQLite cannot use it
    public static House look(Path backup, Config config, Sealer master, InstantSource clock, RandomGenerator random) {
        return of(SqliteDatabase.looking(backup), config, master, clock, random);
    }

    private static boolean isSqlite(Config config) {
        return config.database().startsWith("sqlite:");
    }

    // The database is in the data folder unless it was set to be elsewhere.
    private static String place(Config config) {
        return config.database().equals("sqlite:" + config.data().resolve("symbolon.db"))
                ? config.data().toAbsolutePath().normalize().toString()
                : config.shown(Config.Setting.DATABASE);
    }

    private static House open(
            Database database, Config config, InstantSource clock, RandomGenerator random, boolean makesKey) {
        try {
            database.migrate();
            var installation = new Installation(database);
            if (makesKey
                    && config.masterKey().isEmpty()
                    && installation.masterProbe().isEmpty()) {
                MasterKey.createIfAbsent(config.masterKeyFile(), random);
            }
            var master = key(config, random);
            installation.keepMasterProbe(MasterKey.probe(master), clock.instant());
            MasterKey.requireSame(master, installation.masterProbe().orElseThrow(), clock.instant());
            return of(database, config, master, clock, random);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private static House of(
            Database database, Config config, Sealer master, InstantSource clock, RandomGenerator random) {
        var schedule = new SigningKeys.KeySchedule(config.keySigns(), config.keyPublishedAhead(), config.keyKept());
        var stores = new Hosts.Stores(new Tenants(database), new SigningKeys(database), new Brandings(database));
        return new House(database, master, new Hosts(stores, master, schedule, clock, random));
    }

    /// What opens everything that is stored under the master key, whose database is not open yet. None is made.
    ///
    /// @throws Config.UnusableException when there is none
    /// @throws MasterKey.UnusableException when it is none
    public static Sealer key(Config config, RandomGenerator random) {
        if (config.masterKey().isPresent()) {
            return MasterKey.of(config.masterKey().get(), random);
        }
        var file = config.masterKeyFile();
        if (!Files.exists(file)) {
            throw new Config.UnusableException("There is no master key: " + file + " is not there; restore it, set "
                    + "SYMBOLON_MASTER_KEY, or let `symbolon init` make one for a new database.");
        }
        return MasterKey.read(file, random);
    }

    /// The data folder, made if it is not there.
    ///
    /// @throws Config.UnusableException when this user cannot use it
    public static void requireFolder(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
                if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
                }
            }
        } catch (IOException _) {
            throw new Config.UnusableException("The data folder " + folder.toAbsolutePath()
                    + " cannot be made; set SYMBOLON_DATA to one that this user may write.");
        }
        requireUsable(folder);
    }

    private static void requireUsable(Path folder) {
        if (!Files.isReadable(folder) || !Files.isWritable(folder) || !Files.isExecutable(folder)) {
            throw new Config.UnusableException("The data folder " + folder.toAbsolutePath()
                    + " cannot be read and written; give this user the right to, or set SYMBOLON_DATA to another one.");
        }
    }

    /// The open database, for the classes of the store that are not here.
    public Database database() {
        return database;
    }

    /// Opens what is stored under the master key.
    public Sealer master() {
        return master;
    }

    /// The tenants with their secrets and keys.
    public Hosts hosts() {
        return hosts;
    }

    /// The tenants as they are stored.
    public Tenants tenants() {
        return new Tenants(database);
    }

    /// How their pages look.
    public Brandings brandings() {
        return new Brandings(database);
    }

    /// The registered applications.
    public Clients clients() {
        return new Clients(database);
    }

    /// The people.
    public Accounts accounts() {
        return new Accounts(database);
    }

    /// The places where people come from.
    public Connections connections() {
        return new Connections(database);
    }

    /// Who people are at other servers.
    public Identities identities() {
        return new Identities(database);
    }

    /// What people allowed applications.
    public Consents consents() {
        return new Consents(database);
    }

    /// Who operates the tenants.
    public Operators operators() {
        return new Operators(database);
    }

    /// The audit trail.
    public Events events() {
        return new Events(database);
    }

    /// The audit trail as a chain.
    public AuditChain auditChain() {
        return new AuditChain(database);
    }

    /// Gives events of a tenant their places in the chain.
    ///
    /// @return how many
    public int linkEvents(Host host, int atMost) {
        return auditChain()
                .link(host.id(), text -> host.sealer().hash(Purpose.AUDIT, text).value(), atMost);
    }

    /// The APIs.
    public Resources resources() {
        return new Resources(database);
    }

    /// What clients may ask of APIs.
    public Access access() {
        return new Access(database);
    }

    /// Tenants as files.
    public Transfer transfer(InstantSource clock) {
        var imports = new Imports(database);
        return new Transfer(
                new Export(new Export.Stores(tenants(), resources(), clients(), access(), connections(), imports)),
                new Import(imports, clock),
                imports);
    }

    /// The keys that sign.
    public SigningKeys signingKeys() {
        return new SigningKeys(database);
    }

    /// What was refused lately.
    public Refusals refusals() {
        return new Refusals(database);
    }

    /// What this node counts by day.
    public Tallies tallies() {
        return tallies;
    }

    /// Mails that wait, and what became of them.
    public Outbox outbox() {
        return new Outbox(database);
    }

    /// What removes the dead.
    public Purge purge() {
        return new Purge(database);
    }

    @Override
    public void close() {
        database.close();
    }
}
