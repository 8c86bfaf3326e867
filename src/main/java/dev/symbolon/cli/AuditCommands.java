package dev.symbolon.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.Mistake;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.store.AuditChain.End;
import dev.symbolon.store.AuditChain.Finding;
import dev.symbolon.store.Events.Event;
import dev.symbolon.store.Events.Wanted;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `symbolon audit …`: whether the audit trail is as it was written, and the trail as a file.
final class AuditCommands {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String FORMAT = "--format";
    private static final String KNOWN = "--known";
    private static final int PAGE = 1_000;
    private static final int LINKED_AT_ONCE = 1_000;
    private static final long TOLD_EVERY = 100_000;

    private final Surroundings surroundings;

    AuditCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("audit", "The audit trail: whether it is whole, and a copy of it.")
                .with(verify(), export());
    }

    private Command verify() {
        return Command.of("verify", "Look at every link of the trail, and name the first that is broken.", this::verify)
                .tenant()
                .option(KNOWN, "PLACE:LINK", "An end that was printed earlier, which has to be in it still.")
                .footer("It prints the end of the trail: write it down somewhere else, and give it with " + KNOWN
                        + " the next time. Without that nobody can see that the newest events were cut off together"
                        + " with what says that they were there.")
                .footer("Exit status 1 when a link is broken.");
    }

    private Command export() {
        return Command.of("export", "Print the trail, the oldest event last.", this::export)
                .tenant()
                .option(FORMAT, "FORMAT", "jsonl (the default) or csv.");
    }

    private void verify(Given given) {
        var known = given.text(KNOWN).map(text -> end(given, text));
        surroundings.<Void>atTenant(given, (house, host) -> {
            while (house.linkEvents(host, LINKED_AT_ONCE) > 0) {
                surroundings.note("Linking what has just happened.");
            }
            var told = new long[1];
            var finding = house.auditChain()
                    .verify(
                            host.id(),
                            text -> host.sealer().hash(Purpose.AUDIT, text).value(),
                            known,
                            count -> {
                                if (count - told[0] >= TOLD_EVERY) {
                                    told[0] = count;
                                    surroundings.note(count + " events looked at");
                                }
                            });
            switch (finding) {
                case Finding.Whole whole -> say(whole);
                case Finding.Broken(var position, var what) ->
                    throw new Mistake("The audit trail of tenant " + host.id() + " is broken at place " + position
                            + ". " + what + " Compare it with a backup or an export from before.");
            }
            return null;
        });
    }

    private void say(Finding.Whole whole) {
        surroundings.say("The trail is whole: " + whole.events() + " events"
                + whole.from().map(from -> " from " + from).orElse("")
                + whole.to().map(to -> " to " + to).orElse("")
                + (whole.removed() > 0 ? ", after " + whole.removed() + " that were removed for their age" : "") + ".");
        if (whole.unlinked() > 0) {
            surroundings.say(whole.unlinked() + " have just happened and get their place within a second.");
        }
        surroundings.say(
                "Its end: " + whole.end().position() + ":" + whole.end().link());
    }

    private static End end(Given given, String text) {
        var colon = text.indexOf(':');
        try {
            return new End(Long.parseLong(text.substring(0, Math.max(0, colon))), text.substring(colon + 1));
        } catch (NumberFormatException _) {
            throw given.wrong(KNOWN + " is the end that verify printed: a number, a colon and a link.");
        }
    }

    private void export(Given given) {
        var format = given.text(FORMAT).orElse("jsonl");
        if (!List.of("jsonl", "csv").contains(format)) {
            throw given.wrong("There is no format " + format + "; there are jsonl and csv.");
        }
        surroundings.<Void>atTenant(given, (house, host) -> {
            if (format.equals("csv")) {
                surroundings.say(String.join(",", row(Optional.empty()).keySet()));
            }
            var before = Optional.<Long>empty();
            List<Event> page;
            do {
                page = house.events().search(host.id(), new Wanted(Optional.empty(), Optional.empty(), before), PAGE);
                page.forEach(event -> surroundings.say(
                        format.equals("csv") ? csv(row(Optional.of(event))) : json(row(Optional.of(event)))));
                before = page.isEmpty() ? before : Optional.of(page.getLast().seq());
            } while (!page.isEmpty());
            return null;
        });
    }

    private static Map<String, String> row(Optional<Event> event) {
        var row = new LinkedHashMap<String, String>();
        row.put("seq", event.map(one -> Long.toString(one.seq())).orElse(""));
        row.put("at", event.map(Event::at).map(Instant::toString).orElse(""));
        row.put("kind", event.map(Event::kind).orElse(""));
        row.put("actor", event.flatMap(Event::actor).orElse(""));
        row.put("sub", event.flatMap(Event::subject).map(Object::toString).orElse(""));
        row.put("client_id", event.flatMap(Event::client).map(Object::toString).orElse(""));
        row.put("session", event.flatMap(Event::session).map(Object::toString).orElse(""));
        row.put("grant", event.flatMap(Event::grant).map(Object::toString).orElse(""));
        row.put(
                "detail",
                event.map(one -> one.detail().entrySet().stream()
                                .map(entry -> entry.getKey() + "=" + entry.getValue())
                                .collect(Collectors.joining(" ")))
                        .orElse(""));
        return row;
    }

    private static String json(Map<String, String> row) {
        try {
            return JSON.writeValueAsString(row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    // XS-06: a spreadsheet takes nothing that a stranger wrote for a formula.
    private static String csv(Map<String, String> row) {
        return row.values().stream()
                .map(text -> "=+-@\t\r".indexOf(text.isEmpty() ? ' ' : text.charAt(0)) >= 0 ? "'" + text : text)
                .map(text -> '"' + text.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining(","));
    }
}
