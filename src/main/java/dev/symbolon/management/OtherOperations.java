package dev.symbolon.management;

import static dev.symbolon.oauth.Permission.READ_APIS;
import static dev.symbolon.oauth.Permission.READ_EVENTS;
import static dev.symbolon.oauth.Permission.READ_KEYS;
import static dev.symbolon.oauth.Permission.READ_OPERATORS;
import static dev.symbolon.oauth.Permission.READ_REFUSALS;
import static dev.symbolon.oauth.Permission.READ_SESSIONS;
import static dev.symbolon.oauth.Permission.READ_TENANTS;
import static dev.symbolon.oauth.Permission.WRITE_APIS;
import static dev.symbolon.oauth.Permission.WRITE_KEYS;
import static dev.symbolon.oauth.Permission.WRITE_OPERATORS;
import static dev.symbolon.oauth.Permission.WRITE_SESSIONS;
import static dev.symbolon.oauth.Permission.WRITE_TENANTS;

import dev.symbolon.client.ApiFields;
import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.SessionId;
import dev.symbolon.oauth.SigningAlgorithm;
import dev.symbolon.oauth.Subject;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Events.Event;
import dev.symbolon.store.Events.Wanted;
import dev.symbolon.store.Operators.Change;
import dev.symbolon.store.Refusals;
import dev.symbolon.store.Sessions.Listed;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Fields;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// APIs, sessions, the audit trail, refusals, keys, operators and tenants.
final class OtherOperations {
    private static final String API = "/apis/{identifier}";
    private static final String OPERATOR = "/operators/{sub}";
    private static final int NAME_MAX_CHARACTERS = 100;

    private static final Shape API_BODY = new Shape(
            "Api",
            List.of(),
            List.of(
                    Member.of("name", "string"),
                    Member.of("access_token_seconds", "integer"),
                    Member.of("signing_alg", "string"),
                    Member.of("permissions", "object")));
    private static final Shape ROLE = new Shape("Role", List.of("role"), List.of(Member.of("role", "string")));
    private static final Shape KEY =
            new Shape("NewKey", List.of("alg"), List.of(Member.of("alg", "string"), Member.of("at_once", "boolean")));
    private static final Shape TENANT = new Shape(
            "NewTenant",
            List.of("id", "issuer", "name"),
            List.of(Member.of("id", "string"), Member.of("issuer", "string"), Member.of("name", "string")));

    private final ManagementApi.Stores stores;
    private final ManagementApi.Means means;

    OtherOperations(ManagementApi.Stores stores, ManagementApi.Means means) {
        this.stores = stores;
        this.means = means;
    }

    List<Operation> all() {
        return List.of(
                Operation.get("/apis", READ_APIS, "List APIs.", this::apis),
                Operation.get(
                        API, READ_APIS, "Show an API.", request -> request.thing(200, ApiFields.of(api(request)))),
                Operation.act(API, WRITE_APIS, "Add an API, or change one.", this::putApi)
                        .with(API_BODY)
                        .by("PUT"),
                Operation.delete(API, WRITE_APIS, "Forget an API.", this::removeApi),
                Operation.get("/sessions", READ_SESSIONS, "List who is signed in.", this::sessions),
                Operation.delete("/sessions/{session}", WRITE_SESSIONS, "End a session.", this::endSession),
                Operation.get("/events", READ_EVENTS, "Read the audit trail, newest first.", this::events),
                Operation.get("/refusals", READ_REFUSALS, "List what was refused lately, and why.", this::refusals),
                Operation.get("/keys", READ_KEYS, "List the keys that are published.", this::keys),
                Operation.act("/keys", WRITE_KEYS, "Make the next key.", this::newKey)
                        .with(KEY),
                Operation.delete("/keys/{kid}", WRITE_KEYS, "Withdraw a key with all that it signed.", this::withdraw),
                Operation.get("/operators", READ_OPERATORS, "List operators.", this::operators),
                Operation.act(OPERATOR, WRITE_OPERATORS, "Give a person a role.", this::putOperator)
                        .with(ROLE)
                        .by("PUT"),
                Operation.delete(OPERATOR, WRITE_OPERATORS, "Take the role away.", this::removeOperator),
                Operation.get("/tenants", READ_TENANTS, "List the tenants that this one may see.", this::tenants),
                Operation.act("/tenants", WRITE_TENANTS, "Make a tenant.", this::newTenant)
                        .with(TENANT));
    }

