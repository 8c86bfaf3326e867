package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.Config.Setting;
import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.crypto.FileDigest;
import dev.symbolon.crypto.MasterKey;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealer;
import dev.symbolon.store.AuditChain.Finding;
import dev.symbolon.store.Database;
import dev.symbolon.store.Sessions;
import dev.symbolon.store.SqliteDatabase;
import dev.symbolon.store.SqliteDatabase.Looked;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/// `symbolon backup` and `restore`: the SQLite database as one file, and back.
final class BackupCommands {
    private static final String REPLACE = "--replace";
    private static final String CHECK = "--check";
    private static final String SHA256 = "--sha256";
    private static final String SIGN_OUT = "--sign-out-everybody";
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Surroundings surroundings;

    BackupCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command backup() {
        return Command.of("backup", "Copy the SQLite database into a file, also while a server runs.", this::backup)
                .argument("FILE", "The backup; only you may read it.")
                .flag(REPLACE, "Put it in the place of a FILE that is there.")
                .footer("What was answered before it began is in it. FILE has its name only when it is whole. The"
                        + " master key is not in it: keep a copy of that somewhere else.")
                .footer("PostgreSQL has its own: pg_dump, pg_basebackup.");
    }

    Command restore() {
        return Command.of("restore", "Put a backup in the place of the SQLite database.", this::restore)
                .argument("FILE", "What symbolon backup wrote; it stays.")
                .flag(CHECK, "Only look at it, which may be done at any time.")
                .flag(SIGN_OUT, "End every session and sign-in of the backup, so that none that ended since is back.")
                .option(SHA256, "HEX", "What symbolon backup printed, to be compared.")
                .footer("It looks at every page, at the schema, at every link of the audit trail and whether the master"
                        + " key opens it, and counts the rows. A backup with a fault is not put in place.")
                .footer("No server may run. The database that was there is kept beside the new one.")
                .footer("Exit status 1 when something is wrong with it.");
    }

    private static Path database(Config config, String otherwise) {
        return Database.file(config.database()).orElseThrow(() -> new Mistake(otherwise));
    }

    private void backup(Given given) {
        var config = surroundings.config();
        var database = database(
                config,
                "The database is PostgreSQL (" + config.shown(Setting.DATABASE)
                        + "): back it up with pg_dump, or its whole server with pg_basebackup.");
        var file = Path.of(given.argument()).toAbsolutePath();
        if (!Files.exists(database)) {
            throw House.none(config);
        }
        if (Files.isDirectory(file) || isSame(file, database)) {
            throw new Mistake(file + " is " + (Files.isDirectory(file) ? "a folder" : "the database itself")
                    + "; name a file for the backup.");
        }
        if (Files.exists(file) && !given.has(REPLACE)) {
            throw taken(file);
        }
        try (var _ = NewFile.alone(
                        config.data().resolve("backup.lock"), "Another backup is being made; wait until it is done.");
                var made = NewFile.of(file)) {
            if (made.isBegunAnew()) {
                surroundings.note("A backup was broken off and left " + made.partial() + "; it is begun anew.");
            }
            var began = surroundings.now();
            SqliteDatabase.backup(database, made.partial());
            var bytes = Files.size(made.partial());
            var digest = FileDigest.of(made.partial());
            if (given.has(REPLACE)) {
                made.replace();
            } else {
                made.place();
            }
            surroundings.say(file + " holds the database as it was at " + began + ": " + bytes + " bytes.");
            surroundings.say("SHA-256: " + digest);
            surroundings.note("Look at it with symbolon restore --check; without the master key it opens nothing, so"
                    + " keep a copy of that, apart from it.");
        } catch (FileAlreadyExistsException e) {
            throw taken(file);
        } catch (IOException e) {
            throw new Mistake("The backup cannot be written: " + e.getMessage() + ".");
        }
    }

