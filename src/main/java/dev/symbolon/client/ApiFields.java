package dev.symbolon.client;

import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Fields;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An API as fields, as the dashboard and the management API know it, and what one can be.
public final class ApiFields {
    /// What can be said of an API.
    public static final List<String> NAMES = List.of("name", "access_token_seconds", "signing_alg");

    private static final int IDENTIFIER_MAX_CHARACTERS = 500;
    private static final int NAME_MAX_CHARACTERS = 100;

    private ApiFields() {}

    /// An API in fields.
    public static Map<String, Object> of(ProtectedResource resource) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("identifier", resource.identifier());
        fields.put("name", resource.name());
        fields.put("access_token_seconds", resource.accessToken().toSeconds());
        fields.put("signing_alg", resource.algorithm().wire());
        return fields;
    }

    /// An API that fields make, or what they make of one that there is; what they do not speak of stays, or gets its
    /// default: the identifier as name, an hour, RS256.
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
                        .orElse(SigningAlgorithm.RS256));
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
