package dev.symbolon.connection;

import dev.symbolon.connection.Protocol.Returned;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.outbound.Outbound;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// The other servers that people of our connections come from: where to send a person, and who comes
/// back. What it believes of them and why: docs/decisions/0011.
public final class Upstreams {
    private final Map<Kind, Protocol> protocols;

    /// @param outbound the way to them
    /// @param clock for ID tokens and for what is remembered
    public Upstreams(Outbound outbound, InstantSource clock) {
        this(outbound, clock, Places.IN_THE_WORLD);
    }

    Upstreams(Outbound outbound, InstantSource clock, Places places) {
        var calls = new Calls(outbound);
        var exchange = new CodeExchange(calls);
        var shared = OpenIdConnect.Shared.of(calls, exchange, clock);
        this.protocols = Map.of(
                Kind.OIDC, new OpenIdConnect(Kind.OIDC, places, shared),
                Kind.GOOGLE, new OpenIdConnect(Kind.GOOGLE, places, shared),
                Kind.MICROSOFT, new OpenIdConnect(Kind.MICROSOFT, places, shared),
                Kind.GITHUB, new GitHub(places.gitHub(), calls, exchange),
                Kind.OAUTH2, new OAuth2(calls, exchange));
    }

    /// Where the person goes: the other server's authorization endpoint with our request.
    ///
    /// @throws UpstreamException when that server cannot be asked where it is
    public String authorizationUrl(Connection connection, Journey journey) {
        return protocol(connection).authorizationUrl(upstream(connection), journey);
    }

    /// Who came back.
    ///
    /// @param clientSecret ours at that server; absent for a public client
    /// @param code the parameter of that name
    /// @param iss the parameter of that name (RFC 9207), if there was one
    /// @throws UpstreamException when nobody did, or nobody who can be believed
    public UpstreamUser user(
            Connection connection, Optional<String> clientSecret, Journey journey, String code, Optional<String> iss) {
        return describe(connection, clientSecret, journey, code, iss).user();
    }

    /// The same, with every field that came back: for an operator who tries the connection out.
    ///
    /// @throws UpstreamException as [#user]
    public Described describe(
            Connection connection, Optional<String> clientSecret, Journey journey, String code, Optional<String> iss) {
        return protocol(connection)
                .describe(new Returned(connection, upstream(connection), clientSecret, journey, code, iss));
    }

    private Protocol protocol(Connection connection) {
        return Optional.ofNullable(protocols.get(connection.kind()))
                .orElseThrow(() -> new IllegalArgumentException("Nobody is sent to another server by "
                        + connection.kind().wire() + "."));
    }

    private static Upstream upstream(Connection connection) {
        return connection
                .upstream()
                .orElseThrow(() -> UpstreamException.misconfigured(
                        "The connection " + connection.id() + " does not say which server it is for."));
    }

    /// Where the providers are that have one place in the world.
    record Places(String google, String microsoft, String gitHub) {
        static final Places IN_THE_WORLD =
                new Places("https://accounts.google.com", "https://login.microsoftonline.com", "https://github.com");
    }
}
