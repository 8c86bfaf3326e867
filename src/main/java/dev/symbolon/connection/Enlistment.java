package dev.symbolon.connection;

import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.web.Host;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What adding a connection means, and changing it, whoever asks for it. The client secret at the
/// other server is sealed here, and [#secret] is its one way out.
public final class Enlistment {
    private static final int TRIES = 10;
    private static final Duration TEST_LIFE = Duration.ofMinutes(15);
    private static final Instant NEVER = Instant.ofEpochMilli(Long.MAX_VALUE);

    /// What an operator says about a connection. What is absent stays as it is at a change, and at an
    /// addition gets the default of its kind. An empty text takes a value away.
    ///
    /// @param icon one of [Connection.Icon#names]
    /// @param issuer as in [Connection.Upstream]
    /// @param mapping from our claim to the member of the answer at userinfo; of `oauth2`
    /// @param clients ids; every application when empty
    public record Draft(
            Optional<String> name,
            Optional<String> label,
            Optional<String> icon,
            Optional<String> clientId,
            Optional<List<String>> scopes,
            Optional<String> issuer,
            Optional<String> authorizeUrl,
            Optional<String> tokenUrl,
            Optional<String> userinfoUrl,
            Optional<Map<String, String>> mapping,
            Optional<List<String>> clients,
            Optional<Boolean> signUp,
            Optional<Boolean> trustsEmail,
            Optional<Boolean> syncsProfile,
            Optional<Boolean> connectsVerified) {}

    private final Connections connections;
    private final Clients clients;

    /// Enlists in these stores.
    public Enlistment(Connections connections, Clients clients) {
        this.connections = connections;
        this.clients = clients;
    }

    /// The one redirect URI of a tenant at other servers, whatever the connection.
    public static String redirectUri(Host host) {
        return host.issuer().at("/callback");
    }

    /// The scopes in a text, with spaces between them (RFC 6749 §3.3).
    public static List<String> scopes(String text) {
        return Arrays.stream(text.split("\\s+"))
                .filter(scope -> !scope.isEmpty())
                .toList();
    }

    /// What a draft means for a connection that does not exist yet.
    ///
    /// @throws OAuthException `invalid_request` with the reason
    public static Connection connection(TenantId tenant, ConnectionId id, Kind kind, Draft draft) {
        return KindRules.first(tenant, id, kind, draft);
    }

    /// The client secret as it is kept.
    ///
    /// @throws OAuthException when it is none, or the kind has none
    public static String acceptable(Kind kind, String secret) {
        return KindRules.secret(kind, secret);
    }

    /// Adds a connection; it is switched on, and not the default one yet.
    ///
    /// @param secret the client secret that the other server gave us
    /// @throws OAuthException `invalid_request` with the reason
    public Connection enlist(Host host, ConnectionId id, Kind kind, Draft draft, Optional<String> secret, Instant now) {
        var wanted = connection(host.id(), id, kind, draft);
        add(host, wanted, secret, now);
        return wanted;
    }

    private void add(Host host, Connection wanted, Optional<String> secret, Instant now) {
        var hidden = secret.map(value -> seal(host, wanted.kind(), value));
        requireClients(host, wanted.rules().clients());
        requireFreeId(host, wanted.id());
        requireFreeName(wanted);
        if (!connections.add(wanted, hidden, now)) {
            throw refused("The id or the name of connection " + wanted.id() + " was taken a moment ago; look again.");
        }
    }

    /// Changes what the draft speaks of; the kind stays, and so does a secret that is not given.
    ///
    /// @throws OAuthException when there is no such connection, or as [#enlist]
    public Connection change(Host host, ConnectionId id, Draft draft, Optional<String> secret, Instant now) {
        for (var i = 0; i < TRIES; i++) {
            var changed = changeOnly(host, known(host, id), draft, secret, now);
            if (changed.isPresent()) {
                return changed.get();
            }
        }
        throw refused("Others change connection " + id + " again and again; try once more.");
    }

