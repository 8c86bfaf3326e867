package dev.symbolon.management;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.TicketPost;
import dev.symbolon.management.Problem.Code;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Scope;
import dev.symbolon.store.Access;
import dev.symbolon.store.AccountWords;
import dev.symbolon.store.Accounts;
import dev.symbolon.store.Actor;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.store.Consents;
import dev.symbolon.store.Events;
import dev.symbolon.store.Grants;
import dev.symbolon.store.Identities;
import dev.symbolon.store.Operators;
import dev.symbolon.store.Refusals;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Sessions;
import dev.symbolon.store.SigningKeys;
import dev.symbolon.store.Tenants;
import dev.symbolon.tenant.Hosts;
import dev.symbolon.tenant.Installed;
import dev.symbolon.transfer.Transfer;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Json;
import dev.symbolon.web.Route;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `/api/v1`: everything that the dashboard does, as JSON, for clients that an operator let in. One pipeline for
/// every operation, so that no check can be forgotten in one.
public final class ManagementApi {
    private final Access access;
    private final List<Operation> operations;

    /// What the operations need of the store.
    public record Stores(
            Clients clients,
            Access access,
            Accounts accounts,
            AccountWords words,
            Connections connections,
            Identities identities,
            Consents consents,
            Resources resources,
            Sessions sessions,
            Grants grants,
            Operators operators,
            Refusals refusals,
            Events events) {}

    /// What they need beside it.
    public record Means(
            BrowserSessions sessions,
            Passwords passwords,
            TicketPost tickets,
            Hosts hosts,
            Tenants tenants,
            SigningKeys signingKeys,
            Transfer transfer,
            Installed installed) {}

    /// The operations of one server.
    public ManagementApi(Stores stores, Means means) {
        this.access = stores.access();
        var all = new ArrayList<Operation>();
        all.addAll(new ClientOperations(stores).all());
        all.addAll(new ConnectionOperations(stores).all());
        all.addAll(new PeopleOperations(stores, means).all());
        all.addAll(new OtherOperations(stores, means).all());
        all.addAll(new TenantOperations(means).all());
        all.addAll(new TransferOperations(means.transfer()).all());
        this.operations = List.copyOf(all);
    }

    /// An operation, for whoever describes it.
    public record Line(String method, String path, String scope, String summary) {}

    /// Every operation.
    public List<Line> lines() {
        return operations.stream()
                .map(one -> new Line(one.method(), one.path(), one.permission().wire(), one.summary()))
                .toList();
    }

    /// Where they are.
    public Map<String, Route> byPath() {
        var methods = new TreeMap<String, Map<String, Operation>>();
        for (var operation : operations) {
            methods.computeIfAbsent("/api/v1" + operation.path(), _ -> new LinkedHashMap<>())
                    .put(operation.method(), operation);
        }
        var routes = new TreeMap<String, Route>();
        methods.forEach((path, byMethod) -> routes.put(
                path,
                Route.api(
                        byMethod.keySet(),
                        call -> answer(call, java.util.Objects.requireNonNull(byMethod.get(call.method()))))));
        routes.put(
                "/api/v1/openapi.json",
                Route.document(call -> Answer.cacheable(
                        "application/openapi+json", Json.write(OpenApi.of(call.host(), operations)), 300)));
        return routes;
    }

    private Answer answer(Call call, Operation operation) {
        try {
            var request = request(call, operation);
            return Actor.client(request.client().value())
                    .does(() -> operation.work().apply(request));
        } catch (Problem problem) {
            return problem.answer();
        } catch (OAuthException refusal) {
            if (refusal.error() == OAuthError.TEMPORARILY_UNAVAILABLE) {
                throw refusal;
            }
            return Problem.of(refusal).answer();
        }
    }

    private Request request(Call call, Operation operation) {
        var token = call.header("authorization")
                .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
                .map(value -> value.substring(7).strip())
                .flatMap(call.host().keys()::verify)
                .filter(jwt -> jwt.typ().equals("at+jwt"))
                .filter(jwt ->
                        jwt.text("iss").orElse("").equals(call.host().issuer().value()))
                .filter(jwt ->
                        jwt.audience().equals(List.of(call.host().issuer().managementApi())))
                .filter(jwt -> jwt.instant("exp").filter(call.now()::isBefore).isPresent())
                .filter(jwt -> jwt.text("jti")
                        .filter(jti -> !access.isRevoked(call.host().id(), jti))
                        .isPresent())
                .orElseThrow(() -> invalid());
        var client = token.text("client_id")
                .filter(ClientId::hasShape)
                .map(ClientId::new)
                .orElseThrow(() -> invalid());
        // What an operator took away meanwhile does not count any more, whatever the token says.
        var given = access.of(call.host().id(), client, call.host().issuer().managementApi())
                .orElseThrow(() -> invalid());
        var scope = Scope.parse(token.text("scope").orElse("")).within(given.values());
        if (!scope.has(operation.permission().wire())) {
            throw new Problem(
                    Code.INSUFFICIENT_SCOPE,
                    "This needs the scope " + operation.permission().wire() + ".");
        }
        return new Request(call, client, scope);
    }

    private static Problem invalid() {
        return new Problem(
                Code.INVALID_TOKEN,
                "An access token for this API is missing, expired, or was taken back. Get one at /oauth/token with"
                        + " grant_type=client_credentials and the audience of this API.");
    }
}
