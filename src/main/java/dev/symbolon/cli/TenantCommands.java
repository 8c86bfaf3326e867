package dev.symbolon.cli;

import dev.symbolon.Mistake;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.seed.Tenancy;
import dev.symbolon.store.Tenants.Contents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `symbolon tenant …`: the issuers of this installation.
final class TenantCommands {
    private static final String ISSUER = "--issuer";
    private static final String NAME = "--name";
    private static final String YES = "--yes";

    private final Surroundings surroundings;

    TenantCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        var transfer = new TransferCommands(surroundings);
        return Command.group("tenant", "The issuers of this installation; each has its own keys, clients and people.")
                .with(add(), list(), update(), remove())
                .with(transfer.export(), transfer.imports());
    }

    private Command add() {
        return Command.of("add", "Make a tenant with keys of its own.", this::add)
                .argument("ID", "Its name in commands: lower-case letters, digits and hyphens.")
                .required(ISSUER, "URL", "Its issuer, for example https://login.example.com.")
                .option(NAME, "NAME", "What people read on its pages; when not given, the id.");
    }

    private Command list() {
        return Command.of("list", "List the tenants.", this::list).json();
    }

    private Command update() {
        return Command.of("update", "Change the issuer or the name of a tenant.", this::update)
                .argument("ID", "Its id.")
                .option(ISSUER, "URL", "Another issuer; every application has to be told.")
                .option(NAME, "NAME", "What people read on its pages.");
    }

    private Command remove() {
        return Command.of("remove", "Forget a tenant with everything that is in it, for good.", this::remove)
                .argument("ID", "Its id.")
                .flag(YES, "Do it; without this nothing is removed, and what would be lost is said.");
    }

    private void add(Given given) {
        var id = Tenancy.id(given.argument());
        var tenant = Tenancy.tenant(
                id, given.text(ISSUER).orElse(""), given.text(NAME).orElse(id.value()));
        surroundings.<Void>inHouse(house -> {
            Tenancy.make(house, tenant);
            surroundings.say("Tenant " + id + " is at " + tenant.issuer() + "; a running server serves it at once.");
            Tenancy.inTheClear(tenant.issuer()).ifPresent(surroundings::note);
            return null;
        });
    }

    private void list(Given given) {
        surroundings.<Void>inHouse(house -> {
            var rows = house.tenants().list().stream().map(TenantCommands::row).toList();
            Sheet.print(
                    surroundings,
                    given,
                    rows,
                    "There is no tenant yet; make the first one with: symbolon init --issuer https://…");
            return null;
        });
    }

    private static Map<String, Object> row(Tenant tenant) {
        var row = new LinkedHashMap<String, Object>();
        row.put("id", tenant.id().value());
        row.put("issuer", tenant.issuer().value());
        row.put("name", tenant.name());
        return row;
    }

    private void update(Given given) {
        given.requireAChange();
        var id = Tenancy.id(given.argument());
        surroundings.<Void>inHouse(house -> {
            var before = Tenancy.host(house, id).tenant();
            var after = Tenancy.tenant(
                    id,
                    given.text(ISSUER).orElse(before.issuer().value()),
                    given.text(NAME).orElse(before.name()));
            if (after.equals(before)) {
                surroundings.say("Tenant " + id + " is like that already; nothing was changed.");
            } else if (house.tenants().update(after, surroundings.now())) {
                Tenancy.told(house, before, after)
                        .forEach(sentence -> surroundings.say("Tenant " + id + ": " + sentence));
            } else {
                throw Tenancy.taken(after);
            }
            Tenancy.inTheClear(after.issuer()).ifPresent(surroundings::note);
            return null;
        });
    }

    private void remove(Given given) {
        var id = Tenancy.id(given.argument());
        surroundings.<Void>inHouse(house -> {
            var tenant = Tenancy.host(house, id).tenant();
            var lost = lost(house.tenants().contents(id));
            if (!given.has(YES)) {
                throw new Mistake("Removing tenant " + id + " at " + tenant.issuer() + " would lose " + lost
                        + " for good; say " + YES + " to do it, after a backup.");
            }
            house.tenants().remove(id);
            surroundings.say("Tenant " + id + " is removed with " + lost + "; nothing that it issued is honoured.");
            return null;
        });
    }

    private static String lost(Contents contents) {
        var parts = new ArrayList<String>();
        add(parts, contents.clients(), "application", "applications");
        add(parts, contents.resources(), "API", "APIs");
        add(parts, contents.people(), "person", "people");
        add(parts, contents.consents(), "consent", "consents");
        add(parts, contents.sessions(), "session", "sessions");
        add(parts, contents.grants(), "grant", "grants");
        add(parts, contents.keys(), "signing key", "signing keys");
        return String.join(", ", parts) + " and an audit trail of "
                + Tenancy.counted(contents.events(), "event", "events");
    }

    private static void add(List<String> parts, long count, String one, String many) {
        if (count > 0) {
            parts.add(Tenancy.counted(count, one, many));
        }
    }
}
