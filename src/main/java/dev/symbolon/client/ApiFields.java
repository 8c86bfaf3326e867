package dev.symbolon.client;

import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Fields;
import dev.symbolon.web.Host;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An API as fields, as the dashboard and the management API know it, and what one can be.
public final class ApiFields {
    /// What can be said of an API.
    public static final List<String> NAMES = List.of("name", "access_token_seconds", "signing_alg", "permissions");

    private static final int IDENTIFIER_MAX_CHARACTERS = 500;
    private static final int NAME_MAX_CHARACTERS = 100;
    private static final int PERMISSIONS_MAX = 100;
    private static final int PERMISSION_MAX_CHARACTERS = 100;
    private static final int DESCRIPTION_MAX_CHARACTERS = 200;

    private ApiFields() {}

    /// An API in fields.
    public static Map<String, Object> of(ProtectedResource resource) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("identifier", resource.identifier());
        fields.put("name", resource.name());
        fields.put("access_token_seconds", resource.accessToken().toSeconds());
        fields.put("signing_alg", resource.algorithm().wire());
        fields.put("permissions", resource.permissions());
        return fields;
    }

    /// An API that fields make, or what they make of one that there is; what they do not speak of stays, or gets
    /// its default: the identifier as name, an hour, RS256.
    ///
    /// @throws OAuthException `invalid_request` when it cannot be
    public static ProtectedResource resource(
            TenantId tenant, String identifier, Optional<ProtectedResource> before, Map<String, ?> values) {
        var fields = new Fields("an API", values).only(NAMES);
        if (identifier.length() > IDENTIFIER_MAX_CHARACTERS || !isAbsolute(identifier)) {
            // RFC 8707 §2: an absolute URI without a fragment.
            throw refused("An API is named by an absolute URI without a fragment, such as https://api.example.com;"
                    + " this one is not: " + identifier);
        }
        var name = fields.text("name")
                .map(String::strip)
                .orElseGet(() -> before.map(ProtectedResource::name).orElse(identifier));
        if (name.isEmpty()
                || OneLine.isBrokenBy(name)
                || (name.length() > NAME_MAX_CHARACTERS && !name.equals(identifier))) {
            throw refused("An API's name has 1 to " + NAME_MAX_CHARACTERS + " characters on one line.");
        }
        return new ProtectedResource(
                tenant,
                identifier,
                name,
                life(fields.seconds("access_token_seconds"), before),
                fields.word("signing_alg", SigningAlgorithm::of)
                        .or(() -> before.map(ProtectedResource::algorithm))
                        .orElse(SigningAlgorithm.RS256),
                fields.map("permissions")
                        .map(ApiFields::permissions)
                        .or(() -> before.map(ProtectedResource::permissions))
                        .orElse(Map.of()));
    }

    /// The same, for whoever comes over the wire: nobody makes an API of what is this server's own.
    ///
    /// @throws OAuthException `invalid_request` when it cannot be
    public static ProtectedResource resource(
            Host host, String identifier, Optional<ProtectedResource> before, Map<String, ?> values) {
        if (identifier.equals(host.issuer().managementApi())
                || identifier.equals(host.issuer().value())) {
            throw refused(identifier + " is this server's own; an API of yours needs another identifier.");
        }
        return resource(host.id(), identifier, before, values);
    }

    private static Map<String, String> permissions(Map<String, String> said) {
        if (said.size() > PERMISSIONS_MAX) {
            throw refused("An API declares up to " + PERMISSIONS_MAX + " permissions.");
        }
        var permissions = new LinkedHashMap<String, String>();
        said.forEach((value, text) -> {
            if (!Scope.isWord(value) || value.length() > PERMISSION_MAX_CHARACTERS) {
                throw refused("A permission is a word of scope (RFC 6749 section 3.3), of up to "
                        + PERMISSION_MAX_CHARACTERS + " characters, such as read:orders; this one is not: "
                        + OneLine.of(value));
            }
            if (Scope.ABOUT_PEOPLE.contains(value)) {
                throw refused("OpenID Connect says what " + value + " means; an API cannot declare it.");
            }
            var description = text.strip();
            if (OneLine.isBrokenBy(description) || description.length() > DESCRIPTION_MAX_CHARACTERS) {
                throw refused("What people read of " + value + " has up to " + DESCRIPTION_MAX_CHARACTERS
                        + " characters on one line.");
            }
            permissions.put(value, description);
        });
        return permissions;
    }

    /// Checks what a client is given of an API.
    ///
    /// @throws OAuthException `invalid_scope` when the API declares its permissions, and this is more
    public static void requireDeclared(ProtectedResource api, Scope scope) {
        var more = new LinkedHashSet<>(scope.values());
        more.removeAll(api.within(scope).values());
        if (!more.isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_SCOPE,
                    api.identifier() + " declares no " + more.getFirst() + "; it declares: "
                            + String.join(" ", api.permissions().keySet()));
        }
    }

    private static Duration life(Optional<Duration> said, Optional<ProtectedResource> before) {
        var life = said.or(() -> before.map(ProtectedResource::accessToken)).orElse(Lifetimes.DEFAULT.accessToken());
        if (Life.ACCESS_TOKEN.breach(life).isPresent()) {
            throw refused("Access tokens for an API are good for 5 minutes to 30 days.");
        }
        return life;
    }

    private static boolean isAbsolute(String identifier) {
        try {
            var uri = URI.create(identifier);
            return uri.isAbsolute() && uri.getRawFragment() == null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
