package dev.symbolon.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.store.Imports;
import dev.symbolon.store.Imports.Line;
import dev.symbolon.store.Imports.Mark;
import dev.symbolon.store.Imports.Progress;
import dev.symbolon.web.Host;
import dev.symbolon.web.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads a file into a tenant, a batch of lines in each transaction, which keeps the place too: the same file
/// goes on where it was, after whatever ended the process. What is there already stays as it is. A line that
/// cannot be is told and passed over.
public final class Import {
    /// The longest line that is read.
    public static final int LINE_MAX_BYTES = 256 * 1_024;
    /// After so many refused lines the file is given up: it is another one than somebody meant.
    public static final int REFUSED_MAX = 1_000;

    private static final int BATCH = 200;
    private static final int BATCH_MAX_BYTES = 1_024 * 1_024;
    private static final int SOURCE_MAX_CHARACTERS = 200;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Imports imports;
    private final InstantSource clock;

    /// Imports into this store.
    public Import(Imports imports, InstantSource clock) {
        this.imports = imports;
        this.clock = clock;
    }

    /// A file.
    ///
    /// @param name what it is called
    /// @param bytes how long it is; 0 when nobody knows
    public record Source(InputStream in, String name, long bytes) {}

    /// Reads the file to its end.
    ///
    /// @param seen told after each batch
    /// @return how it ended; `refused` of [#REFUSED_MAX] and more when it was given up
    /// @throws OAuthException `invalid_request` when it is no such file, or somebody else is at it
    /// @throws IOException when it cannot be read; it goes on there the next time
    public Progress run(Host host, Source source, Consumer<Progress> seen) throws IOException {
        var reader = new Reader(host, source.in());
        requireHeader(reader.next().orElseThrow(() -> Wording.refused("The file is empty.")));
        var id = reader.digest;
        var known = imports.find(host.id(), id).filter(one -> one.endedAt().isEmpty() && one.lines() > 0);
        if (known.isPresent()) {
            // What is not the same up to that place is another file.
            while (reader.lines < known.get().lines() && reader.next().isPresent()) {
                // Only its digest is wanted.
            }
            if (reader.lines == known.get().lines()
                    && reader.digest.equals(known.get().digest())) {
                return proceed(host, reader, known.get(), seen);
            }
            throw Wording.refused(
                    "This file begins like one that is being imported, and goes on differently at or before line "
                            + known.get().lines()
                            + ". Give its first line another exported_at, and it is imported from its start.");
        }
        var first = Progress.first(host.id(), id, cut(source.name()), source.bytes(), clock.instant());
        imports.begin(first, clock.instant());
        return proceed(host, reader, first, seen);
    }

    /// Begins with a first line that came by itself, or finds what was begun with it: for whoever sends the rest
    /// in pieces.
    ///
    /// @param firstLine without its end
    /// @param name what the file is called; it goes on only under the same name
    /// @param bytes how long it is; it goes on only when it is as long
    /// @return up to where the file was read
    /// @throws OAuthException `invalid_request` when no such file begins so
    public Progress begin(Host host, String firstLine, String name, long bytes) {
        var reader = new Reader(host, new ByteArrayInputStream((firstLine + "\n").getBytes(StandardCharsets.UTF_8)));
        var line = read(reader).orElse(new byte[0]);
        requireHeader(line);
        if (firstLine.indexOf('\n') >= 0 || bytes < 0 || name.isBlank()) {
            throw Wording.refused("An import begins with one line, the name of the file and its length.");
        }
        var known = imports.find(host.id(), reader.digest)
                .filter(one -> one.endedAt().isEmpty() && one.lines() > 0)
                .filter(one -> one.source().equals(cut(name)) && one.bytesTotal() == bytes);
        if (known.isPresent()) {
            return known.get();
        }
        var now = clock.instant();
        var first = Progress.first(host.id(), reader.digest, cut(name), bytes, now);
        imports.begin(first, now);
        return imports.write(first, List.of(), new Mark(reader.bytes, 1, reader.digest), now)
                .orElseThrow(Import::elsewhere);
    }

