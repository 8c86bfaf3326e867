package dev.symbolon.connection;

import dev.symbolon.connection.CodeExchange.Method;
import dev.symbolon.connection.CodeExchange.Tokens;
import dev.symbolon.connection.Described.Field;
import dev.symbolon.connection.Described.Source;
import dev.symbolon.connection.Journey.Departure;
import dev.symbolon.connection.Protocol.Returned;
import dev.symbolon.connection.Upstreams.Places;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.outbound.Destination;
import dev.symbolon.outbound.OutboundException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// OpenID Connect at another issuer, by discovery.
final class OpenIdConnect implements Protocol {
    private static final Duration CONFIGURATION_KEPT = Duration.ofHours(1);
    private static final int ISSUERS_MAX = 1_000;

    private final Kind kind;
    private final Places places;
    private final Calls calls;
    private final CodeExchange exchange;
    private final IdTokens idTokens;
    private final Remembered<Discovered> providers;

    /// What the three kinds of it share.
    record Shared(Calls calls, CodeExchange exchange, IdTokens idTokens, Remembered<Discovered> providers) {
        static Shared of(Calls calls, CodeExchange exchange, InstantSource clock) {
            return new Shared(
                    calls,
                    exchange,
                    new IdTokens(new IdTokens.Keys(calls, clock), clock),
                    new Remembered<>(CONFIGURATION_KEPT, ISSUERS_MAX, clock));
        }
    }

    OpenIdConnect(Kind kind, Places places, Shared shared) {
        this.kind = kind;
        this.places = places;
        this.calls = shared.calls();
        this.exchange = shared.exchange();
        this.idTokens = shared.idTokens();
        this.providers = shared.providers();
    }

    private Discovered provider(IssuerRule rule) {
        var url = rule.place() + "/.well-known/openid-configuration";
        // The same document may be asked for by two rules, and be what only one of them expects.
        return providers.get(
                rule.toString(), () -> Discovered.read(rule, calls.get("The configuration", url, Optional.empty())));
    }

    @Override
    public String authorizationUrl(Upstream upstream, Journey journey) {
        var provider = provider(IssuerRule.of(kind, upstream, places));
        var scopes = new ArrayList<>(upstream.scopes());
        if (!scopes.contains("openid")) {
            scopes.addFirst("openid");
        }
        var departure = Departure.of(upstream, journey, scopes)
                .with("nonce", journey.nonce())
                .with("login_hint", journey.loginHint().orElse(""))
                .with("ui_locales", String.join(" ", journey.uiLocales()));
        return switch (journey.signIn()) {
            case AS_EVER -> departure.from(provider.authorize());
            // Google refuses a request with prompt=login; choosing the account is the most that it can ask for.
            case ANEW ->
                departure
                        .with("prompt", kind == Kind.GOOGLE ? "select_account" : "login")
                        .with("max_age", "0")
                        .from(provider.authorize());
        };
    }

    @Override
    public Described describe(Returned returned) {
        var rule = IssuerRule.of(kind, returned.upstream(), places);
        var provider = provider(rule);
        requireIssuer(returned, rule, provider);
        var tokens = exchange.redeem(returned, provider.token(), provider.methodFor(returned.secret()));
        var idToken = idTokens.verified(tokens, provider, rule, returned);
        var userinfo = provider.userinfo().map(url -> userinfo(url, tokens, idToken));
        var sources = new Sources(idToken, userinfo);
        var email = Person.email(
                returned.connection(),
                sources.text("email"),
                name -> rule.knowsAddresses() && sources.of("email").isTrue(name));
        var user = new UpstreamUser(
                returned.connection().id(),
                rule.subject(idToken),
                email,
                Person.profile(sources::text),
                idToken.date("auth_time"));
        return new Described(user, fields(returned, tokens, sources));
    }

    // Before the code is shown to anybody (RFC 9207 §2.4): it may be another server's.
    private static void requireIssuer(Returned returned, IssuerRule rule, Discovered provider) {
        var iss = returned.iss();
        if (iss.isEmpty() && provider.namesItself()) {
            throw UpstreamException.untrustworthy("The answer does not name its issuer, as "
                    + UpstreamException.shown(provider.issuer(), 200) + " says that all of its answers do.");
        }
        if (iss.isPresent() && !rule.isOfAnswer(iss.get(), provider.issuer())) {
            throw UpstreamException.untrustworthy("The answer comes from " + UpstreamException.shown(iss.get(), 200)
                    + "; the person was sent to " + UpstreamException.shown(provider.issuer(), 200) + ".");
        }
    }

