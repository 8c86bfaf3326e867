package dev.symbolon.management;

import static dev.symbolon.oauth.Permission.READ_CLIENTS;
import static dev.symbolon.oauth.Permission.WRITE_CLIENTS;

import dev.symbolon.client.ApiFields;
import dev.symbolon.client.ClientFields;
import dev.symbolon.client.Registration;
import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Scope;
import dev.symbolon.store.Clients.SecretLine;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Fields;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The applications of a tenant, their secrets, and what they may ask of APIs.
final class ClientOperations {
    private static final String ONE = "/clients/{client_id}";
    private static final Duration OVERLAP = Duration.ofDays(1);

    private static final Shape CLIENT = new Shape(
            "Client",
            List.of(),
            List.of(
                    Member.of("client_name", "string"),
                    Member.of("client_uri", "string"),
                    Member.of("token_endpoint_auth_method", "string"),
                    Member.of("redirect_uris", "string[]"),
                    Member.of("post_logout_redirect_uris", "string[]"),
                    Member.of("web_origins", "string[]"),
                    Member.of("scope", "string"),
                    Member.of("first_party", "boolean"),
                    Member.of("pkce_required", "boolean"),
                    Member.of("id_token_signed_response_alg", "string"),
                    Member.of("claims_in_id_token", "boolean"),
                    Member.of("access_token_seconds", "integer"),
                    Member.of("refresh_idle_seconds", "integer"),
                    Member.of("refresh_absolute_seconds", "integer"),
                    Member.of("reuse_leeway_seconds", "integer")));

    private static final Shape SECRET =
            new Shape("NewSecret", List.of(), List.of(Member.of("others_end_in_seconds", "integer")));
    private static final Shape ACCESS = new Shape("Access", List.of("scope"), List.of(Member.of("scope", "string")));

    private final ManagementApi.Stores stores;
    private final Registration registration;

    ClientOperations(ManagementApi.Stores stores) {
        this.stores = stores;
        this.registration = new Registration(stores.clients());
    }

    List<Operation> all() {
        var access = ONE + "/access/{api}";
        return List.of(
                Operation.get("/clients", READ_CLIENTS, "List and search clients.", this::list),
                Operation.act("/clients", WRITE_CLIENTS, "Register a client.", this::create)
                        .with(CLIENT),
                Operation.get(
                        ONE, READ_CLIENTS, "Show a client.", request -> request.thing(200, fields(known(request)))),
                Operation.act(ONE, WRITE_CLIENTS, "Change what the body speaks of.", this::change)
                        .with(CLIENT)
                        .by("PATCH"),
                Operation.delete(ONE, WRITE_CLIENTS, "Remove a client with everything that it holds.", this::remove),
                Operation.act(ONE + "/enable", WRITE_CLIENTS, "Switch a client on.", this::enable),
                Operation.act(ONE + "/disable", WRITE_CLIENTS, "Switch a client off.", this::disable),
                Operation.get(ONE + "/secrets", READ_CLIENTS, "List when its secrets were made.", this::secrets),
                Operation.act(ONE + "/secrets", WRITE_CLIENTS, "Make a new secret; it is shown once.", this::newSecret)
                        .with(SECRET),
                Operation.delete(ONE + "/secrets/{id}", WRITE_CLIENTS, "Stop a secret at once.", this::stopSecret),
                Operation.get(ONE + "/access", READ_CLIENTS, "List what it may ask of APIs.", this::access),
                Operation.act(access, WRITE_CLIENTS, "Let it ask an API in its own name.", this::allow)
                        .with(ACCESS)
                        .by("PUT"),
                Operation.delete(access, WRITE_CLIENTS, "Take that away.", this::disallow));
    }

    private Client known(Request request) {
        var id = request.path("client_id");
        return Optional.of(id)
                .filter(ClientId::hasShape)
                .flatMap(shape -> stores.clients().find(request.tenant(), new ClientId(shape)))
                .filter(client -> !Registration.isReserved(client.id()))
                .orElseThrow(() -> Problem.notFound("client"));
    }

    private static Map<String, Object> fields(Client client) {
        return ClientFields.of(client);
    }

    private Answer list(Request request) {
        var found = stores.clients()
                .search(
                        request.tenant(),
                        request.call().query().text("q"),
                        request.cursor().filter(ClientId::hasShape).map(ClientId::new),
                        request.limit() + 1);
        var others = found.stream()
                .filter(client -> !Registration.isReserved(client.id()))
                .toList();
        return request.page(
                others, ClientOperations::fields, client -> client.id().value());
    }

    private Answer create(Request request) {
        var said = new LinkedHashMap<>(request.body());
        said.putIfAbsent("redirect_uris", List.of());
        var draft = ClientFields.draft(said);
        var key = request.idempotencyKey();
        var id = key.map(text -> new ClientId("k" + derived(request, "id " + text)));
        var before = id.flatMap(one -> stores.clients().find(request.tenant(), one));
        if (before.isPresent()) {
            // The same call again: what it made is what it gets, secret included.
            if (!Registration.metadata(before.get().metadata(), draft)
                    .equals(before.get().metadata())) {
                throw new Problem(Code.IDEMPOTENCY_KEY_REUSED, "That Idempotency-Key was used for another client.");
            }
            var secret = before.filter(client -> !client.isPublic()).map(_ -> secret(request, key.orElseThrow()));
            return made(request, before.get(), secret);
        }
        var registered = registration.register(request.host(), id, draft, request.now());
        var client = registered.client();
        if (key.isPresent() && !client.isPublic()) {
            var secret = secret(request, key.get());
            registration.useSecret(request.host(), client.id(), secret, request.now());
            return made(request, client, Optional.of(secret));
        }
        return made(request, client, registered.secret().map(OpaqueToken::value));
    }