    /// The same, if the connection still is what was read.
    ///
    /// @return empty, and nothing changed, when it is not
    /// @throws OAuthException as [#enlist]
    public Optional<Connection> changeOnly(
            Host host, Connection before, Draft draft, Optional<String> secret, Instant now) {
        var after = KindRules.with(before, draft);
        var hidden = secret.map(value -> seal(host, before.kind(), value));
        // One of its applications may be gone since; that is no reason to refuse another change.
        requireClients(
                host, draft.clients().isEmpty() ? List.of() : after.rules().clients());
        requireFreeName(after);
        return connections.replace(before, after, hidden, now) ? Optional.of(after) : Optional.empty();
    }

    /// What became of a declared connection.
    public enum Outcome {
        ADDED,
        CHANGED,
        /// It is so already; nothing was written.
        AS_BEFORE
    }

    /// Makes a connection what it would be if it were new. Which one is the default and which are
    /// switched off stays, and so does a secret that is not given.
    ///
    /// @throws OAuthException when it is of another kind now, or as [#enlist]
    public Outcome declare(Host host, Connection wanted, Optional<String> secret, Instant now) {
        var present = connections.find(host.id(), wanted.id());
        if (present.isEmpty()) {
            add(host, wanted, secret, now);
            return Outcome.ADDED;
        }
        var before = present.get();
        requireKind(before, wanted.kind());
        var after = new Connection(
                before.tenant(),
                before.id(),
                before.kind(),
                wanted.name(),
                wanted.label(),
                wanted.icon(),
                wanted.upstream(),
                wanted.rules(),
                before.isDefault(),
                before.isEnabled());
        var known = secret(host, before.id(), now);
        var other = secret.map(value -> acceptable(before.kind(), value))
                .filter(value -> !known.equals(Optional.of(value)));
        if (after.equals(before) && other.isEmpty()) {
            return Outcome.AS_BEFORE;
        }
        requireClients(host, after.rules().clients());
        update(after, other.map(value -> seal(host, before.kind(), value)), now);
        return Outcome.CHANGED;
    }

    private void update(Connection after, Optional<Sealed> secret, Instant now) {
        requireFreeName(after);
        if (!connections.update(after, secret, now)) {
            throw refused("Connection " + after.id() + " is gone, or its name was taken a moment ago; look again.");
        }
    }

    /// The client secret at the other server, in clear: for the call that shows it there, and for
    /// nothing else.
    ///
    /// @return empty when there is none
    public Optional<String> secret(Host host, ConnectionId id, Instant now) {
        return connections
                .secret(host.id(), id)
                .map(hidden -> host.sealer()
                        .open(Purpose.UPSTREAM_SECRET, hidden.text(), now)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElseThrow(() -> new IllegalStateException("The client secret of connection " + id
                                + " cannot be opened with the secret of tenant " + host.id() + ".")));
    }

    /// Whether there is a client secret.
    public boolean hasSecret(Host host, ConnectionId id) {
        return connections.secret(host.id(), id).isPresent();
    }

    /// Where an operator tries a connection out: for a quarter of an hour, and as often as they like.
    ///
    /// @throws OAuthException when there is no such connection, or nobody is sent to another server by it
    public String testUrl(Host host, ConnectionId id, Instant now) {
        var connection = known(host, id);
        if (!connection.kind().isUpstream()) {
            throw refused("Connection " + id + " sends nobody to another server, so there is nothing to try out.");
        }
        var token = host.sealer()
                .seal(Purpose.CONNECTION_TEST, id.value().getBytes(StandardCharsets.UTF_8), now.plus(TEST_LIFE));
        return host.issuer().at("/connections/test?token=" + token.text());
    }

    /// The connection that such a link is for; empty when the link is not ours or too old.
    public Optional<Connection> tested(Host host, String token, Instant now) {
        return host.sealer()
                .open(Purpose.CONNECTION_TEST, token, now)
                .flatMap(bytes ->
                        connections.find(host.id(), new ConnectionId(new String(bytes, StandardCharsets.UTF_8))));
    }

    private static Sealed seal(Host host, Kind kind, String secret) {
        var bytes = acceptable(kind, secret).getBytes(StandardCharsets.UTF_8);
        return host.sealer().seal(Purpose.UPSTREAM_SECRET, bytes, NEVER);
    }

    /// Makes it the one that a person meets first.
    ///
    /// @throws OAuthException when there is no such connection, or it is switched off
    public void makeDefault(Host host, ConnectionId id, Instant now) {
        known(host, id);
        if (!connections.setDefault(host.id(), id, now)) {
            throw refused("Connection " + id + " is switched off, so nobody could come from there; enable it first.");
        }
    }

