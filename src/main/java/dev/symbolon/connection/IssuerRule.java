package dev.symbolon.connection;

import dev.symbolon.connection.Upstreams.Places;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Upstream;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Who has to have said it: the issuer that a connection's metadata, answers and ID tokens name.
sealed interface IssuerRule {
    /// What stands before `/.well-known/openid-configuration`.
    String place();

    /// Whether metadata from that place may name this issuer.
    boolean isOfMetadata(String issuer);

    /// Whether an answer may name this issuer (RFC 9207 §2.4), before anything else is known of it.
    boolean isOfAnswer(String iss, String metadataIssuer);

    /// Whether an ID token names its issuer as it has to, and the one that the answer named.
    boolean isOfToken(Claims token, String metadataIssuer, Optional<String> answerIss);

    /// Whether a key may sign this token.
    ///
    /// @param keysIssuer whose tokens the key signs, where that is said
    boolean isOfKey(Optional<String> keysIssuer, Claims token);

    /// What the person is called for ever.
    String subject(Claims token);

    /// Whether what it says of e-mail addresses counts.
    boolean knowsAddresses();

    /// The rule of a connection.
    ///
    /// @throws UpstreamException when it has no issuer, or an impossible one
    static IssuerRule of(Connection.Kind kind, Upstream upstream, Places places) {
        return switch (kind) {
            // Google's own documentation has both spellings in ID tokens.
            case GOOGLE -> new Exact(places.google(), places.google().replaceFirst("^https?://", ""));
            case MICROSOFT ->
                new Microsoft(places.microsoft(), upstream.issuer().orElse("common"));
            case OIDC -> {
                var issuer = upstream.issuer()
                        .orElseThrow(() -> UpstreamException.misconfigured("The connection has no issuer."));
                yield new Exact(issuer, issuer);
            }
            case DATABASE, PASSWORDLESS_EMAIL, GITHUB, OAUTH2 ->
                throw new IllegalArgumentException("Not a connection of OpenID Connect: " + kind.wire());
        };
    }

    /// One issuer, the same bytes everywhere (OpenID Connect Discovery §4.3).
    ///
    /// @param alias another spelling for answers and tokens
    record Exact(String issuer, String alias) implements IssuerRule {
        @Override
        public String place() {
            return issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        }

        @Override
        public boolean isOfMetadata(String said) {
            return said.equals(issuer);
        }

        @Override
        public boolean isOfAnswer(String iss, String metadataIssuer) {
            return iss.equals(issuer) || iss.equals(alias);
        }

        @Override
        public boolean isOfToken(Claims token, String metadataIssuer, Optional<String> answerIss) {
            return token.string("iss")
                    .filter(iss -> isOfAnswer(iss, metadataIssuer))
                    .isPresent();
        }

        @Override
        public boolean isOfKey(Optional<String> keysIssuer, Claims token) {
            return true;
        }

        @Override
        public String subject(Claims token) {
            return Person.subject(token.text("sub"), "sub");
        }

        @Override
        public boolean knowsAddresses() {
            return true;
        }
    }

    /// Microsoft, where each tenant is an issuer of its own. The metadata of `common` and
    /// `organizations` name a template, which is filled with the tenant that the token names.
    record Microsoft(String site, String tenant) implements IssuerRule {
        private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,99}");
        private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        private static final String TEMPLATE = "{tenantid}";
        /// The tenant of everybody with a personal account.
        private static final String CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad";

        public Microsoft {
            if (!TENANT.matcher(tenant).matches()) {
                throw UpstreamException.misconfigured(
                        "A Microsoft tenant is common, organizations, consumers, an id or a domain; it is "
                                + UpstreamException.shown(tenant, 100));
            }
        }

        @Override
        public String place() {
            return site + "/" + tenant + "/v2.0";
        }

        @Override
        public boolean isOfMetadata(String issuer) {
            var of = tenantOf(issuer);
            var asked = tenant.toLowerCase(Locale.ROOT);
            return switch (asked) {
                case "common", "organizations" -> of.equals(Optional.of(TEMPLATE));
                case "consumers" -> of.equals(Optional.of(CONSUMERS));
                default ->
                    of.filter(id -> ID.matcher(id).matches())
                            .filter(id -> id.equals(asked) || !ID.matcher(asked).matches())
                            .isPresent();
            };
        }

        // `site/<tenant>/v2.0`
        private Optional<String> tenantOf(String issuer) {
            var before = site + "/";
            var behind = "/v2.0";
            var isShaped = issuer.startsWith(before)
                    && issuer.endsWith(behind)
                    && issuer.length() > before.length() + behind.length();
            return isShaped
                    ? Optional.of(issuer.substring(before.length(), issuer.length() - behind.length()))
                    : Optional.empty();
        }

        @Override
        public boolean isOfAnswer(String iss, String metadataIssuer) {
            return metadataIssuer.contains(TEMPLATE)
                    ? tenantOf(iss).filter(id -> ID.matcher(id).matches()).isPresent()
                    : iss.equals(metadataIssuer);
        }

        @Override
        public boolean isOfToken(Claims token, String metadataIssuer, Optional<String> answerIss) {
            var id =
                    token.string("tid").filter(tid -> ID.matcher(tid).matches()).orElse("");
            var isConsumers = id.equals(CONSUMERS);
            var isMember = !tenant.equalsIgnoreCase("organizations") || !isConsumers;
            var expected = metadataIssuer.replace(TEMPLATE, id);
            return isMember
                    && tenantOf(expected).equals(Optional.of(id))
                    && token.string("iss").equals(Optional.of(expected))
                    && answerIss.filter(iss -> !iss.equals(expected)).isEmpty();
        }

        // A key may be for the tokens of one tenant only.
        @Override
        public boolean isOfKey(Optional<String> keysIssuer, Claims token) {
            var id = token.string("tid").orElse("");
            return keysIssuer
                    .map(issuer -> Optional.of(issuer.replace(TEMPLATE, id)))
                    .filter(issuer -> !issuer.equals(token.string("iss")))
                    .isEmpty();
        }

        /// `oid` in its tenant, as Microsoft advises: `sub` is another one for each registration of an
        /// application, and a registration that has to be made again would make everybody a stranger.
        @Override
        public String subject(Claims token) {
            var object = Person.subject(token.string("oid"), "oid (it comes with the scope profile)");
            return token.string("tid").orElse("") + ":" + object;
        }

        /// Whoever runs a tenant there writes what he likes into his people's addresses.
        @Override
        public boolean knowsAddresses() {
            return false;
        }
    }
}
