package dev.symbolon.cli;

import dev.symbolon.Mistake;
import dev.symbolon.seed.Tenancy;
import dev.symbolon.store.Imports.Progress;
import dev.symbolon.transfer.Import;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// `symbolon tenant export` and `import`: a tenant as a file of JSON lines.
final class TransferCommands {
    private static final String SECRETS = "--with-connection-secrets";
    private static final String FILE = "A file of JSON lines, or - for the standard ";

    private final Surroundings surroundings;

    TransferCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command export() {
        return Command.of("export", "Write APIs, clients, connections and people into a file.", this::export)
                .argument("FILE", FILE + "output; it must not be there yet.")
                .tenant()
                .flag(SECRETS, "Client secrets at other servers too, in clear.")
                .footer("The file holds the hashes of all passwords: whoever has it can try to guess them. Clients get"
                        + " new secrets where it is imported.");
    }

    Command imports() {
        return Command.of("import", "Read what tenant export wrote, or another server's people.", this::read)
                .argument("FILE", FILE + "input.")
                .tenant()
                .footer("What is there already stays as it is. When it is interrupted, the same command goes on where"
                        + " it was.");
    }

    private void export(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var bar = new Bar(surroundings, "lines");
            try (var out = out(given.argument())) {
                var lines = house.transfer(surroundings.clock())
                        .export()
                        .open(host, given.has(SECRETS), surroundings.now())
                        .write(out, (done, total) -> bar.at(done, total));
                bar.end();
                surroundings.note("Tenant " + host.id() + " is written with " + Tenancy.counted(lines, "line", "lines")
                        + "; keep the file as you would keep the passwords.");
                return null;
            } catch (IOException e) {
                throw unusable(given.argument(), e);
            }
        });
    }

    private void read(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var bar = new Bar(surroundings, "bytes");
            try (var in = in(given.argument())) {
                var size = given.argument().equals("-") ? 0 : Files.size(Path.of(given.argument()));
                var name = given.argument().equals("-") ? "standard input" : fileName(given.argument());
                var ended = house.transfer(surroundings.clock())
                        .importing()
                        .run(host, new Import.Source(in, name, size), progress -> bar.at(progress.bytes(), size));
                bar.end();
                told(ended);
                return null;
            } catch (IOException e) {
                throw unusable(given.argument(), e);
            }
        });
    }

    private static String fileName(String argument) {
        var name = Path.of(argument).getFileName();
        return name == null ? argument : name.toString();
    }

    private void told(Progress ended) {
        for (var problem : ended.problems()) {
            surroundings.note("Line " + problem.line() + " was passed over: " + problem.reason());
        }
        if (ended.refused() > ended.problems().size()) {
            surroundings.note("… and " + (ended.refused() - ended.problems().size()) + " more.");
        }
        var counts = ended.added() + " added, " + ended.present() + " there already, " + ended.refused() + " refused";
        if (ended.refused() >= Import.REFUSED_MAX) {
            throw new Mistake("The import was given up at line " + ended.lines() + ": so many lines cannot be ("
                    + counts + "). What was read is kept; mend the file and import it again.");
        }
        surroundings.say(counts + ".");
        if (ended.added() > 0) {
            surroundings.note(
                    "Note: clients that keep a secret get none from an export; make them with: symbolon client"
                            + " secret. The same holds for connections without one: symbolon connection update.");
        }
    }

    private OutputStream out(String file) throws IOException {
        if (file.equals("-")) {
            return new ToTerminal();
        }
        var path = Path.of(file);
        var channel = Files.newByteChannel(
                path, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), NewFile.ownersOnly(path));
        return new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), 64 * 1_024);
    }

    private InputStream in(String file) throws IOException {
        return file.equals("-") ? surroundings.in() : Files.newInputStream(Path.of(file));
    }

    private static Mistake unusable(String file, IOException e) {
        return switch (e) {
            case FileAlreadyExistsException _ -> new Mistake("There is a file " + file + " already; name another one.");
            case NoSuchFileException _ -> new Mistake("There is no file " + file + ", or no folder for it.");
            default ->
                new Mistake("The file " + file + " could not be used to its end (" + e.getMessage()
                        + "). An export is incomplete then; an import goes on with the same command.");
        };
    }

    /// The standard output; every line is ASCII.
    private final class ToTerminal extends OutputStream {
        @Override
        public void write(int b) {
            surroundings.out().write(b & 0x7F);
        }

        @Override
        public void write(byte[] bytes, int from, int length) {
            surroundings.out().write(new String(bytes, from, length, StandardCharsets.US_ASCII));
        }

        @Override
        public void flush() {
            surroundings.out().flush();
            if (surroundings.out().checkError()) {
                throw new UncheckedIOException(new IOException("Nobody reads the standard output."));
            }
        }
    }
}
