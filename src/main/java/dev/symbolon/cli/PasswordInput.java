package dev.symbolon.cli;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.Mistake;
import dev.symbolon.account.Enrolment;
import dev.symbolon.crypto.PasswordHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/// How a password comes in: by a prompt that shows nothing, or by a pipe. Never as an argument,
/// which everyone on the
/// machine could read.
final class PasswordInput {
    static final String STDIN = "--password-stdin";

    private PasswordInput() {}

    /// The hash of what was typed or piped.
    static PasswordHash read(Surroundings from, Given given) {
        var password = Enrolment.acceptable(given.has(STDIN) ? piped(from, "password") : typed());
        return hash(from.config(), password);
    }

    static PasswordHash hash(Config config, String password) {
        try (var passwords = App.passwords(config)) {
            return passwords.hash(password);
        }
    }

    /// One line from the pipe.
    ///
    /// @param what it is, in a sentence
    static String piped(Surroundings from, String what) {
        try {
            var line = new BufferedReader(new InputStreamReader(from.in(), StandardCharsets.UTF_8)).readLine();
            if (line == null) {
                throw new Mistake("No " + what + " came through the pipe; write it on one line.");
            }
            return line;
        } catch (IOException _) {
            throw new Mistake("The " + what + " could not be read from the pipe.");
        }
    }

    private static String typed() {
        var console = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .orElseThrow(() ->
                        new Mistake("There is no terminal to ask for a password; pipe it in with " + STDIN + "."));
        var once = console.readPassword("Password: ");
        var again = console.readPassword("Again: ");
        if (once == null || !Arrays.equals(once, again)) {
            throw new Mistake("The two passwords are not the same; nothing was changed.");
        }
        return new String(once);
    }
}