    private Answer apis(Request request) {
        var items = stores.resources().list(request.tenant()).stream()
                .map(ApiFields::of)
                .toList();
        return Request.page(items, Optional.empty());
    }

    private ProtectedResource api(Request request) {
        return stores.resources()
                .find(request.tenant(), request.path("identifier"))
                .orElseThrow(() -> Problem.notFound("API"));
    }

    private Answer putApi(Request request) {
        var before = stores.resources().find(request.tenant(), request.path("identifier"));
        before.ifPresent(api -> request.requireMatch(ApiFields.of(api)));
        var api = ApiFields.resource(request.host(), request.path("identifier"), before, request.body());
        // The statement compares once more: of two who change the same version one is told.
        var isSaved = before.isPresent()
                ? stores.resources().replace(before.get(), api, request.now())
                : stores.resources().add(api, request.now());
        if (!isSaved) {
            throw Problem.late();
        }
        return request.thing(before.isPresent() ? 200 : 201, ApiFields.of(api));
    }

    private Answer removeApi(Request request) {
        request.requireMatch(ApiFields.of(api(request)));
        stores.resources().remove(request.tenant(), request.path("identifier"), request.now());
        return Answer.status(204);
    }

    private Answer sessions(Request request) {
        var before = request.cursor().flatMap(OtherOperations::number).map(Instant::ofEpochMilli);
        var page = means.sessions().list(request.call(), before, request.limit());
        return Request.page(
                page.sessions().stream().map(OtherOperations::session).toList(),
                page.next().map(at -> Long.toString(at.toEpochMilli())));
    }

    private static Optional<Long> number(String text) {
        try {
            return Optional.of(Long.parseLong(text)).filter(number -> Math.abs(number) < Long.MAX_VALUE / 4);
        } catch (NumberFormatException _) {
            throw new Problem(Code.INVALID_REQUEST, "cursor has to be the next_cursor of another page.");
        }
    }

