package dev.symbolon.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/// A shell in which a test types commands: an environment, a data folder, and what was said.
public final class Terminal {
    public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    /// What a command said and how it ended.
    public record Said(int status, String out, String err) {
        /// Both.
        public String all() {
            return out + err;
        }
    }

    /// A refusal in one sentence, which has these words in it.
    static void oneSentence(Said said, String... words) {
        assertEquals(1, said.status(), said.all());
        assertEquals(1, said.err().lines().count(), said.err());
        for (var word : words) {
            assertTrue(said.err().contains(word), said.err());
        }
    }

    private final Map<String, String> environment = new HashMap<>();

    public Terminal(Path data) {
        environment.put("SYMBOLON_DATA", data.toString());
        environment.put("SYMBOLON_ARGON2_MEMORY_KIB", "7168");
        environment.put("SYMBOLON_ARGON2_ITERATIONS", "1");
    }

    public Terminal set(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    public Terminal unset(String variable) {
        environment.remove(variable);
        return this;
    }

    public Said type(String... words) {
        return pipe("", words);
    }

    /// Types a command that gets something through a pipe.
    public Said pipe(String in, String... words) {
        var out = new StringWriter();
        var err = new StringWriter();
        var surroundings = new Surroundings(
                environment,
                InstantSource.fixed(NOW),
                new SecureRandom(),
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                new PrintWriter(out),
                new PrintWriter(err));
        var status = new Cli(surroundings).run(words);
        return new Said(status, out.toString(), err.toString());
    }

    /// Types a command that has to succeed.
    public String good(String... words) {
        var said = type(words);
        if (said.status() != 0) {
            throw new AssertionError(String.join(" ", words) + " ended with " + said.status() + ": " + said.all());
        }
        return said.out();
    }
}