    // OpenID Connect Core §5.3.2: of another person, nothing of it is used.
    private Claims userinfo(String url, Tokens tokens, Claims idToken) {
        var userinfo = calls.get("The userinfo endpoint", url, tokens.bearer());
        var subject = idToken.text("sub");
        if (subject.isEmpty() || !userinfo.text("sub").equals(subject)) {
            throw UpstreamException.untrustworthy(
                    Calls.named("The userinfo endpoint", url) + " describes another person than the ID token.");
        }
        return userinfo;
    }

    private static List<Field> fields(Returned returned, Tokens tokens, Sources sources) {
        var secrets = returned.secretsAnd(tokens);
        var fields = new ArrayList<>(sources.idToken().fields(Source.ID_TOKEN, secrets));
        sources.userinfo().ifPresent(userinfo -> fields.addAll(userinfo.fields(Source.USERINFO, secrets)));
        return fields;
    }

    /// Two descriptions of one person. What belongs together, such as an address and whether it is
    /// verified, is taken from one of them.
    private record Sources(Claims idToken, Optional<Claims> userinfo) {
        Claims of(String member) {
            return userinfo.filter(claims -> claims.has(member)).orElse(idToken);
        }

        Optional<String> text(String name) {
            return of(name.split("\\.", 2)[0]).text(name);
        }
    }

    /// What an OpenID provider says of itself (OpenID Connect Discovery §3).
    ///
    /// @param method how it wants a client's secret; empty when it wants none that we have
    /// @param namesItself whether every answer has the parameter `iss` (RFC 9207 §3)
    record Discovered(
            String issuer,
            String authorize,
            String token,
            Optional<String> userinfo,
            String jwks,
            Optional<Method> method,
            boolean namesItself) {

        /// Reads a document.
        ///
        /// @throws UpstreamException `MISCONFIGURED` when it is not the one of the issuer that was asked
        static Discovered read(IssuerRule rule, Claims document) {
            var issuer = document.string("issuer").orElse("");
            if (!rule.isOfMetadata(issuer)) {
                throw UpstreamException.misconfigured(
                        "The configuration at " + UpstreamException.shown(rule.place(), 200)
                                + " is that of another issuer: " + UpstreamException.shown(issuer, 200));
            }
            var methods = document.strings("token_endpoint_auth_methods_supported");
            return new Discovered(
                    issuer,
                    endpoint(issuer, document, "authorization_endpoint"),
                    endpoint(issuer, document, "token_endpoint"),
                    document.has("userinfo_endpoint")
                            ? Optional.of(endpoint(issuer, document, "userinfo_endpoint"))
                            : Optional.empty(),
                    endpoint(issuer, document, "jwks_uri"),
                    methods.isEmpty() ? Optional.of(Method.BASIC) : Method.of(methods),
                    document.isTrue("authorization_response_iss_parameter_supported"));
        }

        private static String endpoint(String issuer, Claims document, String name) {
            var url = document.string(name).orElse("");
            try {
                // Who is asked by https sends nobody on by http.
                if (Destination.parse(url).isHttps() || !issuer.startsWith("https:")) {
                    return url;
                }
            } catch (OutboundException _) {
                // falls through: it is no URL
            }
            throw UpstreamException.misconfigured("The " + name + " of " + UpstreamException.shown(issuer, 200)
                    + " is no https URL: " + UpstreamException.shown(url, 200));
        }

        /// The method for a client with this secret; a client without one only names itself.
        ///
        /// @throws UpstreamException when the provider takes no secret in a way that we know
        Method methodFor(Optional<String> secret) {
            if (secret.isEmpty()) {
                return Method.POST;
            }
            return method.orElseThrow(() -> UpstreamException.misconfigured("The token endpoint of "
                    + UpstreamException.shown(issuer, 200)
                    + " takes neither client_secret_basic nor client_secret_post."));
        }
    }
}