    private static String secret(Request request, String key) {
        return derived(request, "secret " + key);
    }

    private static String derived(Request request, String text) {
        return request.host().sealer().hash(Purpose.IDEMPOTENCY, text).value();
    }

    private static Answer made(Request request, Client client, Optional<String> secret) {
        var fields = new LinkedHashMap<>(fields(client));
        secret.ifPresent(value -> fields.put("client_secret", value));
        return request.thing(201, fields)
                .with("Location", request.host().issuer().managementApi() + "/clients/" + client.id());
    }

    private Answer change(Request request) {
        var client = known(request);
        request.requireMatch(fields(client));
        var draft = ClientFields.draft(request.body());
        // The statement compares once more: of two who change the same version one is told.
        var after = new Client(
                client.tenant(), client.id(), Registration.metadata(client.metadata(), draft), client.disabledAt());
        if (!stores.clients().replace(client, after, request.now())) {
            throw Problem.late();
        }
        return request.thing(200, fields(after));
    }

    private Answer remove(Request request) {
        var client = known(request);
        request.requireMatch(fields(client));
        stores.clients().remove(request.tenant(), client.id(), request.now());
        return Answer.status(204);
    }

    private Answer enable(Request request) {
        stores.clients().enable(request.tenant(), known(request).id(), request.now());
        return request.thing(200, fields(known(request)));
    }

    private Answer disable(Request request) {
        stores.clients().disable(request.tenant(), known(request).id(), request.now());
        return request.thing(200, fields(known(request)));
    }

    private Answer secrets(Request request) {
        var lines =
                stores.clients().secretLines(request.tenant(), known(request).id(), request.now());
        return Request.page(lines.stream().map(ClientOperations::line).toList(), Optional.empty());
    }

    private static Map<String, Object> line(SecretLine line) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", line.hash().value());
        fields.put("created_at", line.createdAt().toString());
        line.expiresAt().map(Instant::toString).ifPresent(at -> fields.put("expires_at", at));
        return fields;
    }

    private Answer newSecret(Request request) {
        var overlap = new Fields("a new secret", request.body())
                .only(List.of("others_end_in_seconds"))
                .seconds("others_end_in_seconds")
                .orElse(OVERLAP);
        var client = known(request);
        var secret = registration.rotateSecret(
                request.host(), client.id(), request.now(), request.now().plus(overlap));
        return Answer.json(201, Map.of("client_id", client.id().value(), "client_secret", secret.value()));
    }

    private Answer stopSecret(Request request) {
        var client = known(request);
        var line = stores.clients().secretLines(request.tenant(), client.id(), request.now()).stream()
                .filter(one -> one.hash().value().equals(request.path("id")))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("secret"));
        stores.clients().removeSecret(request.tenant(), client.id(), line.hash(), request.now());
        return Answer.status(204);
    }

    private Answer access(Request request) {
        var items = stores.access().of(request.tenant(), known(request).id()).entrySet().stream()
                .map(entry -> Map.<String, Object>of(
                        "api", entry.getKey(), "scope", entry.getValue().toString()))
                .toList();
        return Request.page(items, Optional.empty());
    }

    private Answer allow(Request request) {
        var client = known(request);
        var api = request.path("api");
        var scope = Scope.parse(new Fields("an access", request.body())
                .only(List.of("scope"))
                .text("scope")
                .orElse(""));
        if (client.isPublic()) {
            throw new Problem(Code.INVALID_REQUEST, "A public client cannot ask in its own name: anybody can say it.");
        }
        if (api.equals(request.host().issuer().managementApi())) {
            requireOwn(request, scope);
        } else {
            var known = stores.resources().find(request.tenant(), api);
            ApiFields.requireDeclared(known.orElseThrow(() -> Problem.notFound("API")), scope);
        }
        stores.access().allow(request.tenant(), client.id(), api, scope, request.now());
        return Answer.json(200, Map.of("api", api, "scope", scope.toString()));
    }

    // Nobody gives away what they have not got.
    private static void requireOwn(Request request, Scope scope) {
        for (var word : scope.values()) {
            var permission = Permission.of(word)
                    .orElseThrow(() -> new Problem(Code.INVALID_REQUEST, "The management API knows no " + word + "."));
            if (!request.may(permission)) {
                throw new Problem(Code.NOT_ALLOWED, "You cannot give " + word + ", since you have not got it.");
            }
        }
    }

    private Answer disallow(Request request) {
        if (!stores.access().disallow(request.tenant(), known(request).id(), request.path("api"), request.now())) {
            throw Problem.notFound("access");
        }
        return Answer.status(204);
    }
}
