package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.store.Database;
import dev.symbolon.store.Move;
import dev.symbolon.store.Move.Moved;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;

/// `symbolon move`: the whole installation into another database.
final class MoveCommand {
    private static final String FROM = "--from";
    private static final String TO = "--to";

    private final Surroundings surroundings;

    MoveCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command command() {
        return Command.of("move", "Copy the whole installation into another, empty database.", this::move)
                .required(FROM, "URL", "What is copied: sqlite:/path/file.db or postgresql://user@host/name.")
                .required(TO, "URL", "Where to; a file that is not there yet, or an empty database.")
                .json()
                .footer("The source is only read, as it was at one moment, and may be in use; what is written to it"
                        + " after that is not in the copy. Stop its servers first, if nothing may be lost.")
                .footer("Both sides are compared before the copy counts. A move that is broken off leaves nothing"
                        + " behind that a server would take for a database: start it again.")
                .footer("The master key stays the same; the one of the settings has to open the source.");
    }

    private void move(Given given) {
        var from = given.text(FROM).orElse("");
        var to = given.text(TO).orElse("");
        Database.file(from);
        var file = Database.file(to);
        var config = surroundings.config();
        var moved = file.isPresent() ? intoFile(config, from, file.get()) : run(config, from, to);
        var rows = moved.tables().stream()
                .map(table -> {
                    var row = new LinkedHashMap<String, Object>();
                    row.put("table", table.name());
                    row.put("rows", table.rows());
                    row.put("digest", table.digest());
                    return row;
                })
                .toList();
        Sheet.print(surroundings, given, new ArrayList<>(rows), "");
        surroundings.note(moved.rows() + " rows of " + moved.tables().size() + " tables are in " + Config.hidden(to)
                + " as they were in " + Config.hidden(from) + " at " + moved.asOf()
                + "; both sides were read and are the same.");
        if (!moved.leftBehind().isEmpty()) {
            surroundings.note("Not of Symbolon, and left behind: " + String.join(", ", moved.leftBehind()) + ".");
        }
        surroundings.note(
                moved.mayBeBehind()
                        ? "Somebody has written to the source since, or may have: that is not in the copy. A refresh"
                                + " token that was used since ends its sign-in at the target."
                        : "Nobody has written to the source since.");
        surroundings.note("Next: set SYMBOLON_DATABASE to the target, with the same master key, and symbolon serve.");
    }

    private Moved run(Config config, String from, String to) {
        var master = House.key(config, surroundings.random());
        var copied = new Bar(surroundings, "rows copied");
        var compared = new Bar(surroundings, "rows compared");
        try {
            return Move.run(from, to, master, surroundings.clock(), (stage, done, total) -> {
                switch (stage) {
                    case COPIED -> copied.at(done, total);
                    case COMPARED -> compared.at(done, total);
                }
            });
        } finally {
            copied.end();
            compared.end();
        }
    }

    private Moved intoFile(Config config, String from, Path file) {
        if (Files.exists(file)) {
            throw new Mistake("There is a file " + file + " already; name another one, or put this one away.");
        }
        // A server that starts in this folder meanwhile is refused, and so is a second move.
        try (var _ = NewFile.alone(
                        file.resolveSibling("serving.lock"),
                        "A server uses the folder " + file.getParent()
                                + ", or another move; stop it, and move again.");
                var made = NewFile.of(file)) {
            if (made.isBegunAnew()) {
                surroundings.note("A move was broken off and left " + made.partial() + "; it is begun anew.");
            }
            var moved = run(config, from, "sqlite:" + made.partial());
            made.place();
            return moved;
        } catch (FileAlreadyExistsException e) {
            throw new Mistake(
                    "Somebody made a file " + file + " meanwhile; it stays, and nothing of the move is kept.");
        } catch (IOException e) {
            throw new Mistake("The file " + file + " cannot be written: " + e.getMessage() + ".");
        }
    }
}
