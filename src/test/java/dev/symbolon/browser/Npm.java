package dev.symbolon.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// `src/test/npm`: client libraries of other people, exactly those of the lock file.
public final class Npm {
    /// Where `package.json` is.
    public static final Path FOLDER = Path.of("src", "test", "npm").toAbsolutePath();

    private static final int PATIENCE_SECONDS = 180;

    private Npm() {}

    /// What a program said and how it ended.
    record Outcome(int status, String output) {}

    /// Installs what the lock file says, unless that is there already.
    public static synchronized void install() {
        try {
            var wanted = Files.readAllBytes(FOLDER.resolve("package-lock.json"));
            var mark = FOLDER.resolve("node_modules/.installed-lock.json");
            if (Files.exists(mark) && java.util.Arrays.equals(Files.readAllBytes(mark), wanted)) {
                return;
            }
            var outcome = run(Map.of(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            if (outcome.status() != 0) {
                throw new AssertionError("npm ci failed in src/test/npm:\n" + outcome.output());
            }
            Files.write(mark, wanted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Runs a program in the folder to its end.
    static Outcome run(Map<String, String> environment, String... command) {
        try {
            var builder = new ProcessBuilder(List.of(command))
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true);
            builder.environment().putAll(environment);
            var process = start(builder);
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command[0] + " did not end:\n" + output);
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static Process start(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(
                    "There is no " + builder.command().getFirst() + " for the tests with client libraries from npm:"
                            + " install Node.js 20 or later with npm (Debian and Ubuntu: apt-get install nodejs npm;"
                            + " macOS: brew install node).",
                    e);
        }
    }
}
