package dev.symbolon.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/// How much of it is done: the short form is a part of every `./verify`, the long one is `./verify --faults`,
/// which sets `-Dsymbolon.faults=long`. What was counted is written to `target/faults.txt`, which `./verify`
/// prints.
final class Faults {
    static final boolean IS_LONG = "long".equals(System.getProperty("symbolon.faults"));
    private static final Path COUNTS = Path.of("target/faults.txt");

    private Faults() {}

    /// One of two amounts.
    static int amount(int inShort, int inLong) {
        return IS_LONG ? inLong : inShort;
    }

    /// A port that nobody listens on, for a process that has to be told one and is started on it again. The system
    /// gives none below 32,768 to whoever asks for any.
    static int port() {
        while (true) {
            var port = ThreadLocalRandom.current().nextInt(10_000, 32_000);
            try (var socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress("127.0.0.1", port));
                return port;
            } catch (IOException _) {
                // Somebody has it.
            }
        }
    }

    /// A line of what was counted, for whoever started it.
    static synchronized void counted(String line) {
        System.out.println(line);
        try {
            Files.createDirectories(COUNTS.getParent());
            Files.writeString(COUNTS, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
