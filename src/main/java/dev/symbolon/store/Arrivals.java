package dev.symbolon.store;

import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Identity;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.store.Imports.Thing;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/// How the things of an import come in, in one transaction. Everything is looked at before anything is written,
/// so that a thing that is refused leaves nothing.
final class Arrivals {
    static final String ADDED = "added";
    static final String PRESENT = "present";

    private final Handle handle;
    private final Database db;
    private final Instant now;

    Arrivals(Handle handle, Database db, Instant now) {
        this.handle = handle;
        this.db = db;
        this.now = now;
    }

    /// [#ADDED], [#PRESENT], or the sentence that says why not.
    String arrive(Thing thing) {
        return switch (thing) {
            case Thing.Api api -> arrive(api);
            case Thing.Application application -> arrive(application);
            case Thing.Place place -> arrive(place);
            case Thing.Person person -> arrive(person);
        };
    }

    private String arrive(Thing.Api api) {
        var resource = api.resource();
        if (exists("resource", "identifier", resource.tenant(), resource.identifier())) {
            return PRESENT;
        }
        new Resources(db).put(handle, resource, now);
        return ADDED;
    }

    private String arrive(Thing.Application application) {
        var client = application.client();
        if (exists("client", "client_id", client.tenant(), client.id().value())) {
            return PRESENT;
        }
        for (var access : application.access().entrySet()) {
            var api = Resources.find(handle, client.tenant(), access.getKey());
            if (api.isEmpty()) {
                return "There is no API " + access.getKey()
                        + " for the client to ask; the line of the API comes first.";
            }
            if (!api.get().within(access.getValue()).equals(access.getValue())) {
                return access.getKey() + " declares less than the client may ask it: " + access.getValue() + ".";
            }
        }
        if (!new Clients(db).add(handle, client, now)) {
            return PRESENT;
        }
        for (var secret : application.secrets()) {
            Clients.insertSecret(
                    handle, new Clients.Secret(client.tenant(), client.id(), secret, Optional.empty()), now);
        }
        application
                .access()
                .forEach((identifier, scope) ->
                        new Access(db).allow(handle, client.tenant(), client.id(), identifier, scope, now));
        return ADDED;
    }

    private String arrive(Thing.Place place) {
        var wanted = place.connection();
        for (var client : wanted.rules().clients()) {
            if (!exists("client", "client_id", wanted.tenant(), client.value())) {
                return "There is no client " + client + "; the line of the client comes first.";
            }
        }
        var before = handle.createQuery("""
                        SELECT * FROM connection
                        WHERE tenant_id = :tenant AND (connection_id IN (:id, :name) OR name IN (:id, :name))
                        ORDER BY CASE WHEN connection_id = :id THEN 0 ELSE 1 END LIMIT 1""")
                .bind("tenant", wanted.tenant().value())
                .bind("id", wanted.id().value())
                .bind("name", wanted.name())
                .map((row, context) -> Connections.connection(row))
                .findOne();
        if (before.isPresent() && !before.get().id().equals(wanted.id())) {
            return "Connection " + before.get().id() + " has that id or name already.";
        }
        var connections = new Connections(db);
        if (before.isPresent()) {
            return wanted.kind() == Connection.Kind.DATABASE ? follow(connections, before.get(), wanted) : PRESENT;
        }
        if (wanted.kind() == Connection.Kind.DATABASE || wanted.id().equals(Connection.DATABASE)) {
            return "There is one connection of kind database in a tenant, and it is called database.";
        }
        if (!connections.add(handle, wanted, place.secret(), now)) {
            return PRESENT;
        }
        if (wanted.isDefault() && wanted.isEnabled()) {
            connections.setDefault(handle, wanted.tenant(), wanted.id(), now);
        }
        return ADDED;
    }

    // Every tenant has it from the beginning, so it becomes as the line says.
    private String follow(Connections connections, Connection before, Connection wanted) {
        if (before.isDefault() && !wanted.isEnabled()) {
            return "Connection database is the default one, so it stays on; the line of another default comes first.";
        }
        if (before.name().equals(wanted.name())
                && before.label().equals(wanted.label())
                && before.icon() == wanted.icon()
                && before.rules().equals(wanted.rules())
                && before.isEnabled() == wanted.isEnabled()) {
            return PRESENT;
        }
        connections.update(handle, wanted, Optional.empty(), now);
        return ADDED;
    }

    private String arrive(Thing.Person person) {
        var account = person.account();
        var tenant = account.tenant();
        if (exists("account", "subject", tenant, account.subject().value())) {
            return PRESENT;
        }
        var key = account.email().filter(Email::isKey).map(Email::address).map(Accounts::folded);
        if (key.isPresent() && exists("account", "email_folded", tenant, key.get())) {
            return person.isNamed() ? "Somebody else of this tenant has this e-mail already." : PRESENT;
        }
        for (var user : person.identities()) {
            if (!Imports.hasConnection(handle, tenant, user.connection())) {
                return "There is no connection " + user.connection() + "; the line of the connection comes first.";
            }
            if (Identities.owner(handle, tenant, user).isPresent()) {
                return "Somebody else of this tenant is " + user.subject() + " at connection " + user.connection()
                        + " already.";
            }
        }
        if (new Accounts(db).create(handle, account, person.hash(), now) == Accounts.Creation.TAKEN) {
            return "Somebody else of this tenant took this e-mail a moment ago.";
        }
        person.identities().forEach(user -> Identities.insert(handle, tenant, user, account.subject(), now));
        return ADDED;
    }

    private boolean exists(String table, String column, TenantId tenant, String value) {
        return handle.createQuery(
                        "SELECT 1 FROM " + table + " WHERE tenant_id = :tenant AND " + column + " = :value LIMIT 1")
                .bind("tenant", tenant.value())
                .bind("value", value)
                .mapTo(Integer.class)
                .findOne()
                .isPresent();
    }

    static UpstreamUser user(Identity identity) {
        return new UpstreamUser(
                identity.connection(),
                identity.upstreamSubject(),
                identity.email().map(address -> new Email(address, Email.Standing.REPORTED)),
                Profile.named(identity.name()),
                Optional.empty());
    }
}
