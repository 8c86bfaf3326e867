package dev.symbolon.connection;

import dev.symbolon.connection.Described.Source;
import dev.symbolon.connection.Journey.Departure;
import dev.symbolon.connection.Protocol.Returned;
import dev.symbolon.oauth.Connection.Endpoints;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.outbound.Destination;
import dev.symbolon.outbound.OutboundException;
import java.util.Optional;

/// OAuth 2.0 with configured addresses, and a mapping from our claims to the members of an answer.
final class OAuth2 implements Protocol {
    private final Calls calls;
    private final CodeExchange exchange;

    OAuth2(Calls calls, CodeExchange exchange) {
        this.calls = calls;
        this.exchange = exchange;
    }

    @Override
    public String authorizationUrl(Upstream upstream, Journey journey) {
        return Departure.of(upstream, journey, upstream.scopes())
                .with("login_hint", journey.loginHint().orElse(""))
                .with("ui_locales", String.join(" ", journey.uiLocales()))
                .from(endpoints(upstream).authorize());
    }

    @Override
    public Described describe(Returned returned) {
        var upstream = returned.upstream();
        var endpoints = endpoints(upstream);
        requireIssuer(returned, endpoints.authorize());
        var tokens = exchange.redeemEitherWay(returned, endpoints.token());
        var said = calls.get("The userinfo endpoint", endpoints.userinfo(), tokens.bearer());
        var mapping = upstream.mapping();
        var subject = Person.subject(
                Optional.ofNullable(mapping.get("sub")).flatMap(said::text),
                "member " + mapping.getOrDefault("sub", "sub") + ", which the mapping takes for sub,");
        var user = new UpstreamUser(
                returned.connection().id(),
                subject,
                Person.email(
                        returned.connection(),
                        Optional.ofNullable(mapping.get("email")).flatMap(said::text),
                        name -> Optional.ofNullable(mapping.get(name))
                                .filter(said::isTrue)
                                .isPresent()),
                Person.profile(name -> Optional.ofNullable(mapping.get(name)).flatMap(said::text)),
                Optional.empty());
        var secrets = returned.secretsAnd(tokens);
        return new Described(user, said.fields(Source.USERINFO, secrets));
    }

    private static Endpoints endpoints(Upstream upstream) {
        return upstream.endpoints()
                .orElseThrow(() -> UpstreamException.misconfigured(
                        "An OAuth 2.0 connection needs the addresses authorize, token and userinfo."));
    }

    /// Whoever names itself has to be the one that the person was sent to (RFC 9207 §2.4). Without a
    /// configured issuer its host is compared.
    private static void requireIssuer(Returned returned, String authorizationEndpoint) {
        returned.iss().ifPresent(iss -> {
            var isExpected = returned.upstream()
                    .issuer()
                    .map(iss::equals)
                    .orElseGet(() -> isSameHost(iss, authorizationEndpoint));
            if (!isExpected) {
                throw UpstreamException.untrustworthy("The answer comes from " + UpstreamException.shown(iss, 200)
                        + "; the person was sent to another server.");
            }
        });
    }

    private static boolean isSameHost(String one, String other) {
        try {
            return Destination.parse(one).host().equals(Destination.parse(other).host());
        } catch (OutboundException _) {
            return false;
        }
    }
}
