package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.House;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.InstantSource;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Lets tests of other packages have the tenants, people and application that `serve --demo` makes.
public final class DemoSeed {
    private DemoSeed() {}

    /// Makes them.
    public static void apply(Config config, House house, InstantSource clock, RandomGenerator random) {
        var nobody = new PrintWriter(Writer.nullWriter());
        var surroundings = new Surroundings(Map.of(), clock, random, InputStream.nullInputStream(), nobody, nobody);
        Demo.of(config, random).apply(house, surroundings);
    }
}