    /// Switches it on.
    ///
    /// @return false when it is on already
    /// @throws OAuthException when there is no such connection
    public boolean enable(Host host, ConnectionId id, Instant now) {
        known(host, id);
        return connections.enable(host.id(), id, now);
    }

    /// Switches it off: nobody comes from there until it is on again.
    ///
    /// @return false when it is off already
    /// @throws OAuthException when there is no such connection, or it is the default one
    public boolean disable(Host host, ConnectionId id, Instant now) {
        known(host, id);
        var changed = connections.disable(host.id(), id, now);
        if (!changed && known(host, id).isEnabled()) {
            throw refused("Connection " + id + " is the default one, so it stays on; make another one the default.");
        }
        return changed;
    }

    /// Forgets it, its secret, and who people are there; their accounts stay.
    ///
    /// @throws OAuthException when there is no such connection, or it cannot go
    public void remove(Host host, ConnectionId id, Instant now) {
        if (known(host, id).kind() == Kind.DATABASE) {
            throw refused("The connection " + id + " is for passwords, and every tenant has it; disable it instead.");
        }
        if (!connections.remove(host.id(), id, now)) {
            throw refused("Connection " + id + " is the default one, so it stays; make another one the default.");
        }
    }

    /// The connection of that id.
    ///
    /// @throws OAuthException when there is none
    public Connection known(Host host, ConnectionId id) {
        return connections
                .find(host.id(), id)
                .orElseThrow(() -> refused("There is no connection " + id + " in tenant " + host.id() + "."));
    }

    /// @throws OAuthException when somebody wants another kind than it has
    public static void requireKind(Connection connection, Kind wanted) {
        if (connection.kind() != wanted) {
            throw refused("Connection " + connection.id() + " is of kind "
                    + connection.kind().wire() + ", and a kind is never changed; add one of kind " + wanted.wire()
                    + " with another id.");
        }
    }

    /// What an operator should know about a connection as it is now, a sentence for each.
    ///
    /// @param hasSecret whether there is a client secret
    public static List<String> notes(Connection connection, boolean hasSecret) {
        var notes = new ArrayList<String>();
        if (connection.kind() == Kind.PASSWORDLESS_EMAIL) {
            notes.add("Note: connection " + connection.id() + " sends codes by mail; people meet it only while the"
                    + " server has a mail server to hand them to (SYMBOLON_SMTP).");
        }
        if (connection.kind().isUpstream() && !hasSecret) {
            notes.add("Note: connection " + connection.id() + " has no client secret"
                    + switch (connection.kind()) {
                        case GOOGLE, GITHUB, MICROSOFT -> ", and the other server gives no tokens without one.";
                        case OIDC, OAUTH2, DATABASE, PASSWORDLESS_EMAIL ->
                            "; that is right only if the other server knows it as a public client.";
                    });
        }
        return notes;
    }

    private void requireClients(Host host, List<ClientId> ids) {
        for (var client : ids) {
            if (clients.find(host.id(), client).isEmpty()) {
                throw unknown(host.id(), client);
            }
        }
    }

    /// What is to be said of a connection that is for an application that nobody registered.
    public static OAuthException unknown(TenantId tenant, ClientId client) {
        return refused("There is no client " + client + " in tenant " + tenant
                + "; register it first, or name one that there is.");
    }

    private void requireFreeId(Host host, ConnectionId id) {
        connections.named(host.id(), id.value()).ifPresent(other -> {
            throw refused(
                    other.id().equals(id)
                            ? "There is a connection " + id + " already in tenant " + host.id() + "."
                            : "Connection " + other.id() + " has the name " + id + "; choose another id.");
        });
    }

    /// Applications may name a connection by its name or by its id, so neither can be another one's.
    ///
    /// @throws OAuthException when another connection is called so
    public void requireFreeName(Connection connection) {
        connections
                .named(connection.tenant(), connection.name())
                .filter(other -> !other.id().equals(connection.id()))
                .ifPresent(other -> {
                    throw refused("Connection " + other.id() + " is called " + connection.name()
                            + " already; choose another name for connection " + connection.id() + ".");
                });
    }

    static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
