package dev.symbolon.client;

import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Metadata;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.GrantType;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.RedirectUri;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Host;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What registering a client means, whoever asks for it: what is checked, and what holds when nobody said.
public final class Registration {
    /// What a client may be granted when nobody said less: every scope that this server knows by itself.
    public static final Scope SCOPE = Scope.parse("openid profile email address phone offline_access");

    /// No application has more callbacks; each request is compared with all of them.
    public static final int URLS_MAX = 100;

    /// A secret that somebody else made has at least so many characters.
    public static final int SECRET_MIN_CHARACTERS = 32;

    private static final int NAME_MAX_CHARACTERS = 100;
    private static final Pattern ORIGIN = Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:]+])(:[0-9]{1,5})?");

    /// What an operator says about a client. What is absent stays as it is at a change, and gets its default at
    /// a registration: the id as name, public, first-party, PKCE required, RS256, claims in the ID token, all
    /// scopes.
    ///
    /// @param callbacks the Allowed Callback URLs; none yet when the list is empty, and until then nobody signs in
    /// @param accessToken this and the next three: {@link Lifetimes}
    public record Draft(
            Optional<String> clientName,
            Optional<String> clientUri,
            Optional<ClientAuthMethod> authMethod,
            Optional<List<String>> callbacks,
            Optional<List<String>> logoutUrls,
            Optional<List<String>> webOrigins,
            Optional<String> scope,
            Optional<Boolean> firstParty,
            Optional<Boolean> pkceRequired,
            Optional<SigningAlgorithm> algorithm,
            Optional<Boolean> claimsInIdToken,
            Optional<Duration> accessToken,
            Optional<Duration> refreshIdle,
            Optional<Duration> refreshAbsolute,
            Optional<Duration> reuseLeeway) {}

    /// A client as it now is, and the secret that was made for it. Nobody can ask for that a second time.
    public record Registered(Client client, Optional<OpaqueToken> secret) {}

    private final Clients clients;

    /// Registers in this store.
    public Registration(Clients clients) {
        this.clients = clients;
    }

    /// Registers a client; one that can keep a secret gets one.
    ///
    /// @param wanted its id, or one is made
    /// @throws OAuthException `invalid_redirect_uri` or `invalid_client_metadata` with the reason
    public Registered register(Host host, Optional<ClientId> wanted, Draft draft, Instant now) {
        var id = wanted.orElseGet(() -> newId(host));
        var client = new Client(host.id(), id, metadata(id, draft), Optional.empty());
        if (!clients.add(client, now)) {
            throw refused("There is a client " + id + " already in tenant " + host.id() + ".");
        }
        return new Registered(client, client.isPublic() ? Optional.empty() : Optional.of(addSecret(host, id, now)));
    }

    /// Changes what the draft speaks of. A public client that becomes a confidential one gets a secret.
    ///
    /// @throws OAuthException when there is no such client, or as {@link #register}
    public Registered change(Host host, ClientId id, Draft draft, Instant now) {
        var before = known(host, id);
        var after = new Client(host.id(), id, metadata(before.metadata(), draft), before.disabledAt());
        clients.update(after, now);
        var lacksSecret =
                !after.isPublic() && clients.secrets(host.id(), id, now).isEmpty();
        return new Registered(after, lacksSecret ? Optional.of(addSecret(host, id, now)) : Optional.empty());
    }

    /// Makes one more secret; those that exist stay good, so that an application can move without a gap.
    ///
    /// @throws OAuthException when there is no such client, or it is public
    public OpaqueToken addSecret(Host host, ClientId id, Instant now) {
        var secret = newSecret(host, id);
        var hash = host.sealer().hash(Purpose.CLIENT_SECRET, secret.value());
        clients.addSecret(host.id(), id, hash, now, Optional.empty());
        return secret;
    }

    /// Makes one more secret, and lets those that exist end soon.
    ///
    /// @throws OAuthException when there is no such client, it is public, or it has [Clients#SECRETS_MAX] already
    public OpaqueToken rotateSecret(Host host, ClientId id, Instant now, Instant othersUntil) {
        if (clients.secrets(host.id(), id, now).size() >= Clients.SECRETS_MAX) {
            throw refused("Client " + id + " has " + Clients.SECRETS_MAX + " secrets already: remove one first.");
        }
        var secret = newSecret(host, id);
        var hash = host.sealer().hash(Purpose.CLIENT_SECRET, secret.value());
        clients.rotateSecret(host.id(), id, hash, now, othersUntil);
        return secret;
    }

    /// Makes a secret that is the only one from now on.
    ///
    /// @throws OAuthException when there is no such client, or it is public
    public OpaqueToken replaceSecrets(Host host, ClientId id, Instant now) {
        var secret = newSecret(host, id);
        var hash = host.sealer().hash(Purpose.CLIENT_SECRET, secret.value());
        clients.replaceSecrets(host.id(), id, hash, now, Optional.empty());
        return secret;
    }

    /// Makes a secret that somebody else chose the only one.
    ///
    /// @return false when it is the only one already
    /// @throws OAuthException when it is too short, there is no such client, or it is public
    public boolean useSecret(Host host, ClientId id, String secret, Instant now) {
        requireConfidential(host, id);
        requireLong(id, secret);
        var hash = host.sealer().hash(Purpose.CLIENT_SECRET, secret);
        if (clients.secrets(host.id(), id, now).equals(List.of(hash))) {
            return false;
        }
        clients.replaceSecrets(host.id(), id, hash, now, Optional.empty());
        return true;
    }

    /// @throws OAuthException when a secret that somebody else chose is too short
    public static void requireLong(ClientId id, String secret) {
        if (secret.length() < SECRET_MIN_CHARACTERS) {
            throw refused("The secret of client " + id + " has to have at least " + SECRET_MIN_CHARACTERS
                    + " characters; make one with: openssl rand -base64 32");
        }
    }

    private OpaqueToken newSecret(Host host, ClientId id) {
        requireConfidential(host, id);
        return host.sealer().newToken();
    }

    private void requireConfidential(Host host, ClientId id) {
        if (known(host, id).isPublic()) {
            throw refused("Client " + id + " is public: it cannot keep a secret, so it has none.");
        }
    }

    /// The client of that id.
    ///
    /// @throws OAuthException when there is none
    public Client known(Host host, ClientId id) {
        return clients.find(host.id(), id)
                .orElseThrow(() -> refused("There is no client " + id + " in tenant " + host.id() + "."));
    }

    /// Whether a client is one of the server's own, which nobody registers and nobody changes.
    public static boolean isReserved(ClientId id) {
        return id.value().startsWith("symbolon-dashboard");
    }

    // A leading hyphen would look like an option on every command line.
    private static ClientId newId(Host host) {
        var id = host.sealer().newId();
        return new ClientId(id.startsWith("-") ? "A" + id.substring(1) : id);
    }

    /// What a draft means for a client that does not exist yet.
    ///
    /// @throws OAuthException as {@link #register}
    public static Metadata metadata(ClientId id, Draft draft) {
        var defaults = new Metadata(
                id.value(),
                Optional.empty(),
                ClientAuthMethod.NONE,
                Set.of(GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN),
                List.of(),
                List.of(),
                List.of(),
                SCOPE,
                true,
                true,
                SigningAlgorithm.RS256,
                true,
                Lifetimes.DEFAULT);
        // Whoever says that there are none yet adds them next; whoever says nothing has forgotten them.
        if (draft.callbacks().isEmpty()) {
            throw new OAuthException(
                    OAuthError.INVALID_REDIRECT_URI,
                    "A client needs at least one callback URL: it is where people are sent back to.");
        }
        return metadata(defaults, draft);
    }

    /// What a draft means for a client that is like this now.
    ///
    /// @throws OAuthException as {@link #register}
    public static Metadata metadata(Metadata now, Draft draft) {
        var after = new Metadata(
                draft.clientName().map(Registration::name).orElse(now.clientName()),
                draft.clientUri().isPresent() ? uri(draft.clientUri().get()) : now.clientUri(),
                draft.authMethod().orElse(now.tokenEndpointAuthMethod()),
                now.grantTypes(),
                draft.callbacks().map(Registration::urls).orElse(now.redirectUris()),
                draft.logoutUrls().map(Registration::urls).orElse(now.postLogoutRedirectUris()),
                draft.webOrigins().map(Registration::origins).orElse(now.webOrigins()),
                draft.scope().map(Scope::parse).orElse(now.scope()),
                draft.firstParty().orElse(now.firstParty()),
                draft.pkceRequired().orElse(now.pkceRequired()),
                draft.algorithm().orElse(now.idTokenSignedResponseAlg()),
                draft.claimsInIdToken().orElse(now.claimsInIdToken()),
                lifetimes(now.lifetimes(), draft));
        if (after.tokenEndpointAuthMethod() == ClientAuthMethod.NONE && !after.pkceRequired()) {
            throw refused("A public client cannot do without PKCE: nothing else shows that the code came back to it.");
        }
        return after;
    }

    /// What is wrong with the lifetimes that a draft leads to, for whoever tells it in other names.
    public static Optional<Lifetimes.Breach> breach(Lifetimes now, Draft draft) {
        return Lifetimes.breach(
                draft.accessToken().orElse(now.accessToken()),
                draft.refreshIdle().orElse(now.refreshIdle()),
                draft.refreshAbsolute().orElse(now.refreshAbsolute()),
                draft.reuseLeeway().orElse(now.reuseLeeway()));
    }

    private static Lifetimes lifetimes(Lifetimes now, Draft draft) {
        return new Lifetimes(
                draft.accessToken().orElse(now.accessToken()),
                draft.refreshIdle().orElse(now.refreshIdle()),
                draft.refreshAbsolute().orElse(now.refreshAbsolute()),
                draft.reuseLeeway().orElse(now.reuseLeeway()));
    }

    private static String name(String value) {
        var name = value.strip();
        if (name.isEmpty() || name.length() > NAME_MAX_CHARACTERS || OneLine.isBrokenBy(name)) {
            throw refused("A client's name has 1 to " + NAME_MAX_CHARACTERS + " characters on one line.");
        }
        return name;
    }

    // Pages link to it, so nothing but a web address can stand here.
    private static Optional<URI> uri(String value) {
        if (value.isEmpty()) {
            return Optional.empty();
        }
        try {
            var uri = new URI(value);
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException _) {
            // falls through: it is no address
        }
        throw refused("The address of an application is an http or https URL; this one is not: " + value);
    }

    private static List<RedirectUri> urls(List<String> values) {
        requireFew(values);
        return values.stream().distinct().map(RedirectUri::register).toList();
    }

    private static List<String> origins(List<String> values) {
        requireFew(values);
        for (var value : values) {
            if (!ORIGIN.matcher(value).matches()) {
                throw refused("A web origin is https://host or https://host:port in lower case, without a path;"
                        + " this one is not: " + value);
            }
        }
        return values.stream().distinct().toList();
    }

    private static void requireFew(List<String> values) {
        if (values.size() > URLS_MAX) {
            throw refused("A client has at most " + URLS_MAX + " addresses of a kind.");
        }
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_CLIENT_METADATA, sentence);
    }
}
