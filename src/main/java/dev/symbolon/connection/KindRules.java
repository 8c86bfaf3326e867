package dev.symbolon.connection;

import static dev.symbolon.connection.Enlistment.refused;

import dev.symbolon.connection.Enlistment.Draft;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Endpoints;
import dev.symbolon.oauth.Connection.Icon;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Connection.Rules;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.TenantId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What can be said of a connection of each kind, and what holds when nobody said.
final class KindRules {
    static final int NAME_MAX_CHARACTERS = 64;
    static final int LABEL_MAX_CHARACTERS = 64;
    static final int CLIENT_ID_MAX_CHARACTERS = 500;
    static final int SECRET_MAX_CHARACTERS = 2_000;
    static final int SCOPES_MAX = 50;
    static final int SCOPE_MAX_CHARACTERS = 200;
    static final int PATH_MAX_CHARACTERS = 200;
    static final int CLIENTS_MAX = 1_000;

    /// The claims that a mapping may speak of (OpenID Connect Core §5.1).
    static final List<String> CLAIMS = List.of(
            "sub",
            "email",
            "email_verified",
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "phone_number",
            "address.formatted",
            "address.street_address",
            "address.locality",
            "address.region",
            "address.postal_code",
            "address.country");

    private static final String SUB = "sub";
    private static final String OPENID = "openid";
    // RFC 6749 appendix A.1, without the space: nobody gives one, and it is how a copy goes wrong.
    private static final Pattern VISIBLE = Pattern.compile("[\\x21-\\x7E]+");
    // RFC 6749 §3.3
    private static final Pattern SCOPE = Pattern.compile("[\\x21\\x23-\\x5B\\x5D-\\x7E]+");
    private static final Pattern SECRET = Pattern.compile("[\\x20-\\x7E]+");
    private static final Pattern PATH = Pattern.compile("[^.\\s\\p{Cntrl}]+(\\.[^.\\s\\p{Cntrl}]+)*");
    private static final Pattern DIRECTORY = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,98}[a-z0-9])?");

    private KindRules() {}

    /// A connection that does not exist yet.
    static Connection first(TenantId tenant, ConnectionId id, Kind kind, Draft draft) {
        if ((kind == Kind.DATABASE) != id.equals(Connection.DATABASE)) {
            throw refused("Every tenant has one connection of kind database from the beginning, and its id is "
                    + Connection.DATABASE + "; there is no other one, and no other kind has that id.");
        }
        var name = kind == Kind.DATABASE ? "email-password" : draft.name().orElse(id.value());
        var label = switch (kind) {
            case DATABASE -> "E-mail";
            case PASSWORDLESS_EMAIL -> "E-mail code";
            case GOOGLE -> "Google";
            case GITHUB -> "GitHub";
            case MICROSOFT -> "Microsoft";
            case OIDC, OAUTH2 -> name;
        };
        List<String> scopes = switch (kind) {
            case GOOGLE -> List.of(OPENID, "email", "profile");
            case MICROSOFT, OIDC -> List.of(OPENID, "profile", "email");
            case GITHUB -> List.of("read:user", "user:email");
            case DATABASE, PASSWORDLESS_EMAIL, OAUTH2 -> List.of();
        };
        Optional<Upstream> upstream = kind.isUpstream()
                ? Optional.of(new Upstream("", scopes, Optional.empty(), Optional.empty(), Map.of()))
                : Optional.empty();
        var rules = kind == Kind.MICROSOFT ? new Rules(List.of(), true, false, true, false) : Rules.DEFAULT;
        return with(new Connection(tenant, id, kind, name, label, Icon.of(kind), upstream, rules, false, true), draft);
    }

    /// The same connection after a draft.
    static Connection with(Connection before, Draft draft) {
        var kind = before.kind();
        requireOfKind(kind, draft);
        return new Connection(
                before.tenant(),
                before.id(),
                kind,
                line("name", draft.name().orElse(before.name()), NAME_MAX_CHARACTERS),
                line("label", draft.label().orElse(before.label()), LABEL_MAX_CHARACTERS),
                draft.icon().map(KindRules::icon).orElse(before.icon()),
                before.upstream().map(upstream -> upstream(kind, upstream, draft)),
                rules(kind, before.rules(), draft),
                before.isDefault(),
                before.isEnabled());
    }

    /// The client secret as it is kept: providers show it on one line, and a copy often brings a space along.
    static String secret(Kind kind, String secret) {
        if (!kind.isUpstream()) {
            throw refused("A connection of kind " + kind.wire() + " has no client secret, since people are sent to no"
                    + " other server.");
        }
        var stripped = secret.strip();
        if (stripped.length() > SECRET_MAX_CHARACTERS
                || !SECRET.matcher(stripped).matches()) {
            throw refused("A client secret has 1 to " + SECRET_MAX_CHARACTERS
                    + " printable ASCII characters on one line; copy it from the provider again.");
        }
        return stripped;
    }

    // What another kind has, but not this one.
    private static void requireOfKind(Kind kind, Draft draft) {
        var isHere = !kind.isUpstream();
        require(kind, kind == Kind.DATABASE, "name of its own", draft.name());
        require(kind, isHere, "client_id", draft.clientId());
        require(kind, isHere, "scope", draft.scopes());
        require(kind, isHere, "e-mail of another server to trust", draft.trustsEmail());
        require(kind, isHere, "profile of another server to follow", draft.syncsProfile());
        require(kind, isHere || kind == Kind.GOOGLE, "issuer to set", draft.issuer());
        require(kind, kind != Kind.OAUTH2, "authorize_url to set", draft.authorizeUrl());
        require(kind, kind != Kind.OAUTH2, "token_url to set", draft.tokenUrl());
        require(kind, kind != Kind.OAUTH2, "userinfo_url to set", draft.userinfoUrl());
        require(kind, kind != Kind.OAUTH2, "mapping", draft.mapping());
    }

    private static void require(Kind kind, boolean isForeign, String what, Optional<?> given) {
        if (isForeign && given.isPresent()) {
            throw refused("A connection of kind " + kind.wire() + " has no " + what + "; leave it out.");
        }
    }

    private static Upstream upstream(Kind kind, Upstream before, Draft draft) {
        var clientId = draft.clientId().map(String::strip).orElse(before.clientId());
        if (clientId.isEmpty()) {
            throw refused("A connection of kind " + kind.wire() + " needs a client_id; the provider shows one after"
                    + " this server has been registered there.");
        }
        if (clientId.length() > CLIENT_ID_MAX_CHARACTERS
                || !VISIBLE.matcher(clientId).matches()) {
            throw refused("A client_id has 1 to " + CLIENT_ID_MAX_CHARACTERS
                    + " visible ASCII characters without spaces; copy it from the provider again.");
        }
        var isOauth2 = kind == Kind.OAUTH2;
        return new Upstream(
                clientId,
                draft.scopes().map(scopes -> scopes(kind, scopes)).orElse(before.scopes()),
                issuer(
                        kind,
                        draft.issuer().or(before::issuer).map(String::strip).filter(text -> !text.isEmpty())),
                isOauth2 ? Optional.of(endpoints(before.endpoints(), draft)) : Optional.empty(),
                isOauth2 ? mapping(draft.mapping().orElse(before.mapping())) : Map.of());
    }

    private static List<String> scopes(Kind kind, List<String> given) {
        var scopes = given.stream().distinct().toList();
        for (var scope : scopes) {
            if (scope.length() > SCOPE_MAX_CHARACTERS || !SCOPE.matcher(scope).matches()) {
                throw refused("A scope has 1 to " + SCOPE_MAX_CHARACTERS
                        + " visible ASCII characters without quotes; this one has not: " + scope);
            }
        }
        if (scopes.size() > SCOPES_MAX) {
            throw refused("A connection asks for at most " + SCOPES_MAX + " scopes.");
        }
        for (var needed : needed(kind)) {
            if (!scopes.contains(needed)) {
                throw refused("A connection of kind " + kind.wire() + " needs " + needed + " among its scopes; without"
                        + " it the provider does not say who signed in.");
            }
        }
        return scopes;
    }

    // OpenID Connect Core §3.1.2.1: without openid there is no ID token. Microsoft's has oid only with profile.
    private static List<String> needed(Kind kind) {
        return switch (kind) {
            case GOOGLE, OIDC -> List.of(OPENID);
            case MICROSOFT -> List.of(OPENID, "profile");
            case GITHUB, OAUTH2, DATABASE, PASSWORDLESS_EMAIL -> List.of();
        };
    }

    private static Optional<String> issuer(Kind kind, Optional<String> given) {
        return switch (kind) {
            case OIDC ->
                Optional.of(given.map(UpstreamAddress::issuer)
                        .orElseThrow(() -> refused("A connection of kind oidc needs an issuer, such as"
                                + " https://id.example.com; the provider's documentation names it.")));
            case MICROSOFT -> given.map(KindRules::directory).or(() -> Optional.of("common"));
            case GITHUB -> given.map(UpstreamAddress::server).filter(server -> !server.equals("https://github.com"));
            // RFC 9207: some name themselves in their answers.
            case OAUTH2 -> given.map(UpstreamAddress::issuer);
            case GOOGLE, DATABASE, PASSWORDLESS_EMAIL -> Optional.empty();
        };
    }

    private static String directory(String text) {
        var directory = text.toLowerCase(Locale.ROOT);
        if (!DIRECTORY.matcher(directory).matches()) {
            throw refused("The issuer of a connection of kind microsoft is only the tenant in its address: common,"
                    + " organizations, consumers or the directory (tenant) id; this one is not: " + text);
        }
        return directory;
    }

    private static Endpoints endpoints(Optional<Endpoints> before, Draft draft) {
        return new Endpoints(
                endpoint("authorize_url", draft.authorizeUrl(), before.map(Endpoints::authorize)),
                endpoint("token_url", draft.tokenUrl(), before.map(Endpoints::token)),
                endpoint("userinfo_url", draft.userinfoUrl(), before.map(Endpoints::userinfo)));
    }

    private static String endpoint(String what, Optional<String> given, Optional<String> before) {
        return given.or(() -> before)
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .map(text -> UpstreamAddress.endpoint(what, text))
                .orElseThrow(() -> refused("A connection of kind oauth2 needs authorize_url, token_url and"
                        + " userinfo_url; " + what + " is missing."));
    }

    private static Map<String, String> mapping(Map<String, String> mapping) {
        for (var claim : new TreeSet<>(mapping.keySet())) {
            if (!CLAIMS.contains(claim)) {
                throw refused("A mapping cannot speak of " + claim + "; it can of " + String.join(", ", CLAIMS) + ".");
            }
            var path = mapping.getOrDefault(claim, "");
            if (path.length() > PATH_MAX_CHARACTERS || !PATH.matcher(path).matches()) {
                throw refused("A mapping names a member of the answer at userinfo, with dots between levels, such as"
                        + " user.id; for " + claim + " it does not: " + path);
            }
        }
        if (!mapping.containsKey(SUB)) {
            throw refused("A connection of kind oauth2 needs a mapping with sub: the member of the answer at userinfo"
                    + " that names a person for ever, such as id.");
        }
        return mapping;
    }

    private static Rules rules(Kind kind, Rules before, Draft draft) {
        if (kind == Kind.MICROSOFT && draft.trustsEmail().orElse(false)) {
            throw refused("Microsoft lets whoever runs a directory write any e-mail address into it, so what it says of"
                    + " one is never taken as verified; leave that trust out.");
        }
        return new Rules(
                draft.clients().map(KindRules::clients).orElse(before.clients()),
                draft.signUp().orElse(before.signUp()),
                draft.trustsEmail().orElse(before.trustsEmail()),
                draft.syncsProfile().orElse(before.syncsProfile()),
                draft.connectsVerified().orElse(before.connectsVerified()));
    }

    private static Icon icon(String name) {
        return Icon.of(name)
                .orElseThrow(() -> refused(
                        "There is no icon " + name + "; an icon is one of " + String.join(", ", Icon.names()) + "."));
    }

    private static List<ClientId> clients(List<String> ids) {
        if (ids.size() > CLIENTS_MAX) {
            throw refused("A connection names at most " + CLIENTS_MAX + " clients; without any it is for every one.");
        }
        return ids.stream().distinct().map(KindRules::client).toList();
    }

    private static ClientId client(String id) {
        if (!ClientId.hasShape(id)) {
            throw refused("This is not a client_id: " + id);
        }
        return new ClientId(id);
    }

    private static String line(String what, String given, int most) {
        var text = given.strip();
        if (text.isEmpty() || text.codePointCount(0, text.length()) > most || OneLine.isBrokenBy(text)) {
            throw refused("The " + what + " of a connection has 1 to " + most + " characters on one line.");
        }
        return text;
    }
}
