package dev.symbolon.cli;

import dev.symbolon.House;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;

/// `symbolon tenant …`: the issuers of this installation.
final class TenantCommands {
    private static final int NAME_MAX_CHARACTERS = 100;

    private final Surroundings surroundings;

    TenantCommands(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    Command group() {
        return Command.group("tenant", "The issuers of this installation; each has its own keys, clients and people.")
                .with(add(), list());
    }

    private Command add() {
        return Command.of("add", "Make a tenant with keys of its own.", this::add)
                .argument("ID", "Its name in commands: lower-case letters, digits and hyphens.")
                .required("--issuer", "URL", "Its issuer, for example https://login.example.com.")
                .option("--name", "NAME", "What people read on its pages; when not given, the id.");
    }

    private Command list() {
        return Command.of("list", "List the tenants.", this::list).json();
    }

    private void add(Given given) {
        var id = Surroundings.tenantId(given.argument());
        var tenant = tenant(
                id, given.text("--issuer").orElse(""), given.text("--name").orElse(id.value()));
        surroundings.<Void>inHouse(house -> {
            make(house, tenant);
            surroundings.say("Tenant " + id + " is at " + tenant.issuer() + "; a running server serves it at once.");
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
        throw new Mistake("Another tenant has the host " + tenant.issuer().host() + " already.");
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
}
