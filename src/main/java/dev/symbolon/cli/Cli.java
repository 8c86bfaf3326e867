package dev.symbolon.cli;

import dev.symbolon.App;
import dev.symbolon.Config;
import dev.symbolon.Mistake;
import dev.symbolon.Nearest;
import dev.symbolon.crypto.MasterKey;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Actor;
import dev.symbolon.store.StoreException;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program `symbolon`: finds the command, and says in one sentence what went wrong. Exit
/// status 0 when it is done,
/// 1 when it failed, 2 when the command line cannot be understood.
public final class Cli {
    private static final Pattern OPTION = Pattern.compile("--[a-z-]+");

    private final Surroundings surroundings;

    /// Nothing is read before a command runs.
    public Cli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// Runs one command to its end.
    ///
    /// @return the exit status
    public int run(String... args) {
        if (List.of(args).equals(List.of("serve"))) {
            return Actor.COMMAND_LINE.does(this::serve);
        }
        var line = new CommandLine(root().spec())
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setUsageHelpAutoWidth(false)
                .setExpandAtFiles(false)
                .setExecutionStrategy(Cli::execute)
                .setParameterExceptionHandler((e, words) -> usage(e, List.of(words)))
                .setExecutionExceptionHandler((e, _, _) -> failure(e));
        return Actor.COMMAND_LINE.does(() -> line.execute(args));
    }

    // What a machine starts again and again is not parsed: the library's classes are too old for the cache of the
    // start,
    // and reading them takes as long as opening the database.
    private int serve() {
        try {
            new ServerCommands(surroundings).serve(false);
            return CommandLine.ExitCode.OK;
        } catch (RuntimeException e) {
            return failure(e);
        }
    }

    private Command root() {
        var server = new ServerCommands(surroundings);
        var backups = new BackupCommands(surroundings);
        var root = Command.group("symbolon", "A self-hosted OAuth 2.0 and OpenID Connect authorization server.")
                .with(
                        server.serve(),
                        server.init(),
                        server.seed(),
                        server.migrate(),
                        server.printConfig(),
                        Rehearsal.command(surroundings))
                .with(new ClientCommands(surroundings).group(), new ConnectionCommands(surroundings).group())
                .with(new MailCommands(surroundings).group())
                .with(new UserCommands(surroundings).group(), new OperatorCommands(surroundings).group())
                .with(backups.backup(), backups.restore(), new MoveCommand(surroundings).command())
                .with(new TenantCommands(surroundings).group(), new ApiCommands(surroundings).group())
                .with(new AuditCommands(surroundings).group())
                .with(new KeyCommands(surroundings).group(), server.refusals(), server.events(), server.purge())
                .footer("Settings are environment variables; symbolon print-config shows them.")
                .footer("Exit status: 0 done, 1 failed, 2 the command line cannot be understood.");
        root.spec()
                .version("symbolon " + version())
                .addOption(CommandLine.Model.OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Show the version.")
                        .build());
        return root;
    }

    private static String version() {
        return App.version().orElse("(not packaged)");
    }

    // Whoever asks a command that does not exist for help would otherwise get the help of another one.
    private static int execute(ParseResult parsed) {
        for (var level = parsed; level != null; level = level.subcommand()) {
            if (!level.unmatched().isEmpty()) {
                throw new UnmatchedArgumentException(level.commandSpec().commandLine(), level.unmatched());
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private int usage(ParameterException e, List<String> words) {
        var command = e.getCommandLine().getCommandSpec();
        surroundings.note("symbolon: " + sentence(e, command, words));
        surroundings.note("Try: " + command.qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    // The library's words are for whoever programs with it.
    private static String sentence(ParameterException e, CommandSpec command, List<String> words) {
        return switch (e) {
            case MissingParameterException missing -> lacking(missing.getMissing(), command, words);
            case UnmatchedArgumentException unmatched -> unknown(unmatched, command);
            case OverwrittenOptionException twice ->
                label(twice.getOverwritten(), false) + " is there twice; give it once.";
            case MaxValuesExceededException _ ->
                OPTION.matcher(String.valueOf(e.getMessage()))
                        .results()
                        .findFirst()
                        .map(found -> found.group() + " takes no value.")
                        .orElse("An option has more values than it takes.");
            default -> String.valueOf(e.getMessage());
        };
    }

    private static String lacking(List<ArgSpec> missing, CommandSpec command, List<String> words) {
        if (missing.getFirst() instanceof OptionSpec option && words.contains(option.longestName())) {
            return label(option, false) + " needs a value: " + label(option, true) + ".";
        }
        // The exception names the first of them only.
        return Command.called(command) + " needs "
                + enumerated(command.requiredArgs().stream()
                        .filter(arg -> arg.originalStringValues().isEmpty())
                        .map(arg -> label(arg, true))
                        .toList())
                + ".";
    }

    private static String unknown(UnmatchedArgumentException e, CommandSpec command) {
        var word = e.getUnmatched().getFirst();
        if (e.isUnknownOption()) {
            var meant = Nearest.near(word, command.optionsMap().keySet());
            return "There is no option " + word + " in " + Command.called(command)
                    + meant.map(option -> "; did you mean " + option + "?").orElse(".");
        }
        if (!command.subcommands().isEmpty()) {
            var names = command.subcommands().entrySet().stream()
                    .filter(entry ->
                            !entry.getValue().getCommandSpec().usageMessage().hidden())
                    .map(entry -> entry.getKey())
                    .toList();
            return "There is no command " + word + " in " + Command.called(command)
                    + Nearest.near(word, names)
                            .map(name -> "; did you mean " + name + "?")
                            .orElseGet(() -> "; there are " + enumerated(names) + ".");
        }
        var taken = command.positionalParameters().stream()
                .map(arg -> label(arg, false))
                .toList();
        return Command.called(command) + " takes "
                + (taken.isEmpty() ? "only options" : "only " + enumerated(taken) + " beside its options") + ", so "
                + word + " is too much; a value with spaces in it needs quotes.";
    }

    private static String label(ArgSpec arg, boolean withValue) {
        return arg instanceof OptionSpec option
                ? option.longestName() + (withValue ? " " + option.paramLabel() : "")
                : arg.paramLabel();
    }

    private static String enumerated(List<String> names) {
        var last = names.size() - 1;
        return last < 1
                ? String.join("", names)
                : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    private int failure(Exception e) {
        var sentence = sentenceFor(e);
        surroundings.note("symbolon: " + sentence.orElse("This is a fault of symbolon itself; please report it."));
        if (sentence.isEmpty()) {
            e.printStackTrace(surroundings.err());
            surroundings.err().flush();
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private Optional<String> sentenceFor(Exception e) {
        return switch (e) {
            case Mistake known -> Optional.ofNullable(known.getMessage());
            case Config.UnusableException known -> Optional.ofNullable(known.getMessage());
            case MasterKey.UnusableException known -> Optional.ofNullable(known.getMessage());
            case StoreException known -> Optional.ofNullable(known.getMessage());
            case OAuthException known -> Optional.of(known.description());
            default -> isTakenPort(e) ? Optional.of(Ports.taken(surroundings.config())) : Optional.empty();
        };
    }

    private static boolean isTakenPort(Throwable e) {
        for (var cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException) {
                return true;
            }
        }
        return false;
    }
}
