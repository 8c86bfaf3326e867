package dev.symbolon.transfer;

import dev.symbolon.client.Registration;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Scope;
import dev.symbolon.store.Access;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Imports;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Tenants;
import dev.symbolon.web.Host;
import dev.symbolon.web.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Writes a tenant into a file: a line about the file, then APIs, clients, connections and people, in an order
/// in which each line only speaks of those before it. It holds a page of them at a time, however many there are.
///
/// Left out is what means nothing elsewhere or would give power there: digests of clients' secrets (they are
/// keyed by the tenant's own secret), signing keys, sessions, grants, consents, operators, the right to use the
/// management API, and the audit trail.
public final class Export {
    private static final int PAGE = 200;

    private final Stores stores;

    /// What is read.
    public record Stores(
            Tenants tenants,
            Resources resources,
            Clients clients,
            Access access,
            Connections connections,
            Imports imports) {}

    /// Exports from these stores.
    public Export(Stores stores) {
        this.stores = stores;
    }

    /// A tenant that is about to be written. Another thread may do it.
    public interface Opened {
        /// Writes everything.
        ///
        /// @param seen told how many of how many lines there are, now and then
        /// @return how many lines were written
        /// @throws IOException when nobody takes the lines any more
        long write(OutputStream out, BiConsumer<Long, Long> seen) throws IOException;
    }

    /// Opens a tenant for that; from now on the audit trail tells of it.
    ///
    /// @param withSecrets whether the client secrets at other servers are written, in clear
    public Opened open(Host host, boolean withSecrets, Instant now) {
        stores.imports().exported(host.id(), now);
        return (out, seen) -> write(host, out, withSecrets, now, seen);
    }

    private long write(Host host, OutputStream out, boolean withSecrets, Instant now, BiConsumer<Long, Long> seen)
            throws IOException {
        var contents = stores.tenants().contents(host.id());
        var total = contents.people() + contents.clients() + contents.resources();
        var lines = 0L;
        line(out, header(host, now));
        var apis = stores.resources().list(host.id(), "", PAGE);
        while (!apis.isEmpty()) {
            for (var resource : apis) {
                line(out, Wording.api(resource));
                lines++;
            }
            apis = stores.resources().list(host.id(), apis.getLast().identifier(), PAGE);
        }
        var after = Optional.<ClientId>empty();
        List<Client> clients;
        do {
            clients = stores.clients().list(host.id(), after, PAGE);
            for (var client : clients) {
                if (!Registration.isReserved(client.id())) {
                    line(out, Wording.client(client, access(host, client.id())));
                    lines++;
                }
                after = Optional.of(client.id());
            }
            seen.accept(lines, total);
        } while (clients.size() == PAGE);
        var enlistment = new Enlistment(stores.connections(), stores.clients());
        for (var connection : stores.connections().list(host.id())) {
            var secret = withSecrets ? enlistment.secret(host, connection.id(), now) : Optional.<String>empty();
            line(out, Wording.connection(connection, secret));
            lines++;
        }
        var people = stores.imports().people(host.id(), "", PAGE);
        while (!people.isEmpty()) {
            for (var person : people) {
                line(out, Wording.person(person));
                lines++;
            }
            seen.accept(lines, Math.max(lines, total));
            people = stores.imports()
                    .people(host.id(), people.getLast().account().subject().value(), PAGE);
        }
        out.flush();
        return lines;
    }

    private static Map<String, Object> header(Host host, Instant now) {
        var header = new LinkedHashMap<String, Object>();
        header.put("format", Wording.FORMAT);
        header.put("version", Wording.VERSION);
        header.put("tenant", host.id().value());
        header.put("issuer", host.issuer().value());
        header.put("exported_at", now.toString());
        return header;
    }

    private Map<String, Scope> access(Host host, ClientId client) {
        var known = new LinkedHashMap<String, Scope>();
        stores.access().of(host.id(), client).forEach((identifier, scope) -> {
            if (!identifier.equals(host.issuer().managementApi())
                    && stores.resources().find(host.id(), identifier).isPresent()) {
                known.put(identifier, scope);
            }
        });
        return known;
    }

    private static void line(OutputStream out, Map<String, Object> fields) throws IOException {
        out.write(Json.write(fields));
        out.write('\n');
    }
}
