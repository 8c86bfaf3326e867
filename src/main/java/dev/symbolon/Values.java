package dev.symbolon;

import dev.symbolon.Config.Kind;
import dev.symbolon.Config.Setting;
import dev.symbolon.Config.UnusableException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The values of an environment, each read by the shape that its setting has.
final class Values {
    // The tests' own variables; a start from the same shell is not their business.
    private static final String TESTS = Config.PREFIX + "TEST_";
    private static final Pattern KUBERNETES = Pattern.compile("SYMBOLON_(SERVICE_.*|PORT_[0-9]+_(TCP|UDP).*)");

    private final Map<String, String> environment;

    Values(Map<String, String> environment) {
        this.environment = environment;
    }

    /// @throws UnusableException for a name that no setting has
    static void requireKnown(Map<String, String> environment) {
        environment.keySet().stream()
                .filter(name -> name.startsWith(Config.PREFIX) && !name.startsWith(TESTS))
                .sorted()
                .forEach(Values::requireKnown);
    }

    private static void requireKnown(String name) {
        if (KUBERNETES.matcher(name).matches()) {
            throw new UnusableException(name + " was set by Kubernetes for a service called symbolon; put "
                    + "enableServiceLinks: false into the pod's specification.");
        }
        if (Arrays.stream(Setting.values())
                .noneMatch(setting -> setting.variable().equals(name))) {
            var names = Arrays.stream(Setting.values()).map(Setting::variable).toList();
            throw new UnusableException("There is no setting " + name + "; did you mean " + Nearest.of(name, names)
                    + "? (symbolon print-config lists them all.)");
        }
    }

    Set<Setting> given() {
        return Arrays.stream(Setting.values()).filter(this::isSet).collect(Collectors.toUnmodifiableSet());
    }

    boolean isSet(Setting setting) {
        return !environment.getOrDefault(setting.variable(), "").isBlank();
    }

    Optional<String> text(Setting setting) {
        var value = isSet(setting) ? environment.getOrDefault(setting.variable(), "") : setting.fallback();
        return Optional.of(value.strip()).filter(text -> !text.isEmpty());
    }

    Optional<Path> path(Setting setting) {
        return text(setting).map(text -> {
            try {
                return Path.of(text);
            } catch (InvalidPathException _) {
                throw new UnusableException(setting.variable() + " is not the name of a file or a folder.");
            }
        });
    }

    List<String> list(Setting setting) {
        return text(setting).stream()
                .flatMap(text -> Arrays.stream(text.split(",")))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    int number(Setting setting) {
        var text = text(setting).orElseThrow();
        if (setting.kind() == Kind.PORT && text.startsWith("tcp://")) {
            throw new UnusableException(setting.variable() + " was set by Kubernetes for a service called symbolon; "
                    + "put enableServiceLinks: false into the pod's specification.");
        }
        if (!text.matches("[0-9]{1,9}")) {
            throw wrong(setting, text, "a whole number");
        }
        var number = Integer.parseInt(text);
        requireWithin(setting, text, number);
        return number;
    }

    Duration duration(Setting setting) {
        var text = text(setting).orElseThrow();
        var duration =
                Durations.parse(text).orElseThrow(() -> wrong(setting, text, "a duration such as 45s, 15m, 12h or 7d"));
        requireWithin(setting, text, duration.toSeconds());
        return duration;
    }

    private static void requireWithin(Setting setting, String text, long value) {
        if (!setting.allows(value)) {
            throw wrong(setting, text, setting.bounds());
        }
    }

    private static UnusableException wrong(Setting setting, String text, String wanted) {
        return new UnusableException(setting.variable() + " has to be " + wanted + "; it is " + text + ".");
    }
}
