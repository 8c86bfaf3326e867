package dev.symbolon.connection;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.symbolon.connection.Journey.SignIn;
import dev.symbolon.connection.UpstreamException.Kind;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Endpoints;
import dev.symbolon.oauth.Connection.Rules;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.outbound.Loopback;
import dev.symbolon.outbound.Outbound;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.function.Executable;

/// What the tests of connections share.
final class Given {
    static final String REDIRECT_URI = "https://id.example.org/callback";
    static final String NONCE = "n-0S6_WzA2Mj";
    static final String STATE = "st/a+te=&";
    static final String CLIENT = "symbolon";
    static final String SECRET = "s3cr:t +%";

    private Given() {}

    static Journey journey() {
        return journey(SignIn.AS_EVER);
    }

    static Journey journey(SignIn signIn) {
        return new Journey(
                REDIRECT_URI,
                STATE,
                NONCE,
                new CodeVerifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
                Optional.of("ada@example.org"),
                List.of("de-CH", "en"),
                signIn);
    }

    /// The only one in the example of RFC 7636 appendix B.
    static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    static Outbound outbound() {
        return Loopback.outbound();
    }

    static Connection connection(Connection.Kind kind, Upstream upstream) {
        return connection(kind, upstream, Rules.DEFAULT);
    }

    static Connection connection(Connection.Kind kind, Upstream upstream, Rules rules) {
        return new Connection(
                new TenantId("main"),
                new ConnectionId(kind.wire()),
                kind,
                kind.wire(),
                kind.wire(),
                Connection.Icon.of(kind),
                Optional.of(upstream),
                rules,
                false,
                true);
    }

    /// Rules of a connection whose word about addresses is not believed.
    static Rules doubting() {
        return new Rules(List.of(), true, false, true, false);
    }

    static Connection oidc(String issuer) {
        return connection(Connection.Kind.OIDC, upstream(Optional.of(issuer)));
    }

    static Upstream upstream(Optional<String> issuer) {
        return new Upstream(CLIENT, List.of("openid", "profile", "email"), issuer, Optional.empty(), Map.of());
    }

    static Connection oauth2(Endpoints endpoints, Map<String, String> mapping) {
        var upstream =
                new Upstream(CLIENT, List.of("read"), Optional.empty(), Optional.of(endpoints), Map.copyOf(mapping));
        return connection(Connection.Kind.OAUTH2, upstream);
    }

    static UpstreamException refused(Kind kind, Executable attempt) {
        var refused = assertThrows(UpstreamException.class, attempt);
        if (refused.kind() != kind) {
            throw new AssertionError(refused.kind() + " instead of " + kind + ": " + refused.getMessage(), refused);
        }
        return refused;
    }
}
