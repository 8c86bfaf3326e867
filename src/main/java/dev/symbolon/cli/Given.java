package dev.symbolon.cli;

import dev.symbolon.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
                        throw wrong(option + " has to be a whole number; it is " + text + ".");
                    }
                    return Integer.parseInt(text);
                })
                .orElse(fallback);
    }

    /// True, false or not said, by two options that exclude each other.
    Optional<Boolean> either(String yes, String no) {
        return has(yes) ? Optional.of(true) : has(no) ? Optional.of(false) : Optional.empty();
    }

    /// A required argument without a name.
    String argument() {
        return line.matchedPositionalValue(0, "");
    }

    ParameterException wrong(String sentence) {
        return new ParameterException(line.commandSpec().commandLine(), sentence);
    }
}
