package dev.symbolon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/// One command with its options, in the order in which its help shows them.
final class Command {
    /// What a command does.
    @FunctionalInterface
    interface Body {
        void run(Given given) throws Exception;
    }

    private final CommandSpec spec;
    private final List<String> footer = new ArrayList<>();

    private Command(CommandSpec spec, String name, String sentence) {
        this.spec = spec.name(name);
        spec.usageMessage()
                .description(sentence)
                .sortOptions(false)
                .abbreviateSynopsis(true)
                .width(100)
                .commandListHeading("%nCommands:%n")
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
        Callable<Integer> run = () -> {
            body.run(new Given(own[0].commandLine().getParseResult()));
            return CommandLine.ExitCode.OK;
        };
        own[0] = CommandSpec.wrapWithoutInspection(run);
        return new Command(own[0], name, sentence);
    }

    /// A command that only holds others.
    static Command group(String name, String sentence) {
        var own = new CommandSpec[1];
        Callable<Integer> run = () -> {
            throw new ParameterException(own[0].commandLine(), "Say which of the commands of " + name + ".");
        };
        own[0] = CommandSpec.wrapWithoutInspection(run);
        return new Command(own[0], name, sentence);
    }

    Command with(Command... commands) {
        for (var command : commands) {
            spec.addSubcommand(command.spec.name(), command.spec());
        }
        return this;
    }

    /// A required argument without a name.
    Command argument(String label, String sentence) {
        spec.addPositional(PositionalParamSpec.builder()
                .index("0")
                .arity("1")
                .type(String.class)
                .paramLabel(label)
                .description(sentence)
                .build());
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
        return this;
    }

    /// An option that may be given several times.
    Command repeated(String name, String label, String sentence) {
        spec.addOption(OptionSpec.builder(name)
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(sentence)
                .build());
        return this;
    }

    /// An option without a value.
    Command flag(String name, String sentence) {
        spec.addOption(bare(name, sentence));
        return this;
    }

    /// Two options without a value that exclude each other.
    Command either(String one, String sentence, String other, String otherSentence) {
        spec.addArgGroup(ArgGroupSpec.builder()
                .exclusive(true)
                .addArg(bare(one, sentence))
                .addArg(bare(other, otherSentence))
                .build());
        return this;
    }

    Command tenant() {
        return option(Given.TENANT, "ID", "The tenant; when not given, default.");
    }

    Command json() {
        return flag(Given.JSON, "Print JSON, for scripts.");
    }

    /// A line under the options, for example an example.
    Command footer(String line) {
        footer.add(line.replace("%", "%%"));
        return this;
    }

    CommandSpec spec() {
        if (!footer.isEmpty()) {
            spec.usageMessage().footerHeading("%n").footer(footer.toArray(String[]::new));
        }
        return spec;
    }

    private static OptionSpec.Builder text(String name, String label, String sentence) {
        return OptionSpec.builder(name)
                .arity("1")
                .type(String.class)
                .paramLabel(label)
                .description(sentence);
    }

    private static OptionSpec bare(String name, String sentence) {
        return OptionSpec.builder(name)
                .arity("0")
                .type(boolean.class)
                .description(sentence)
                .build();
    }
}