    /// Takes the lines that come next.
    ///
    /// @param at where they stand in the file, in bytes
    /// @param text whole lines
    /// @return how far it is now; empty when `at` is not the place
    /// @throws OAuthException `invalid_request` when the import has ended, or the last line is cut
    public Optional<Progress> take(Host host, Progress before, long at, String text) {
        if (before.endedAt().isPresent()) {
            throw Wording.refused("The import has ended; begin it again.");
        }
        if (at != before.bytes()) {
            return Optional.empty();
        }
        var reader = new Reader(host, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        reader.bytes = before.bytes();
        reader.lines = before.lines();
        reader.digest = before.digest();
        var lines = new ArrayList<Line>();
        for (var next = read(reader); next.isPresent(); next = read(reader)) {
            lines.add(line(host, reader.lines, next.get()));
        }
        var isLast = before.bytesTotal() > 0 && reader.bytes >= before.bytesTotal();
        if (!text.isEmpty() && !text.endsWith("\n") && !isLast) {
            throw Wording.refused("The last line is cut: a piece ends at the end of a line.");
        }
        var after = imports.write(before, lines, new Mark(reader.bytes, reader.lines, reader.digest), clock.instant());
        return after.flatMap(
                one -> one.refused() >= REFUSED_MAX ? imports.end(one, clock.instant()) : Optional.of(one));
    }

    /// The file was sent to its end.
    ///
    /// @throws OAuthException `invalid_request` when somebody else goes on with it, or it has ended
    public Progress end(Progress last) {
        return imports.end(last, clock.instant()).orElseThrow(Import::elsewhere);
    }

    private static Optional<byte[]> read(Reader reader) {
        try {
            return reader.next();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Progress proceed(Host host, Reader reader, Progress from, Consumer<Progress> seen) throws IOException {
        var progress = from;
        seen.accept(progress);
        var isEnd = false;
        while (!isEnd && progress.refused() < REFUSED_MAX) {
            var lines = new ArrayList<Line>();
            var began = reader.bytes;
            while (!isEnd && lines.size() < BATCH && reader.bytes - began < BATCH_MAX_BYTES) {
                var line = reader.next();
                isEnd = line.isEmpty();
                line.ifPresent(text -> lines.add(line(host, reader.lines, text)));
            }
            progress = imports.write(
                            progress, lines, new Mark(reader.bytes, reader.lines, reader.digest), clock.instant())
                    .orElseThrow(Import::elsewhere);
            seen.accept(progress);
        }
        return imports.end(progress, clock.instant()).orElseThrow(Import::elsewhere);
    }

    private static OAuthException elsewhere() {
        return Wording.refused("Somebody else imports this file at this moment; look how far they are.");
    }

    private Line line(Host host, long number, byte[] text) {
        try {
            if (text.length > LINE_MAX_BYTES) {
                throw Wording.refused("The line is longer than " + LINE_MAX_BYTES + " bytes.");
            }
            if (new String(text, StandardCharsets.UTF_8).isBlank()) {
                return new Line(number, Optional.empty(), "");
            }
            return new Line(number, Optional.of(Wording.thing(host, object(text), clock.instant())), "");
        } catch (OAuthException refusal) {
            return new Line(number, Optional.empty(), refusal.description());
        } catch (IllegalArgumentException refusal) {
            return new Line(number, Optional.empty(), String.valueOf(refusal.getMessage()));
        }
    }

    @SuppressWarnings("unchecked") // a JSON object is a map of texts to something
    private static Map<String, ?> object(byte[] text) {
        JsonNode node;
        try {
            node = Json.read(text);
        } catch (OAuthException _) {
            throw Wording.refused("The line is not JSON, or a name stands in it twice.");
        }
        if (!node.isObject()) {
            throw Wording.refused("The line has to be a JSON object.");
        }
        return MAPPER.convertValue(node, Map.class);
    }

    private static void requireHeader(byte[] text) {
        var header = text.length > LINE_MAX_BYTES ? Map.<String, Object>of() : header(text);
        if (!Wording.FORMAT.equals(header.get("format"))) {
            throw Wording.refused("The first line has to be {\"format\":\"" + Wording.FORMAT + "\",\"version\":"
                    + Wording.VERSION + "}, with other names beside these if you like.");
        }
        if (!Integer.valueOf(Wording.VERSION).equals(header.get("version"))) {
            throw Wording.refused("The file is of version " + header.get("version") + " and this program reads version "
                    + Wording.VERSION + ".");
        }
    }

    private static Map<String, ?> header(byte[] text) {
        try {
            return object(text);
        } catch (OAuthException _) {
            return Map.of();
        }
    }

    private static String cut(String name) {
        var line = OneLine.of(name);
        return line.length() <= SOURCE_MAX_CHARACTERS ? line : line.substring(0, SOURCE_MAX_CHARACTERS);
    }

    /// Lines as bytes, with a keyed digest of all of them so far: a table does not tell what was in a file.
    private static final class Reader {
        private final Host host;
        private final InputStream in;
        private long bytes;
        private long lines;
        private String digest = "";

        Reader(Host host, InputStream in) {
            this.host = host;
            this.in = new BufferedInputStream(in, 64 * 1_024);
        }

        /// The next line without its end; of one that is too long a little more than is allowed. Empty at the end.
        Optional<byte[]> next() throws IOException {
            var line = new ByteArrayOutputStream(512);
            var read = in.read();
            if (read < 0) {
                return Optional.empty();
            }
            while (read >= 0 && read != '\n') {
                bytes++;
                if (line.size() <= LINE_MAX_BYTES) {
                    line.write(read);
                }
                read = in.read();
            }
            bytes += read < 0 ? 0 : 1;
            lines++;
            digest = host.sealer()
                    .hash(Purpose.IMPORT, digest + " " + line.toString(StandardCharsets.UTF_8))
                    .value();
            return Optional.of(line.toByteArray());
        }
    }
}
