package dev.symbolon.management;

import static dev.symbolon.oauth.Permission.READ_CONNECTIONS;
import static dev.symbolon.oauth.Permission.WRITE_CONNECTIONS;

import dev.symbolon.connection.ConnectionFields;
import dev.symbolon.connection.Enlistment;
import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Fields;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where people come from.
final class ConnectionOperations {
    private static final String ONE = "/connections/{connection_id}";
    private static final String SECRET = "client_secret";

    private static final List<Member> MEMBERS = List.of(
            Member.of("name", "string"),
            Member.of("label", "string"),
            Member.of("icon", "string"),
            Member.of("client_id", "string"),
            Member.of(SECRET, "string"),
            Member.of("scopes", "string[]"),
            Member.of("issuer", "string"),
            Member.of("authorize_url", "string"),
            Member.of("token_url", "string"),
            Member.of("userinfo_url", "string"),
            Member.of("mapping", "object"),
            Member.of("clients", "string[]"),
            Member.of("sign_up", "boolean"),
            Member.of("trust_email", "boolean"),
            Member.of("sync_profile", "boolean"),
            Member.of("connect_verified", "boolean"));

    private static final Shape CHANGED = new Shape("Connection", List.of(), MEMBERS);
    private static final Shape NEW = new Shape(
            "NewConnection",
            List.of("connection_id", "kind"),
            java.util.stream.Stream.concat(
                            List.of(Member.of("connection_id", "string"), Member.of("kind", "string")).stream(),
                            MEMBERS.stream())
                    .toList());

    private final ManagementApi.Stores stores;
    private final Enlistment enlistment;

    ConnectionOperations(ManagementApi.Stores stores) {
        this.stores = stores;
        this.enlistment = new Enlistment(stores.connections(), stores.clients());
    }

    List<Operation> all() {
        return List.of(
                Operation.get("/connections", READ_CONNECTIONS, "List connections.", this::list),
                Operation.act("/connections", WRITE_CONNECTIONS, "Add a connection.", this::create)
                        .with(NEW),
                Operation.get(ONE, READ_CONNECTIONS, "Show a connection.", request -> shown(request, 200)),
                Operation.act(ONE, WRITE_CONNECTIONS, "Change what the body speaks of.", this::change)
                        .with(CHANGED)
                        .by("PATCH"),
                Operation.delete(ONE, WRITE_CONNECTIONS, "Remove a connection and who people are there.", this::remove),
                Operation.act(ONE + "/enable", WRITE_CONNECTIONS, "Switch a connection on.", this::enable),
                Operation.act(ONE + "/disable", WRITE_CONNECTIONS, "Switch a connection off.", this::disable),
                Operation.act(ONE + "/default", WRITE_CONNECTIONS, "Let people meet it first.", this::makeDefault),
                Operation.act(ONE + "/test", WRITE_CONNECTIONS, "Make a link that tries it out.", this::test));
    }

    private Connection known(Request request) {
        var id = request.path("connection_id");
        return Optional.of(id)
                .filter(ConnectionId::hasShape)
                .flatMap(shape -> stores.connections().find(request.tenant(), new ConnectionId(shape)))
                .orElseThrow(() -> Problem.notFound("connection"));
    }

    private static Map<String, Object> fields(Connection connection) {
        return ConnectionFields.of(connection);
    }

    private Answer shown(Request request, int status) {
        return request.thing(status, fields(known(request)));
    }

    private Answer list(Request request) {
        var items = stores.connections().list(request.tenant()).stream()
                .map(ConnectionOperations::fields)
                .toList();
        return Request.page(items, Optional.empty());
    }

    private Answer create(Request request) {
        var said = new LinkedHashMap<>(request.body());
        var fields = new Fields("a connection", said);
        var id = fields.text("connection_id")
                .filter(ConnectionId::hasShape)
                .map(ConnectionId::new)
                .orElseThrow(() -> new Problem(
                        Code.INVALID_REQUEST,
                        "connection_id has 1 to 64 lower-case letters, digits, underscores and hyphens."));
        var kind = fields.word("kind", Kind::of)
                .orElseThrow(() -> new Problem(Code.INVALID_REQUEST, "kind is one of " + Kind.names() + "."));
        var secret = fields.text(SECRET);
        said.keySet().removeAll(List.of("connection_id", "kind", SECRET));
        var draft = ConnectionFields.draft(said);
        var before = stores.connections().find(request.tenant(), id);
        if (before.isPresent()) {
            var isTheSame = request.idempotencyKey().isPresent()
                    && Enlistment.connection(request.tenant(), id, kind, draft).equals(before.get());
            if (isTheSame) {
                return request.thing(201, fields(before.get()));
            }
            throw new Problem(Code.CONFLICT, "There is a connection " + id + " already.");
        }
        var made = enlistment.enlist(request.host(), id, kind, draft, secret, request.now());
        return request.thing(201, fields(made))
                .with("Location", request.host().issuer().managementApi() + "/connections/" + id);
    }

    private Answer change(Request request) {
        var connection = known(request);
        request.requireMatch(fields(connection));
        var said = new LinkedHashMap<>(request.body());
        var secret = new Fields("a connection", said).text(SECRET);
        said.remove(SECRET);
        // The statement compares once more: of two who change the same version one is told.
        var after = enlistment
                .changeOnly(request.host(), connection, ConnectionFields.draft(said), secret, request.now())
                .orElseThrow(Problem::late);
        return request.thing(200, fields(after));
    }

    private Answer remove(Request request) {
        var connection = known(request);
        request.requireMatch(fields(connection));
        enlistment.remove(request.host(), connection.id(), request.now());
        return Answer.status(204);
    }

    private Answer enable(Request request) {
        enlistment.enable(request.host(), known(request).id(), request.now());
        return shown(request, 200);
    }

    private Answer disable(Request request) {
        enlistment.disable(request.host(), known(request).id(), request.now());
        return shown(request, 200);
    }

    private Answer makeDefault(Request request) {
        enlistment.makeDefault(request.host(), known(request).id(), request.now());
        return shown(request, 200);
    }

    private Answer test(Request request) {
        return Answer.json(
                200,
                Map.of("url", enlistment.testUrl(request.host(), known(request).id(), request.now())));
    }
}