    private static Map<String, Object> session(Listed session) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("session", session.id().value());
        fields.put("sub", session.account().subject().value());
        fields.put("device", session.device().agent());
        fields.put("network", session.device().network());
        fields.put("auth_time", session.authTime().toString());
        fields.put("last_seen_at", session.lastSeenAt().toString());
        return fields;
    }

    private Answer endSession(Request request) {
        stores.sessions().end(request.tenant(), new SessionId(request.path("session")), request.now());
        return Answer.status(204);
    }

    private Answer events(Request request) {
        var query = request.call().query();
        var wanted = new Wanted(
                query.get("kind"),
                query.get("sub").map(Subject::new),
                request.cursor().flatMap(OtherOperations::number));
        var found = stores.events().search(request.tenant(), wanted, request.limit() + 1);
        return request.page(found, OtherOperations::event, one -> Long.toString(one.seq()));
    }

    private static Map<String, Object> event(Event event) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("seq", event.seq());
        fields.put("at", event.at().toString());
        fields.put("kind", event.kind());
        event.subject().ifPresent(subject -> fields.put("sub", subject.value()));
        event.client().ifPresent(client -> fields.put("client_id", client.value()));
        event.session().ifPresent(session -> fields.put("session", session.value()));
        event.actor().ifPresent(actor -> fields.put("actor", actor));
        fields.put("detail", event.detail());
        return fields;
    }

    private Answer refusals(Request request) {
        var items = request
                .call()
                .query()
                .get("error_id")
                .map(id -> stores.refusals().byErrorId(request.tenant(), id).stream()
                        .toList())
                .orElseGet(() -> stores.refusals().list(request.tenant(), request.limit()))
                .stream()
                .map(OtherOperations::refusal)
                .toList();
        return Request.page(items, Optional.empty());
    }

    private static Map<String, Object> refusal(Refusals.Refusal refusal) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("error_id", refusal.errorId());
        fields.put("rule", refusal.rule());
        fields.put("client_id", refusal.clientId());
        fields.put("received", refusal.received());
        fields.put("registered", refusal.registered().lines().toList());
        fields.put("count", refusal.count());
        fields.put("first_at", refusal.firstAt().toString());
        fields.put("last_at", refusal.lastAt().toString());
        return fields;
    }

    private Answer keys(Request request) {
        var items = means.signingKeys().list(request.tenant(), request.now()).stream()
                .map(key -> {
                    var fields = new LinkedHashMap<String, Object>();
                    fields.put("kid", key.kid());
                    fields.put("alg", key.algorithm().wire());
                    fields.put("signs_from", key.signsFrom().toString());
                    key.retiredAt().ifPresent(at -> fields.put("retired_at", at.toString()));
                    return (Map<String, Object>) fields;
                })
                .toList();
        return Request.page(items, Optional.empty());
    }

    private Answer newKey(Request request) {
        var fields = new Fields("a key", request.body()).only(List.of("alg", "at_once"));
        var algorithm = fields.word("alg", SigningAlgorithm::of)
                .orElseThrow(() -> new Problem(Code.INVALID_REQUEST, "alg is missing."));
        var from = means.hosts()
                .rotateNow(request.tenant(), algorithm, fields.flag("at_once").orElse(false))
                .orElseThrow(() -> new Problem(Code.CONFLICT, "Another node has just made the next key."));
        return Answer.json(201, Map.of("alg", algorithm.wire(), "signs_from", from.toString()));
    }

    private Answer withdraw(Request request) {
        return switch (means.signingKeys().withdraw(request.tenant(), request.path("kid"), request.now())) {
            case WITHDRAWN -> Answer.status(204);
            case UNKNOWN -> throw Problem.notFound("key");
            case STILL_NEEDED ->
                throw new Problem(
                        Code.CONFLICT, "It is the only key of its algorithm that signs; make the next first.");
        };
    }

    private Answer operators(Request request) {
        var items = stores.operators().list(request.tenant()).stream()
                .map(operator -> {
                    var fields = new LinkedHashMap<String, Object>();
                    fields.put("sub", operator.account().subject().value());
                    operator.account().address().ifPresent(address -> fields.put("email", address));
                    fields.put("role", operator.role().wire());
                    fields.put("since", operator.since().toString());
                    return (Map<String, Object>) fields;
                })
                .toList();
        return Request.page(items, Optional.empty());
    }

    private Answer putOperator(Request request) {
        var role = new Fields("an operator", request.body())
                .only(List.of("role"))
                .word("role", Role::of)
                .orElseThrow(() -> new Problem(Code.INVALID_REQUEST, "role is missing."));
        var subject = new Subject(request.path("sub"));
        return changed(stores.operators().put(request.tenant(), subject, role, request.now()))
                .orElseGet(() -> Answer.json(200, Map.of("sub", subject.value(), "role", role.wire())));
    }

    private Answer removeOperator(Request request) {
        return changed(stores.operators().remove(request.tenant(), new Subject(request.path("sub")), request.now()))
                .orElseGet(() -> Answer.status(204));
    }

    private static Optional<Answer> changed(Change change) {
        return switch (change) {
            case DONE -> Optional.empty();
            case NOBODY -> throw Problem.notFound("person");
            case LAST_OWNER -> throw new Problem(Code.CONFLICT, "They are the last owner.");
        };
    }

    private boolean isFirst(Request request) {
        return means.tenants().first().filter(request.tenant()::equals).isPresent();
    }

    private Answer tenants(Request request) {
        var seen = isFirst(request)
                ? means.tenants().list()
                : List.of(request.host().tenant());
        return Request.page(seen.stream().map(OtherOperations::tenant).toList(), Optional.empty());
    }

    private static Map<String, Object> tenant(Tenant tenant) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", tenant.id().value());
        fields.put("issuer", tenant.issuer().value());
        fields.put("name", tenant.name());
        return fields;
    }

    private Answer newTenant(Request request) {
        if (!isFirst(request)) {
            throw new Problem(Code.NOT_ALLOWED, "Tenants are made from the one that was there first.");
        }
        var fields = new Fields("a tenant", request.body()).only(List.of("id", "issuer", "name"));
        var name = fields.text("name").map(String::strip).orElse("");
        if (name.isEmpty() || name.length() > NAME_MAX_CHARACTERS) {
            throw new Problem(Code.INVALID_REQUEST, "name has 1 to " + NAME_MAX_CHARACTERS + " characters.");
        }
        try {
            var tenant = new Tenant(
                    new TenantId(fields.text("id").orElse("")),
                    new Issuer(fields.text("issuer").orElse("")),
                    name);
            if (!means.hosts().add(tenant)) {
                throw new Problem(Code.CONFLICT, "There is a tenant of that id or at that host already.");
            }
            return Answer.json(201, tenant(tenant));
        } catch (IllegalArgumentException e) {
            throw new Problem(Code.INVALID_REQUEST, String.valueOf(e.getMessage()));
        }
    }
}
