package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Tenants.Contents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// `symbolon tenant …`: the issuers of this installation.
final class TenantCommands {
    private static final int NAME_MAX_CHARACTERS = 100;
    private static final int NAMED_CLIENTS = 10;
    private static final String ISSUER = "--issuer";
    private static final String NAME = "--name";
    private static final String YES = "--yes";

    private final Surroundings surroundings;

    TenantCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("tenant", "The issuers of this installation; each has its own keys, clients and people.")
                .with(add(), list(), update(), remove());
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
        var id = Surroundings.tenantId(given.argument());
        var tenant = tenant(id, given.text(ISSUER).orElse(""), given.text(NAME).orElse(id.value()));
        surroundings.<Void>inHouse(house -> {
            make(house, tenant);
            surroundings.say("Tenant " + id + " is at " + tenant.issuer() + "; a running server serves it at once.");
            inTheClear(tenant.issuer()).ifPresent(surroundings::note);
            return null;
        });
    }

    /// @throws Mistake when one of the three cannot be
    static Tenant tenant(TenantId id, String issuer, String name) {
        if (name.isBlank() || name.length() > NAME_MAX_CHARACTERS) {
            throw new Mistake("A tenant's name has 1 to " + NAME_MAX_CHARACTERS + " characters.");
        }
        try {
            return new Tenant(id, new Issuer(issuer), name.strip());
        } catch (IllegalArgumentException e) {
            throw new Mistake(e.getMessage() + ".");
        }
    }

    /// Makes it, or says which of its names is taken.
    static void make(House house, Tenant tenant) {
        if (house.hosts().add(tenant)) {
            return;
        }
        if (house.tenants().find(tenant.id()).isPresent()) {
            throw new Mistake("There is a tenant " + tenant.id() + " already.");
        }
        throw taken(tenant);
    }

    static Mistake taken(Tenant tenant) {
        return new Mistake("Another tenant has the host " + tenant.issuer().host() + " already.");
    }

    /// What is to be said of an issuer on plain http that is not on this machine.
    static Optional<String> inTheClear(Issuer issuer) {
        return isUnprotected(issuer.value())
                ? Optional.of(
                        "Note: " + issuer + " is plain http, so passwords, cookies and tokens travel in the clear;"
                                + " http is for localhost, anything else needs https.")
                : Optional.empty();
    }

    /// Whether what goes there can be read on the way: plain http to another machine than this one.
    static boolean isUnprotected(String url) {
        return url.startsWith("http://")
                && !url.matches("http://(127(\\.[0-9]{1,3}){3}|\\[::1]|([^/:]+\\.)?localhost)([:/].*)?");
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
        var id = Surroundings.tenantId(given.argument());
        surroundings.<Void>inHouse(house -> {
            var before = Surroundings.host(house, id).tenant();
            var after = tenant(
                    id,
                    given.text(ISSUER).orElse(before.issuer().value()),
                    given.text(NAME).orElse(before.name()));
            if (after.equals(before)) {
                surroundings.say("Tenant " + id + " is like that already; nothing was changed.");
            } else if (house.tenants().update(after, surroundings.now())) {
                told(house, before, after).forEach(sentence -> surroundings.say("Tenant " + id + ": " + sentence));
            } else {
                throw taken(after);
            }
            inTheClear(after.issuer()).ifPresent(surroundings::note);
            return null;
        });
    }

    /// What a changed tenant means, a sentence for each.
    static List<String> told(House house, Tenant before, Tenant after) {
        if (after.issuer().equals(before.issuer())) {
            return List.of("changed");
        }
        return List.of(
                "moved from " + before.issuer() + " to " + after.issuer(),
                stopping(house, after.id()),
                "access and ID tokens made until now name the old issuer, so userinfo and every API refuse them;"
                        + " refresh tokens stay good at the new address, and people sign in again");
    }

    private static String stopping(House house, TenantId id) {
        var known = house.clients().list(id, Optional.empty(), NAMED_CLIENTS).stream()
                .map(Client::id)
                .map(Object::toString)
                .collect(Collectors.joining(", "));
        var count = house.tenants().contents(id).clients();
        return count == 0
                ? "no application is registered that would have to be told"
                : counted(count, "application", "applications") + " (" + known + (count > NAMED_CLIENTS ? ", …" : "")
                        + ") cannot sign anybody in until told the new issuer";
    }

    private void remove(Given given) {
        var id = Surroundings.tenantId(given.argument());
        surroundings.<Void>inHouse(house -> {
            var tenant = Surroundings.host(house, id).tenant();
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
        return String.join(", ", parts) + " and an audit trail of " + counted(contents.events(), "event", "events");
    }

    private static void add(List<String> parts, long count, String one, String many) {
        if (count > 0) {
            parts.add(counted(count, one, many));
        }
    }

    private static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
