package dev.symbolon.cli;

import dev.symbolon.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What stands on the command line, read by type. What cannot be read is a usage error.
record Given(ParseResult line) {
    static final String TENANT = "--tenant";
    static final String JSON = "--json";

    boolean has(String option) {
        return line.hasMatchedOption(option);
    }

    Optional<String> text(String option) {
        return Optional.ofNullable(line.<String>matchedOptionValue(option, null));
    }

    /// All values of an option that may be repeated. One empty value means: none of them.
    Optional<List<String>> texts(String option) {
        List<String> values = line.matchedOptionValue(option, null);
        return Optional.ofNullable(values)
                .map(found -> found.stream().filter(value -> !value.isEmpty()).toList());
    }

    Optional<Duration> duration(String option) {
        return text(option)
                .map(text -> Durations.parse(text)
                        .orElseThrow(() -> wrong(
                                option + " has to be a duration such as 45s, 15m, 12h or 7d; it is " + text + ".")));
    }

    int number(String option, int fallback) {
        return text(option)
                .map(text -> {
                    if (!text.matches("[0-9]{1,6}")) {
                        throw wrong(option + " has to be a whole number, 999999 at most; it is " + text + ".");
                    }
                    return Integer.parseInt(text);
                })
                .orElse(fallback);
    }

    /// The number that a row was shown with.
    Optional<Long> sequence(String option) {
        return text(option).map(text -> {
            if (!text.matches("[0-9]{1,18}")) {
                throw wrong(option + " has to be a number from the column seq; it is " + text + ".");
            }
            return Long.parseLong(text);
        });
    }

    /// True, false or not said, by two options that exclude each other.
    Optional<Boolean> either(String yes, String no) {
        return has(yes) ? Optional.of(true) : has(no) ? Optional.of(false) : Optional.empty();
    }

    /// A required argument without a name, counted from 0.
    String argument(int index) {
        return line.matchedPositionalValue(index, "");
    }

    /// The first of them.
    String argument() {
        return argument(0);
    }

    // An empty one is there for the parser: a variable of a script that was not set.
    void requireArguments() {
        for (var argument : line.commandSpec().positionalParameters()) {
            if (argument(argument.index().min()).isBlank()) {
                throw wrong(Command.called(line.commandSpec()) + " needs " + argument.paramLabel()
                        + ", and that is empty.");
            }
        }
    }

    /// For a command that changes what its options say.
    void requireAChange() {
        var aside = Set.of(TENANT, JSON);
        if (line.matchedOptions().stream().allMatch(option -> aside.contains(option.longestName()))) {
            throw wrong("Nothing was given that would change; say what, with one of the options.");
        }
    }

    /// For options that cannot both hold.
    void requireOneAtMost(String one, String other) {
        if (has(one) && has(other)) {
            throw wrong(one + " and " + other + " exclude each other; give one of them.");
        }
    }

    ParameterException wrong(String sentence) {
        return new ParameterException(line.commandSpec().commandLine(), sentence);
    }
}
