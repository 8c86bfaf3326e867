package dev.symbolon.cli;

import dev.symbolon.Config;
import dev.symbolon.crypto.MasterKey;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.StoreException;
import java.net.BindException;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The program `symbolon`: finds the command, and says in one sentence what went wrong. Exit status 0 when it is done,
/// 1 when it failed, 2 when the command line cannot be understood.
public final class Cli {
    private final Surroundings surroundings;

    /// Nothing is read before a command runs.
    public Cli(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// Runs one command to its end.
    ///
    /// @return the exit status
    public int run(String... args) {
        var line = new CommandLine(root().spec())
                .setOut(surroundings.out())
                .setErr(surroundings.err())
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler((e, _) -> usage(e))
                .setExecutionExceptionHandler((e, _, _) -> failure(e));
        return line.execute(args);
    }

    private Command root() {
        var server = new ServerCommands(surroundings);
        var root = Command.group("symbolon", "A self-hosted OAuth 2.0 and OpenID Connect authorization server.")
                .with(
                        server.serve(),
                        server.init(),
                        server.seed(),
                        server.migrate(),
                        server.printConfig(),
                        server.rehearse())
                .with(new ClientCommands(surroundings).group(), new UserCommands(surroundings).group())
                .with(new TenantCommands(surroundings).group(), new ApiCommands(surroundings).group())
                .with(new KeyCommands(surroundings).group(), server.refusals(), server.purge())
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
        return Optional.ofNullable(Cli.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)");
    }

    private int usage(ParameterException e) {
        var command = e.getCommandLine().getCommandSpec().qualifiedName();
        surroundings.note("symbolon: " + sentence(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, surroundings.err());
        surroundings.note("Try: " + command + " --help");
        return CommandLine.ExitCode.USAGE;
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

    private static String sentence(String text) {
        return text.endsWith(".") ? text : text + ".";
    }
}
