package dev.symbolon;

import dev.symbolon.cli.Cli;
import dev.symbolon.cli.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.LogManager;

/// Where the outside comes in: arguments, environment, time, chance. Everything else gets them as values.
public final class Main {
    private Main() {}

    /// Runs one command; a server runs until it is stopped.
    public static void main(String[] args) {
        configureLogging();
        var surroundings = new Surroundings(
                System.getenv(),
                InstantSource.system(),
                new SecureRandom(),
                System.in,
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        System.exit(new Cli(surroundings).run(args));
    }

    // One line for each record, and none of the libraries' chatter; -Djava.util.logging.config.file replaces it.
    private static void configureLogging() {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try (var in = Main.class.getResourceAsStream("/logging.properties")) {
            LogManager.getLogManager().readConfiguration(in);
            LogLines.use(Optional.ofNullable(System.getenv(Config.Setting.LOG.variable())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
