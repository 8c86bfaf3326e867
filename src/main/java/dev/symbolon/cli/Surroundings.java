package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.seed.Tenancy;
import dev.symbolon.web.Host;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Everything that a command gets from outside: `Main` gives the real ones, a test its own.
///
/// @param random cryptographically strong
/// @param in where `--password-stdin` reads
public record Surroundings(
        Map<String, String> environment,
        InstantSource clock,
        RandomGenerator random,
        InputStream in,
        PrintWriter out,
        PrintWriter err) {

    Config config() {
        return Config.read(environment);
    }

    Instant now() {
        return clock.instant();
    }

    /// Does something with the installation open, and closes it. Where there is none, none is made.
    <T> T inHouse(Function<House, T> work) {
        try (var house = House.enter(config(), clock, random)) {
            return work.apply(house);
        }
    }

    /// The same for a command that makes the installation if it is not there.
    <T> T inNewHouse(Function<House, T> work) {
        try (var house = House.open(config(), clock, random)) {
            return work.apply(house);
        }
    }

    /// The same for one tenant of it.
    <T> T atTenant(Given given, BiFunction<House, Host, T> work) {
        var id = Tenancy.id(given.text(Given.TENANT).orElse("default"));
        return inHouse(house -> work.apply(house, Tenancy.host(house, id)));
    }

    /// Says something to the operator on the standard output.
    void say(String line) {
        out.println(line);
        out.flush();
    }

    /// Says something beside the result, so that a pipe does not hold it.
    void note(String line) {
        err.println(line);
        err.flush();
    }
}
