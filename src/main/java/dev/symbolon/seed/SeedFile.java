package dev.symbolon.seed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.symbolon.Mistake;
import dev.symbolon.account.Enrolment;
import dev.symbolon.account.ProfileClaims;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Client.Lifetimes;
import dev.symbolon.oauth.Client.Lifetimes.Life;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.seed.Seed.SeedClient;
import dev.symbolon.seed.Seed.SeedConnection;
import dev.symbolon.seed.Seed.SeedPerson;
import dev.symbolon.seed.Seed.SeedTenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads a `symbolon.yaml`. Secrets stand beside it, in the environment or in files, and are read
/// only when needed.
public final class SeedFile {
    private static final long FILE_MAX_BYTES = 4_000_000;
    private static final String ADDRESS = "address.";
    private static final Pattern PHC = Pattern.compile("\\$argon2id\\$v=19\\$m=\\d+,t=\\d+,p=\\d+\\$[^$]+\\$[^$]+");
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION.mappedFeature()));

    private final Path file;
    private final Map<String, String> environment;
    private final Function<String, PasswordHash> hashing;

    private SeedFile(Path file, Map<String, String> environment, Function<String, PasswordHash> hashing) {
        this.file = file;
        this.environment = environment;
        this.hashing = hashing;
    }

    /// @param hashing how a password becomes what is stored
    /// @throws Mistake with the place and the reason
    public static Seed read(Path file, Map<String, String> environment, Function<String, PasswordHash> hashing) {
        return new SeedFile(file, environment, hashing).read();
    }

    private Seed read() {
        var root = new Declared(tree(), file.toString(), "");
        var tenants = root.objects("tenants").stream().map(this::tenant).toList();
        root.requireNothingElse();
        return new Seed(tenants);
    }

    private JsonNode tree() {
        try {
            if (Files.size(file) > FILE_MAX_BYTES) {
                throw new Mistake("The file " + file + " is too long: at most " + FILE_MAX_BYTES + " bytes.");
            }
            return YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            var place =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new Mistake(file + place + " is not YAML: "
                    + e.getOriginalMessage().lines().findFirst().orElse("") + ".");
        } catch (IOException _) {
            throw new Mistake("The file " + file + " cannot be read; give its right name and the right to read it.");
        }
    }

    private SeedTenant tenant(Declared given) {
        var name = given.required("id");
        var id = at(given, () -> Tenancy.id(name));
        var issuer = given.required("issuer");
        var called = given.text("name").orElse(name);
        var tenant = at(given, () -> Tenancy.tenant(id, issuer, called));
        var clients = given.objects("clients").stream().map(this::client).toList();
        var connections = given.objects("connections").stream()
                .map(connection -> connection(id, connection))
                .toList();
        requireApart(given, connections);
        var resources = given.objects("apis").stream().map(api -> api(id, api)).toList();
        var people = given.objects("people").stream().map(this::person).toList();
        given.requireNothingElse();
        return new SeedTenant(tenant, clients, connections, resources, people);
    }

    private SeedClient client(Declared given) {
        var name = given.required("id");
        var id = at(given, () -> Mistake.unless(() -> new ClientId(name)));
        var draft = draft(given);
        var secret = secret(given, "secret");
        given.requireNothingElse();
        Registration.breach(Lifetimes.DEFAULT, draft).ifPresent(breach -> {
            throw Mistake.of(given.place("") + ".", breach, SeedFile::key);
        });
        var isPublic = draft.authMethod().orElse(ClientAuthMethod.NONE) == ClientAuthMethod.NONE;
        if (isPublic == secret.isPresent()) {
            throw given.wrong(
                    isPublic
                            ? "is public (no auth_method), so it has no secret"
                            : "needs secret_env or secret_file, since it authenticates with a secret");
        }
        var _ = at(given, () -> Registration.metadata(id, draft));
        return new SeedClient(id, draft, secret);
    }

    private static Draft draft(Declared given) {
        return new Draft(
                given.text("name"),
                given.text("uri"),
                given.text("auth_method").map(text -> authMethod(given, text)),
                given.texts("callbacks"),
                given.texts("logout_urls"),
                given.texts("web_origins"),
                given.text("scope"),
                given.truth("first_party"),
                given.truth("pkce"),
                given.text("alg").map(text -> algorithm(given, text)),
                given.truth("claims_in_id_token"),
                given.duration("access_token_life"),
                given.duration("refresh_idle"),
                given.duration("refresh_absolute"),
                given.duration("reuse_leeway"));
    }

    private static String key(Life life) {
        return switch (life) {
            case ACCESS_TOKEN -> "access_token_life";
            case REFRESH_IDLE -> "refresh_idle";
            case REFRESH_ABSOLUTE -> "refresh_absolute";
            case REUSE_LEEWAY -> "reuse_leeway";
        };
    }

    /// Something that nothing of the file is read in, and whose refusal therefore does not know
    /// where it stands.
    private static <T> T at(Declared given, Supplier<T> work) {
        try {
            return work.get();
        } catch (OAuthException | Mistake e) {
            throw new Mistake(given.place("") + ": " + e.getMessage());
        }
    }

    private static ClientAuthMethod authMethod(Declared given, String text) {
        return ClientAuthMethod.of(text)
                .orElseThrow(
                        () -> given.wrong("auth_method", "has to be none, client_secret_basic or client_secret_post"));
    }

    private static SigningAlgorithm algorithm(Declared given, String text) {
        return SigningAlgorithm.of(text).orElseThrow(() -> given.wrong("alg", "has to be RS256, ES256 or EdDSA"));
    }

    private SeedConnection connection(TenantId tenant, Declared given) {
        var name = given.required("id");
        var id = at(given, () -> Mistake.unless(() -> new ConnectionId(name)));
        var text = given.required("kind");
        var kind = Kind.of(text)
                .orElseThrow(() -> given.wrong("kind", "has to be one of " + String.join(", ", Kind.names())));
        var draft = enlistment(given);
        var secret = secret(given, "client_secret");
        var isDefault = given.truth("default").orElse(false);
        var enabled = given.truth("enabled");
        given.requireNothingElse();
        if (secret.isPresent() && !kind.isUpstream()) {
            throw given.wrong("is of kind " + text + ", which has no client secret");
        }
        if (isDefault && !enabled.orElse(true)) {
            throw given.wrong("cannot be the default one and not enabled");
        }
        return new SeedConnection(
                at(given, () -> Enlistment.connection(tenant, id, kind, draft)), secret, isDefault, enabled);
    }

    private static Enlistment.Draft enlistment(Declared given) {
        return new Enlistment.Draft(
                given.text("name"),
                given.text("label"),
                given.text("icon"),
                given.text("client_id"),
                given.text("scope").map(Enlistment::scopes),
                given.text("issuer"),
                given.text("authorize_url"),
                given.text("token_url"),
                given.text("userinfo_url"),
                given.entries("mapping"),
                given.texts("clients"),
                given.truth("sign_up"),
                given.truth("trust_email"),
                given.truth("sync_profile"),
                given.truth("connect_verified"));
    }

    // What the store would find only when half of the file is applied.
    private static void requireApart(Declared given, List<SeedConnection> connections) {
        var names = connections.stream()
                .flatMap(one -> Stream.of(one.id().value(), one.wanted().name()).distinct())
                .toList();
        names.stream()
                .filter(name -> Collections.frequency(names, name) > 1)
                .findFirst()
                .ifPresent(name -> {
                    throw given.wrong("connections", "has two that are called " + name);
                });
        if (connections.stream().filter(SeedConnection::isDefault).count() > 1) {
            throw given.wrong("connections", "has two that are the default one; say so of one");
        }
    }

    private ProtectedResource api(TenantId tenant, Declared given) {
        var identifier = given.required("identifier");
        var name = given.text("name").orElse(identifier);
        var life = Apis.life(given.duration("access_token_life"), given.place("access_token_life"));
        var algorithm = given.text("alg").map(text -> algorithm(given, text)).orElse(SigningAlgorithm.RS256);
        var permissions = given.entries("permissions").orElse(Map.of());
        given.requireNothingElse();
        return at(given, () -> Apis.resource(tenant, identifier, name, life, algorithm, permissions));
    }

    private SeedPerson person(Declared given) {
        var address = given.required("email");
        var email = at(given, () -> Enrolment.address(address));
        var verified = given.truth("email_verified");
        var claims = new LinkedHashMap<String, String>();
        given.text("name").ifPresent(name -> claims.put("name", name));
        given.object("claims").ifPresent(declared -> claims.putAll(claims(declared)));
        var plain = secret(given, "password");
        var hash = given.text("password_hash").map(text -> hash(given, text));
        given.requireNothingElse();
        var _ = at(given, () -> Enrolment.profile(claims));
        if (plain.isPresent() && hash.isPresent()) {
            throw given.wrong("has a password twice; give it in one way");
        }
        Optional<Supplier<PasswordHash>> password = hash.isPresent()
                ? hash.map(known -> () -> known)
                : plain.map(read -> () -> hashing.apply(Enrolment.acceptable(read.get())));
        return new SeedPerson(email, verified, claims, password);
    }

    // As in OpenID Connect Core §5.1: the parts of the address stand in an object of their own.
    private static Map<String, String> claims(Declared given) {
        var claims = new LinkedHashMap<String, String>();
        var address = given.object("address");
        for (var name : ProfileClaims.NAMES) {
            if (name.startsWith(ADDRESS)) {
                address.flatMap(parts -> parts.literal(name.substring(ADDRESS.length())))
                        .ifPresent(text -> claims.put(name, text));
            } else if (name.endsWith("_verified")) {
                given.truth(name).ifPresent(truth -> claims.put(name, truth.toString()));
            } else if (name.equals("name") && given.literal(name).isPresent()) {
                throw given.wrong(name, "stands one level up, beside the e-mail address");
            } else {
                given.literal(name).ifPresent(text -> claims.put(name, text));
            }
        }
        address.ifPresent(Declared::requireNothingElse);
        given.requireNothingElse();
        return claims;
    }

    private static PasswordHash hash(Declared given, String text) {
        if (!PHC.matcher(text).matches()) {
            throw given.wrong("password_hash", "has to be an Argon2id hash: $argon2id$v=19$m=…,t=…,p=…$salt$hash");
        }
        return new PasswordHash(text);
    }

    /// A secret that stands in the environment (`…_env`) or in a file (`…_file`).
    private Optional<Supplier<String>> secret(Declared given, String name) {
        var variable = given.text(name + "_env");
        var path = given.text(name + "_file");
        if (variable.isPresent() && path.isPresent()) {
            throw given.wrong("has a " + name + " twice; give it in one way");
        }
        if (variable.isPresent()) {
            return Optional.of(() -> Optional.ofNullable(environment.get(variable.get()))
                    .filter(value -> !value.isEmpty())
                    .orElseThrow(() -> given.wrong(name + "_env", "names " + variable.get() + ", which is not set")));
        }
        return path.map(text -> () -> content(given, name + "_file", text));
    }

    private String content(Declared given, String name, String path) {
        try {
            return Files.readString(file.toAbsolutePath().resolveSibling(path)).strip();
        } catch (IOException _) {
            throw given.wrong(name, "names " + path + ", which cannot be read");
        }
    }
}
