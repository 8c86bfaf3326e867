package dev.symbolon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// One command with its options, in the order in which its help shows them.
final class Command {
    /// How wide a line of help is at most.
    static final int COLUMNS = 100;

    // Beside the names of the options. The library would break a line inside of a word, we break it before one.
    private static final int SENTENCE_COLUMNS = 68;

    /// What a command does.
    @FunctionalInterface
    interface Body {
        void run(Given given) throws Exception;
    }

    private record Pair(String one, String other) {}

    private final CommandSpec spec;
    private final List<Pair> excluding;
    private final List<String> required = new ArrayList<>();
    private final List<String> footer = new ArrayList<>();

    private Command(CommandSpec spec, String name, String sentence, List<Pair> excluding) {
        this.spec = spec.name(name);
        this.excluding = excluding;
        spec.usageMessage()
                .description(sentence)
                .sortOptions(false)
                .width(COLUMNS)
                .commandListHeading("%nCommands:%n")
                .parameterListHeading("%nArguments:%n")
                .optionListHeading("%nOptions:%n")
                .descriptionHeading("%n")
                .synopsisHeading("Usage: ");
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
    }

    /// A command that does something.
    static Command of(String name, String sentence, Body body) {
        var own = new CommandSpec[1];
        var excluding = new ArrayList<Pair>();
        Callable<Integer> run = () -> {
            var given = new Given(own[0].commandLine().getParseResult());
            given.requireArguments();
            excluding.forEach(pair -> given.requireOneAtMost(pair.one(), pair.other()));
            body.run(given);
            return CommandLine.ExitCode.OK;
        };
        own[0] = CommandSpec.wrapWithoutInspection(run);
        return new Command(own[0], name, sentence, excluding);
    }

    /// A command that only holds others.
    static Command group(String name, String sentence) {
        var own = new CommandSpec[1];
        Callable<Integer> run = () -> {
            throw new ParameterException(own[0].commandLine(), "Say which of the commands of " + name + ".");
        };
        own[0] = CommandSpec.wrapWithoutInspection(run);
        return new Command(own[0], name, sentence, List.of());
    }

    Command with(Command... commands) {
        for (var command : commands) {
            spec.addSubcommand(command.spec.name(), command.spec());
        }
        return this;
    }

    /// A required argument without a name; the next one when there is one already.
    Command argument(String label, String sentence) {
        spec.addPositional(PositionalParamSpec.builder()
                .index(Integer.toString(spec.positionalParameters().size()))
                .arity("1")
                .required(true)
                .type(String.class)
                .paramLabel(label)
                .description(described(sentence))
                .build());
        required.add(label);
        return this;
    }

    /// An option with a value.
    Command option(String name, String label, String sentence) {
        spec.addOption(text(name, label, sentence).build());
        return this;
    }

    /// An option with a value that has to be there.
    Command required(String name, String label, String sentence) {
        spec.addOption(text(name, label, sentence).required(true).build());
        required.add(name + " " + label);
        return this;
    }

    /// An option that may be given several times.
    Command repeated(String name, String label, String sentence) {
        spec.addOption(OptionSpec.builder(name)
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(described(sentence))
                .build());
        return this;
    }

    /// An option without a value.
    Command flag(String name, String sentence) {
        spec.addOption(OptionSpec.builder(name)
                .arity("0")
                .type(boolean.class)
                .description(described(sentence))
                .build());
        return this;
    }

    /// Two options without a value that exclude each other.
    Command either(String one, String sentence, String other, String otherSentence) {
        excluding.add(new Pair(one, other));
        return flag(one, sentence).flag(other, otherSentence);
    }

    Command tenant() {
        return option(Given.TENANT, "ID", "The tenant; when not given, default.");
    }

    Command json() {
        return flag(Given.JSON, "Print JSON, for scripts.");
    }

    /// A sentence under the options.
    Command footer(String sentence) {
        footer.addAll(wrapped(sentence, COLUMNS));
        return this;
    }

    /// What one would type, on lines of its own so that they can be copied.
    Command example(String sentence, String... lines) {
        footer(sentence);
        for (var line : lines) {
            footer.add("  " + line);
        }
        return this;
    }

    CommandSpec spec() {
        var words = new ArrayList<String>();
        words.add("${COMMAND-FULL-NAME}");
        if (spec.subcommands().isEmpty()) {
            words.addAll(required);
            words.add("[OPTIONS]");
        } else {
            words.add("COMMAND");
        }
        spec.usageMessage().customSynopsis(String.join(" ", words));
        if (!footer.isEmpty()) {
            spec.usageMessage()
                    .footerHeading("%n")
                    .footer(footer.stream().map(line -> line.replace("%", "%%")).toArray(String[]::new));
        }
        return spec;
    }

    /// What a sentence calls a command, after the name of the program.
    static String called(CommandSpec command) {
        var name = command.qualifiedName();
        return name.substring(name.indexOf(' ') + 1);
    }

    private static OptionSpec.Builder text(String name, String label, String sentence) {
        return OptionSpec.builder(name)
                .arity("1")
                .type(String.class)
                .paramLabel(label)
                .description(described(sentence));
    }

    private static String[] described(String sentence) {
        return wrapped(sentence, SENTENCE_COLUMNS).toArray(String[]::new);
    }

    /// Lines of whole words; a word that is longer has a line of its own.
    private static List<String> wrapped(String sentence, int columns) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : sentence.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
