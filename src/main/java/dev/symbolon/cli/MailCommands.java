package dev.symbolon.cli;

import dev.symbolon.App;
import dev.symbolon.Mistake;
import dev.symbolon.account.TicketPost;
import dev.symbolon.mail.Post;
import dev.symbolon.store.Outbox.Row;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// `symbolon mail …`: whether mails arrive, and what became of them.
final class MailCommands {
    private static final String LIMIT = "--limit";
    private static final int LIMIT_DEFAULT = 50;

    private final Surroundings surroundings;

    MailCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("mail", "Mails: try the mail server out, and see what became of them.")
                .with(test(), list());
    }

    private Command test() {
        return Command.of("test", "Send one mail now, and show what the mail server says.", this::test)
                .argument("ADDRESS", "Where it goes.")
                .tenant();
    }

    private Command list() {
        return Command.of("list", "List the latest mails of a tenant and what became of them.", this::list)
                .option(LIMIT, "NUMBER", "How many at most; 50 when not given.")
                .tenant()
                .json();
    }

    private void test(Given given) {
        var address = given.argument(0);
        if (!TicketPost.isAddress(address)) {
            throw new Mistake("This cannot be an address: " + address);
        }
        if (!(App.way(surroundings.config()) instanceof Post.Way.Server way)) {
            throw new Mistake("No mail server is set; set SYMBOLON_SMTP, for example to"
                    + " smtps://user:password@smtp.example.com.");
        }
        surroundings.<Void>atTenant(given, (_, host) -> {
            var tried = Post.tryOut(way, host, address, surroundings.now());
            if (!tried.isTaken()) {
                throw new Mistake("The mail was not taken: " + tried.answer());
            }
            surroundings.say("The mail was taken: " + tried.answer());
            return null;
        });
    }

    private void list(Given given) {
        surroundings.<Void>atTenant(given, (house, host) -> {
            var rows = house.outbox().log(host.id(), given.number(LIMIT, LIMIT_DEFAULT)).stream()
                    .map(MailCommands::row)
                    .toList();
            Sheet.print(surroundings, given, rows, "There are no mails in tenant " + host.id() + ".");
            return null;
        });
    }

    private static Map<String, Object> row(Row row) {
        var line = new LinkedHashMap<String, Object>();
        line.put("id", row.id());
        line.put("at", row.createdAt().toString());
        line.put("kind", row.kind());
        line.put("state", row.state().name().toLowerCase(Locale.ROOT));
        line.put("attempts", row.attempts());
        line.put("next", row.dueAt().map(Object::toString).orElse(""));
        line.put("answer", row.answer().orElse(""));
        return line;
    }
}
