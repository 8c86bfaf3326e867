package dev.symbolon.seed;

import dev.symbolon.House;
import dev.symbolon.Mistake;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Host;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What making a tenant means, and changing it, whoever asks for it: a command or a `symbolon.yaml`.
public final class Tenancy {
    private static final int NAME_MAX_CHARACTERS = 100;
    private static final int NAMED_CLIENTS = 10;

    private Tenancy() {}

    /// The id of a tenant.
    ///
    /// @throws Mistake when no tenant can be called that
    public static TenantId id(String text) {
        return Mistake.unless(() -> new TenantId(text));
    }

    /// The tenant with its secret and keys opened.
    ///
    /// @throws Mistake when there is none
    public static Host host(House house, TenantId id) {
        return house.hosts()
                .find(id)
                .orElseThrow(() -> new Mistake(
                        house.tenants().list().isEmpty()
                                ? "There is no tenant yet; make the first one with: symbolon init --issuer https://…"
                                : "There is no tenant " + id + "; symbolon tenant list shows those that there are."));
    }

    /// A tenant, perhaps of the future.
    ///
    /// @throws Mistake when one of the three cannot be
    public static Tenant tenant(TenantId id, String issuer, String name) {
        if (name.isBlank() || name.length() > NAME_MAX_CHARACTERS) {
            throw new Mistake("A tenant's name has 1 to " + NAME_MAX_CHARACTERS + " characters.");
        }
        return Mistake.unless(() -> new Tenant(id, new Issuer(issuer), name.strip()));
    }

    /// Makes it, or says which of its names is taken.
    public static void make(House house, Tenant tenant) {
        if (house.hosts().add(tenant)) {
            return;
        }
        if (house.tenants().find(tenant.id()).isPresent()) {
            throw new Mistake("There is a tenant " + tenant.id() + " already.");
        }
        throw taken(tenant);
    }

    /// What is to be said when another tenant lives at its host.
    public static Mistake taken(Tenant tenant) {
        return new Mistake("Another tenant has the host " + tenant.issuer().host() + " already.");
    }

    /// What is to be said of an issuer on plain http that is not on this machine.
    public static Optional<String> inTheClear(Issuer issuer) {
        return isUnprotected(issuer.value())
                ? Optional.of(
                        "Note: " + issuer + " is plain http, so passwords, cookies and tokens travel in the clear;"
                                + " http is for localhost, anything else needs https.")
                : Optional.empty();
    }

    /// Whether what goes there can be read on the way: plain http to another machine than this one.
    public static boolean isUnprotected(String url) {
        return url.startsWith("http://")
                && !url.matches("http://(127(\\.[0-9]{1,3}){3}|\\[::1]|([^/:]+\\.)?localhost)([:/].*)?");
    }

    /// What a changed tenant means, a sentence for each.
    public static List<String> told(House house, Tenant before, Tenant after) {
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

    /// So many of them, in words.
    public static String counted(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