    private static Mistake taken(Path file) {
        return new Mistake(
                "There is a file " + file + " already; name another one, or say " + REPLACE + " to replace it.");
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.isSameFile(one, other);
        } catch (IOException _) {
            return false;
        }
    }

    private void restore(Given given) {
        var config = surroundings.config();
        var file = Path.of(given.argument()).toAbsolutePath();
        var wal = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (!Files.isRegularFile(file)) {
                throw new Mistake("There is no file " + file + ".");
            }
            if (Files.exists(wal) && Files.size(wal) > 0) {
                throw new Mistake("There is " + wal + " beside it, so it is no backup but a database that is in use or"
                        + " was copied while it was: its newest changes are not in the file.");
            }
            requireDigest(given, file);
            if (given.has(CHECK)) {
                check(config, file);
            } else {
                restore(config, file, given.has(SIGN_OUT));
            }
        } catch (IOException e) {
            throw new Mistake("The backup cannot be used: " + e.getMessage() + ".");
        }
    }

    private static void requireDigest(Given given, Path file) throws IOException {
        var wanted = given.text(SHA256);
        if (wanted.isPresent() && !FileDigest.of(file).equalsIgnoreCase(wanted.get())) {
            throw new Mistake("The file " + file + " is not what was written: its SHA-256 is " + FileDigest.of(file)
                    + ". Take another backup.");
        }
    }

    private void restore(Config config, Path file, boolean signsOut) throws IOException {
        var named = database(
                config,
                "The database is PostgreSQL (" + config.shown(Setting.DATABASE)
                        + "): restore it with pg_restore or psql, from what pg_dump wrote.");
        // A link stays one.
        var database = Files.exists(named) ? named.toRealPath() : named;
        if (isSame(file, database)) {
            throw new Mistake("The file " + file + " is the database itself; name a backup.");
        }
        House.requireFolder(config.data());
        try (var _ = NewFile.alone(
                        config.data().resolve("serving.lock"),
                        "A server uses the data folder " + config.data().toAbsolutePath()
                                + "; stop it, and restore again.");
                var made = NewFile.of(database)) {
            try (var out = Files.newOutputStream(made.partial())) {
                Files.copy(file, out);
            }
            check(config, made.partial());
            if (!Files.exists(database)) {
                made.place();
            } else {
                var kept = unused(database.resolveSibling(
                        database.getFileName() + ".before-restore-" + SECOND.format(surroundings.now())));
                SqliteDatabase.whileUnused(database, () -> exchange(made, database, kept));
                surroundings.say("The database that was there is kept: " + kept);
            }
            surroundings.say(database + " is what " + file + " holds.");
            // Still alone: no server has opened it.
            if (signsOut) {
                signOutEverybody(config);
            }
            surroundings.note("What happened after the backup is forgotten, and "
                    + (signsOut
                            ? "everybody signs in anew; secrets that were changed since are the old ones"
                            : "what was revoked since is valid again, unless it is restored with " + SIGN_OUT)
                    + ": see docs/operating.md. Next: symbolon serve");
        }
    }

    // Twice in a second is what scripts do.
    private static Path unused(Path path) {
        var free = path;
        for (var number = 2; Files.exists(free); number++) {
            free = path.resolveSibling(path.getFileName() + "-" + number);
        }
        return free;
    }

    private void signOutEverybody(Config config) {
        try (var house = House.enter(config, surroundings.clock(), surroundings.random())) {
            var sessions = new Sessions(house.database());
            house.tenants().list().forEach(tenant -> sessions.endAll(tenant.id(), surroundings.now()));
        }
        surroundings.say("Every session and sign-in has ended.");
    }

    // Its name never goes without a whole database: the old one, then the new one. What is left beside an old one that
    // SQLite cannot read is its own, and would be taken for the new one's.
    private static void exchange(NewFile made, Path database, Path kept) throws IOException {
        try {
            Files.createLink(kept, database);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException | UnsupportedOperationException _) {
            Files.move(database, kept);
        }
        for (var suffix : List.of("-wal", "-shm", "-journal")) {
            var beside = database.resolveSibling(database.getFileName() + suffix);
            if (Files.exists(beside)) {
                Files.move(beside, kept.resolveSibling(kept.getFileName() + suffix));
            }
        }
        made.replace();
    }

    /// Says what is in it.
    ///
    /// @throws Mistake when something is wrong with it
    private void check(Config config, Path file) {
        var looked = SqliteDatabase.look(file);
        if (!looked.faults().isEmpty()) {
            throw new Mistake("The backup is damaged: " + String.join("; ", looked.faults()) + ".");
        }
        if (!looked.isKnown()) {
            throw new Mistake(
                    looked.schema() == 0
                            ? "The file is an SQLite database, and none of Symbolon's."
                            : "The backup is at schema " + looked.schema()
                                    + ", which this version does not know: use a newer one.");
        }
        looked.rows().forEach((table, rows) -> surroundings.say(table + ": " + rows + " rows"));
        surroundings.say("Every page is sound; schema " + looked.schema() + ".");
        checkKey(config, file, looked);
    }

    private void checkKey(Config config, Path file, Looked looked) {
        if (config.masterKey().isEmpty() && !Files.exists(config.masterKeyFile())) {
            surroundings.note("There is no master key here (" + config.masterKeyFile() + "), so whether it opens the"
                    + " backup is not known, and the audit trail was not looked at.");
            return;
        }
        var master = House.key(config, surroundings.random());
        var probe = looked.probe()
                .orElseThrow(() ->
                        new Mistake("The backup is of a database that no server was started on: nothing is in it."));
        try {
            MasterKey.requireSame(master, probe, surroundings.now());
        } catch (MasterKey.UnusableException _) {
            throw new Mistake("The master key of this installation does not open the backup; give the one that its"
                    + " database was made with.");
        }
        surroundings.say("The master key of this installation opens it.");
        if (looked.isOfThisVersion()) {
            checkTrails(config, file, master);
        } else {
            surroundings.note("It is of another version, so the audit trail was not looked at: after restoring it,"
                    + " symbolon audit verify does.");
        }
    }

    private void checkTrails(Config config, Path file, Sealer master) {
        var bar = new Bar(surroundings, "events looked at");
        try (var house = House.look(file, config, master, surroundings.clock(), surroundings.random())) {
            for (var tenant : house.tenants().list()) {
                var host = house.hosts().find(tenant.id()).orElseThrow();
                var finding = house.auditChain()
                        .verify(
                                host.id(),
                                text -> host.sealer().hash(Purpose.AUDIT, text).value(),
                                Optional.empty(),
                                count -> bar.at(count, 0));
                bar.end();
                switch (finding) {
                    case Finding.Whole whole ->
                        surroundings.say("The audit trail of tenant " + host.id() + " is whole: " + whole.events()
                                + " events, " + whole.unlinked() + " without a place yet."
                                + (whole.events() == 0
                                        ? ""
                                        : " Its end: " + whole.end().position() + ":"
                                                + whole.end().link()));
                    case Finding.Broken(var position, var what) ->
                        throw new Mistake("The audit trail of tenant " + host.id() + " is broken at place " + position
                                + ". " + what);
                }
            }
        }
    }
}
