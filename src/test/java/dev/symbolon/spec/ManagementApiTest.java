package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Role;
import dev.symbolon.oauth.Scope;
import dev.symbolon.web.Form;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The management API over HTTP: every operation once, every role against every operation, and what a caller may
/// get wrong.
final class ManagementApiTest {
    private static final Set<String> EXERCISED = new TreeSet<>();

    private static Site site;
    private static String owner;

    @BeforeAll
    static void start() {
        site = Site.start();
        owner = ownersToken();
    }

    private static String ownersToken() {
        return token(
                "web", Arrays.stream(Permission.values()).map(Permission::wire).collect(Collectors.joining(" ")));
    }

    /// Whatever the description names was called by a test of this class and did what it should.
    @AfterAll
    static void everyOperationWasExercised() {
        try {
            var described = new TreeSet<String>();
            operations().keySet().forEach(described::add);
            assertEquals(described, EXERCISED);
        } finally {
            site.close();
        }
    }

    private static String api() {
        return site.issuer + "/api/v1";
    }

    private static void allow(String client, String scope) {
        site.app
                .house()
                .access()
                .allow(site.host().id(), new ClientId(client), api(), Scope.parse(scope), site.clock.instant());
    }

    private static String token(String client, String scope) {
        allow(client, scope);
        var form = new HashMap<>(Map.of("grant_type", "client_credentials"));
        if (!scope.isEmpty()) {
            form.put("scope", scope);
        }
        var reply = site.token(form, Map.of("Authorization", site.basic(client)));
        assertEquals(200, reply.status(), reply.body());
        return reply.json().get("access_token").textValue();
    }

    private static Reply send(
            String method, String path, String token, Optional<String> body, Map<String, String> headers) {
        var publisher = body.map(HttpRequest.BodyPublishers::ofString).orElse(HttpRequest.BodyPublishers.noBody());
        var builder = HttpRequest.newBuilder(URI.create(api() + path))
                .header("Authorization", "Bearer " + token)
                .method(method, publisher);
        if (body.isPresent()) {
            builder.header("Content-Type", "application/json");
        }
        headers.forEach(builder::header);
        return Browser.exchange(builder);
    }

    /// Calls an operation as the owner; it counts as exercised when it did what it should.
    private static Reply call(int expected, String method, String template, String body, String... values) {
        return call(expected, method, template, body, Map.of(), values);
    }

    private static Reply call(
            int expected, String method, String template, String body, Map<String, String> headers, String... values) {
        var path = template;
        for (var value : values) {
            path = path.replaceFirst("\\{[a-z_]+}", Form.encode(value).replace("%", "\\%"));
        }
        var reply = send(
                method, path.replace("\\%", "%"), owner, Optional.of(body).filter(text -> !text.isEmpty()), headers);
        assertEquals(expected, reply.status(), method + " " + path + ": " + reply.body());
        if (expected < 300) {
            EXERCISED.add(method + " " + template);
        }
        return reply;
    }

    @Test
    void a_tenant_goes_out_in_one_answer_and_comes_in_by_pieces() {
        var first = "{\"format\":\"symbolon-tenant\",\"version\":1}";
        var line = "{\"type\":\"person\",\"sub\":\"carried\",\"email\":\"carried@example.com\"}\n";
        var begun = call(
                        201,
                        "POST",
                        "/imports",
                        json("{'first_line':'" + first.replace("\"", "\\\"") + "','file':'people.jsonl'}"))
                .json();
        var id = begun.get("import_id").textValue();
        var at = begun.get("bytes_read").longValue();
        assertEquals(first.length() + 1, at);
        var piece =
                "{\"at\":" + at + ",\"lines\":\"" + line.replace("\"", "\\\"").replace("\n", "\\n") + "\"}";
        assertEquals(
                1,
                call(200, "POST", "/imports/{import_id}/lines", piece, id)
                        .json()
                        .get("added")
                        .intValue());
        isProblem("conflict", 409, call(409, "POST", "/imports/{import_id}/lines", piece, id));
        var cut = "{\"at\":" + (at + line.length()) + ",\"lines\":\"{\\\"type\"}";
        assertEquals(
                400, call(400, "POST", "/imports/{import_id}/lines", cut, id).status());
        assertEquals(
                at + line.length(),
                call(200, "GET", "/imports/{import_id}", "", id)
                        .json()
                        .get("bytes_read")
                        .longValue());
        assertEquals(
                404, call(404, "GET", "/imports/{import_id}", "", "nothing").status());
        assertTrue(call(200, "GET", "/imports", "").body().contains("people.jsonl"));
        assertTrue(call(200, "POST", "/imports/{import_id}/end", "", id).json().has("ended_at"));
        call(400, "POST", "/imports/{import_id}/lines", piece, id);
        for (var body : List.of("{}", json("{'first_line':'x','file':'f'}"), json("{'first_line':'','file':'f'}"))) {
            isProblem("invalid_request", 400, call(400, "POST", "/imports", body));
        }
        var out = call(200, "GET", "/export", "");
        assertTrue(out.header("content-type").orElse("").startsWith("application/jsonl"));
        assertTrue(out.body().startsWith("{\"format\":\"symbolon-tenant\",\"version\":1,"), out.body());
        assertTrue(out.body().contains("\"sub\":\"carried\""));
        assertTrue(out.body().endsWith("}\n"));
        assertTrue(out.body().contains("$argon2id$"));
        assertFalse(out.body().contains(site.secrets.get("web")));
    }

    private static String json(String text) {
        return text.replace("'", "\"");
    }

    /// Every operation of the description, with the scope that it needs.
    private static Map<String, String> operations() {
        var document = Browser.exchange(HttpRequest.newBuilder(URI.create(api() + "/openapi.json")))
                .json();
        var operations = new LinkedHashMap<String, String>();
        document.get("paths")
                .properties()
                .forEach(path -> path.getValue()
                        .properties()
                        .forEach(method -> operations.put(
                                method.getKey().toUpperCase(java.util.Locale.ROOT) + " " + path.getKey(),
                                method.getValue().at("/security/0/oauth/0").textValue())));
        return operations;
    }

    private static void isProblem(String code, int status, Reply reply) {
        assertEquals(status, reply.status(), reply.body());
        assertEquals("application/problem+json", reply.header("content-type").orElse(""));
        assertEquals(code, reply.json().get("code").textValue(), reply.body());
        assertEquals(status, reply.json().get("status").intValue());
        assertFalse(reply.json().get("detail").textValue().isBlank());
    }

    private static String sub(String email) {
        return site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), email)
                .orElseThrow()
                .account()
                .subject()
                .value();
    }

    @ParameterizedTest
    @EnumSource(Role.class)
    void AD_01_each_role_against_each_operation(Role role) {
        var words = Arrays.stream(Permission.values())
                .filter(role::may)
                .map(Permission::wire)
                .collect(Collectors.joining(" "));
        var token = token("nopkce", words);
        assertTrue(operations().size() > 50, "the whole of it");
        operations().forEach((operation, scope) -> {
            var parts = operation.split(" ", 2);
            var path = parts[1].replaceAll("\\{[a-z_]+}", "nobody");
            var body =
                    parts[0].equals("GET") || parts[0].equals("DELETE") ? Optional.<String>empty() : Optional.of("{}");
            var reply = send(parts[0], path, token, body, Map.of());
            if (role.may(Permission.of(scope).orElseThrow())) {
                assertNotEquals(401, reply.status(), role + " " + operation);
                assertNotEquals(403, reply.status(), role + " " + operation + reply.body());
                assertTrue(reply.status() < 500, operation + reply.body());
            } else {
                isProblem("insufficient_scope", 403, reply);
            }
        });
    }

    @Test
    void without_a_token_for_this_api_nothing_is_answered() {
        for (var operation : operations().keySet()) {
            var parts = operation.split(" ", 2);
            var path = parts[1].replaceAll("\\{[a-z_]+}", "spa");
            for (var token : List.of("", "nothing", owner + "x")) {
                isProblem("invalid_token", 401, send(parts[0], path, token, Optional.empty(), Map.of()));
            }
        }
        var person = site.tokens("spa").json().get("access_token").textValue();
        isProblem("invalid_token", 401, send("GET", "/clients", person, Optional.empty(), Map.of()));
        var other = new Browser(site.otherIssuer);
        var elsewhere = other.always("Authorization", "Bearer " + owner).get("/api/v1/clients");
        assertEquals(401, elsewhere.status(), "a token of another tenant");
    }

    @Test
    void what_was_taken_away_counts_at_once() {
        var token = token("nopkce", "read:clients");
        assertEquals(
                200, send("GET", "/clients", token, Optional.empty(), Map.of()).status());
        allow("nopkce", "read:people");
        isProblem("insufficient_scope", 403, send("GET", "/clients", token, Optional.empty(), Map.of()));
        site.app.house().access().disallow(site.host().id(), new ClientId("nopkce"), api(), site.clock.instant());
        isProblem("invalid_token", 401, send("GET", "/clients", token, Optional.empty(), Map.of()));
    }

    @Test
    void clients_are_registered_changed_and_removed() {
        var made = call(201, "POST", "/clients", """
                {"client_name":"Shop","token_endpoint_auth_method":"client_secret_basic",
                 "redirect_uris":["https://shop.example/cb"]}""").json();
        var id = made.get("client_id").textValue();
        assertTrue(made.get("client_secret").textValue().length() >= 32);
        var shown = call(200, "GET", "/clients/{client_id}", "", id);
        assertFalse(shown.body().contains("client_secret\""), "shown once");
        var tag = shown.header("etag").orElseThrow();

        var changed = call(
                200,
                "PATCH",
                "/clients/{client_id}",
                "{\"client_name\":\"Shop 2\",\"access_token_seconds\":600}",
                Map.of("If-Match", tag),
                id);
        assertEquals("Shop 2", changed.json().get("client_name").textValue());
        assertEquals(
                "https://shop.example/cb", changed.json().at("/redirect_uris/0").textValue(), "the rest stays");
        isProblem(
                "precondition_failed",
                412,
                call(412, "PATCH", "/clients/{client_id}", "{\"client_name\":\"x\"}", Map.of("If-Match", tag), id));

        var secret = call(201, "POST", "/clients/{client_id}/secrets", "{\"others_end_in_seconds\":60}", id)
                .json();
        assertTrue(secret.get("client_secret").textValue().length() >= 32);
        var secrets =
                call(200, "GET", "/clients/{client_id}/secrets", "", id).json().get("items");
        assertEquals(2, secrets.size());
        call(
                204,
                "DELETE",
                "/clients/{client_id}/secrets/{id}",
                "",
                id,
                secrets.get(0).get("id").textValue());
        call(404, "DELETE", "/clients/{client_id}/secrets/{id}", "", id, "nothing");

        call(200, "PUT", "/clients/{client_id}/access/{api}", "{\"scope\":\"read:clients\"}", id, api());
        var access = call(200, "GET", "/clients/{client_id}/access", "", id).json();
        assertEquals("read:clients", access.at("/items/0/scope").textValue());
        call(204, "DELETE", "/clients/{client_id}/access/{api}", "", id, api());

        assertFalse(call(200, "POST", "/clients/{client_id}/disable", "", id)
                .json()
                .get("enabled")
                .booleanValue());
        assertTrue(call(200, "POST", "/clients/{client_id}/enable", "", id)
                .json()
                .get("enabled")
                .booleanValue());
        call(204, "DELETE", "/clients/{client_id}", "", id);
        isProblem("not_found", 404, call(404, "GET", "/clients/{client_id}", "", id));
        isProblem("not_found", 404, call(404, "GET", "/clients/{client_id}", "", "symbolon-dashboard"));
    }

    @Test
    void lists_are_read_page_by_page_and_searched() {
        for (var i = 0; i < 7; i++) {
            call(201, "POST", "/clients", "{\"client_name\":\"Paged " + i + "\"}");
        }
        var seen = new TreeSet<String>();
        var next = "";
        do {
            var page = call(200, "GET", "/clients", "", Map.of()).json();
            assertTrue(page.has("items"));
            page = send("GET", "/clients?q=paged&limit=3" + next, owner, Optional.empty(), Map.of())
                    .json();
            page.get("items").forEach(item -> seen.add(item.get("client_name").textValue()));
            next = page.has("next_cursor")
                    ? "&cursor=" + page.get("next_cursor").textValue()
                    : "";
        } while (!next.isEmpty());
        assertEquals(7, seen.size(), seen.toString());
        isProblem("invalid_request", 400, send("GET", "/clients?limit=0", owner, Optional.empty(), Map.of()));
        isProblem("invalid_request", 400, send("GET", "/clients?limit=x", owner, Optional.empty(), Map.of()));
        isProblem("invalid_request", 400, send("GET", "/people?cursor=%25", owner, Optional.empty(), Map.of()));
    }

    @Test
    void a_repeated_creation_makes_nothing_a_second_time() {
        var key = Map.of("Idempotency-Key", "once");
        var body = "{\"client_name\":\"Once\",\"token_endpoint_auth_method\":\"client_secret_post\"}";
        var first = call(201, "POST", "/clients", body, key).json();
        assertEquals(first, call(201, "POST", "/clients", body, key).json(), "the secret too");
        isProblem("idempotency_key_reused", 422, call(422, "POST", "/clients", "{\"client_name\":\"Another\"}", key));
        assertNotEquals(
                first.get("client_id"),
                call(201, "POST", "/clients", body, Map.of("Idempotency-Key", "twice"))
                        .json()
                        .get("client_id"));
        var person = "{\"email\":\"once@example.com\",\"name\":\"Once\"}";
        var made = call(201, "POST", "/people", person, key).json();
        assertEquals(made, call(201, "POST", "/people", person, key).json());
        isProblem("conflict", 409, call(409, "POST", "/people", person));
        var connection = "{\"connection_id\":\"once\",\"kind\":\"passwordless_email\"}";
        call(201, "POST", "/connections", connection, key);
        call(201, "POST", "/connections", connection, key);
        isProblem("conflict", 409, call(409, "POST", "/connections", connection));
    }

    @Test
    void connections_are_added_changed_and_removed() {
        var made = call(201, "POST", "/connections", """
                {"connection_id":"corp","kind":"oidc","issuer":"https://id.corp.example","client_id":"us",
                 "client_secret":"a secret of theirs","label":"Corp"}""");
        assertFalse(made.body().contains("a secret of theirs"));
        assertTrue(call(200, "GET", "/connections", "").body().contains("\"corp\""));
        call(200, "GET", "/connections/{connection_id}", "", "corp");
        var changed = call(200, "PATCH", "/connections/{connection_id}", "{\"label\":\"The Corp\"}", "corp")
                .json();
        assertEquals("The Corp", changed.get("label").textValue());
        var test = call(200, "POST", "/connections/{connection_id}/test", "", "corp")
                .json();
        assertTrue(test.get("url").textValue().startsWith(site.issuer + "/connections/test?token="));
        call(200, "POST", "/connections/{connection_id}/disable", "", "corp");
        call(200, "POST", "/connections/{connection_id}/enable", "", "corp");
        call(200, "POST", "/connections/{connection_id}/default", "", "corp");
        isProblem("invalid_request", 400, call(400, "DELETE", "/connections/{connection_id}", "", "corp"));
        call(200, "POST", "/connections/{connection_id}/default", "", "database");
        call(204, "DELETE", "/connections/{connection_id}", "", "corp");
        isProblem("not_found", 404, call(404, "GET", "/connections/{connection_id}", "", "corp"));
        isProblem(
                "invalid_request",
                400,
                call(400, "POST", "/connections", "{\"connection_id\":\"x\",\"kind\":\"ldap\"}"));
    }

    @Test
    void people_are_made_found_helped_and_removed() {
        var made = call(201, "POST", "/people", """
                {"email":"nora@example.com","email_verified":true,"name":"Nora Nord","locale":"nb",
                 "password":"nine ferries before the storm"}""").json();
        var sub = made.get("sub").textValue();
        assertFalse(made.toString().contains("ferries"));
        var found =
                send("GET", "/people?q=nord", owner, Optional.empty(), Map.of()).json();
        assertEquals(sub, found.at("/items/0/sub").textValue());
        call(200, "GET", "/people", "");
        var tag = call(200, "GET", "/people/{sub}", "", sub).header("etag").orElseThrow();
        site.clock.advance(Duration.ofSeconds(1));
        call(200, "PATCH", "/people/{sub}", "{\"given_name\":\"Nora\"}", Map.of("If-Match", tag), sub);
        isProblem(
                "precondition_failed",
                412,
                call(412, "PATCH", "/people/{sub}", "{\"given_name\":\"x\"}", Map.of("If-Match", tag), sub));

        var browser = site.browser();
        browser.follow(browser.post(
                "/login", Site.login(ByMail.login(browser), "nora@example.com", "nine ferries before the storm")));
        var sessions =
                call(200, "GET", "/people/{sub}/sessions", "", sub).json().get("items");
        assertEquals(1, sessions.size());
        call(
                204,
                "DELETE",
                "/people/{sub}/sessions/{session}",
                "",
                sub,
                sessions.get(0).get("session").textValue());
        call(404, "DELETE", "/people/{sub}/sessions/{session}", "", sub, "nothing");
        call(200, "GET", "/people/{sub}/applications", "", sub);
        call(204, "DELETE", "/people/{sub}/applications/{client_id}", "", sub, "spa");
        call(200, "GET", "/people/{sub}/identities", "", sub);
        call(404, "DELETE", "/people/{sub}/identities/{connection_id}/{subject}", "", sub, "oidc", "u");
        call(202, "POST", "/people/{sub}/reset", "", sub);
        assertEquals("recover", Letter.last(site, "nora@example.com").kind());
        call(204, "POST", "/people/{sub}/sign-out", "", sub);
        assertFalse(call(200, "POST", "/people/{sub}/suspend", "", sub)
                .json()
                .get("active")
                .booleanValue());
        assertTrue(call(200, "POST", "/people/{sub}/reinstate", "", sub)
                .json()
                .get("active")
                .booleanValue());
        call(204, "DELETE", "/people/{sub}", "", sub);
        isProblem("not_found", 404, call(404, "GET", "/people/{sub}", "", sub));
        isProblem("invalid_request", 400, call(400, "POST", "/people", "{\"email\":\"no address\"}"));
        isProblem(
                "invalid_request",
                400,
                call(400, "POST", "/people", "{\"email\":\"weak@example.com\",\"password\":\"password1\"}"));
    }

    @Test
    void an_identity_is_taken_away_while_another_way_in_stays() {
        var house = site.app.house();
        var account = house.accounts()
                .byEmail(site.host().id(), "bob@example.com")
                .orElseThrow()
                .account();
        var user = new dev.symbolon.oauth.UpstreamUser(
                new dev.symbolon.oauth.ConnectionId("database"),
                "u 1/2",
                Optional.empty(),
                account.profile(),
                Optional.empty());
        house.identities().link(account.tenant(), account.subject(), user, site.clock.instant());
        var sub = account.subject().value();
        call(204, "DELETE", "/people/{sub}/identities/{connection_id}/{subject}", "", sub, "database", "u 1/2");
    }

    @Test
    void AD_01_operators_are_changed_only_by_whoever_may_name_them() {
        var ada = sub("ada@example.com");
        call(200, "PUT", "/operators/{sub}", "{\"role\":\"owner\"}", ada);
        call(200, "PUT", "/operators/{sub}", "{\"role\":\"support\"}", sub("bob@example.com"));
        assertEquals(2, call(200, "GET", "/operators", "").json().get("items").size());
        isProblem("conflict", 409, call(409, "DELETE", "/operators/{sub}", "", ada));
        var helper = token("nopkce", "read:people write:people write:clients");
        for (var act : List.of("suspend", "reset", "sign-out")) {
            isProblem(
                    "not_allowed", 403, send("POST", "/people/" + ada + "/" + act, helper, Optional.empty(), Map.of()));
        }
        isProblem(
                "not_allowed",
                403,
                send("PATCH", "/people/" + ada, helper, Optional.of("{\"email\":\"evil@example.com\"}"), Map.of()));
        isProblem(
                "not_allowed",
                403,
                send(
                        "PUT",
                        "/clients/nopkce/access/" + Form.encode(api()),
                        helper,
                        Optional.of("{\"scope\":\"write:operators\"}"),
                        Map.of()));
        call(204, "DELETE", "/operators/{sub}", "", sub("bob@example.com"));
        isProblem("not_found", 404, call(404, "PUT", "/operators/{sub}", "{\"role\":\"admin\"}", "nobody"));
        isProblem("invalid_request", 400, call(400, "PUT", "/operators/{sub}", "{\"role\":\"god\"}", ada));
    }

    @Test
    void an_api_declares_its_permissions_and_clients_are_given_no_others() {
        var identifier = "https://api.example/shop";
        var said = "{\"permissions\":{\"write:orders\":\"Place orders\",\"read:orders\":\"\"}}";
        var made = call(201, "PUT", "/apis/{identifier}", said, identifier);
        assertEquals(
                List.of("write:orders", "read:orders"),
                made.json()
                        .get("permissions")
                        .propertyStream()
                        .map(Map.Entry::getKey)
                        .toList());
        var tag = made.header("etag").orElseThrow();
        call(200, "PUT", "/apis/{identifier}", "{\"name\":\"Orders\"}", Map.of("If-Match", tag), identifier);
        isProblem(
                "precondition_failed",
                412,
                call(412, "PUT", "/apis/{identifier}", "{\"permissions\":{}}", Map.of("If-Match", tag), identifier));
        for (var bad : List.of(
                "{\"permissions\":{\"email\":\"x\"}}",
                "{\"permissions\":{\"two words\":\"x\"}}",
                "{\"permissions\":{\"\":\"x\"}}",
                "{\"permissions\":{\"a\":\"" + "x".repeat(201) + "\"}}",
                "{\"permissions\":{\"a\":\"x\\ny\"}}",
                "{\"permissions\":{\"a\":1}}",
                "{\"permissions\":[\"a\"]}",
                "{\"permissions\":{\"" + "x".repeat(101) + "\":\"\"}}")) {
            isProblem("invalid_request", 400, call(400, "PUT", "/apis/{identifier}", bad, identifier));
        }
        var access = "/clients/{client_id}/access/{api}";
        isProblem("invalid_request", 400, call(400, "PUT", access, "{\"scope\":\"read:stock\"}", "web", identifier));
        call(200, "PUT", access, "{\"scope\":\"read:orders\"}", "web", identifier);
        call(200, "PUT", "/apis/{identifier}", "{\"permissions\":{\"write:orders\":\"\"}}", identifier);
        for (var item : call(200, "GET", "/clients/{client_id}/access", "", "web")
                .json()
                .get("items")) {
            assertEquals(
                    item.get("api").textValue().equals(identifier),
                    item.get("scope").textValue().isEmpty());
        }
    }

    @Test
    void apis_keys_sessions_events_refusals_and_tenants_are_there_too() {
        var identifier = "https://api.example/new";
        call(201, "PUT", "/apis/{identifier}", "{\"name\":\"New\",\"access_token_seconds\":900}", identifier);
        call(200, "PUT", "/apis/{identifier}", "{\"signing_alg\":\"EdDSA\"}", identifier);
        assertEquals(
                900,
                call(200, "GET", "/apis/{identifier}", "", identifier)
                        .json()
                        .get("access_token_seconds")
                        .intValue());
        assertTrue(call(200, "GET", "/apis", "").body().contains(identifier));
        call(204, "DELETE", "/apis/{identifier}", "", identifier);
        isProblem("invalid_request", 400, call(400, "PUT", "/apis/{identifier}", "{}", "no uri"));
        isProblem("invalid_request", 400, call(400, "PUT", "/apis/{identifier}", "{}", api()));
        isProblem("invalid_request", 400, call(400, "PUT", "/apis/{identifier}", "{}", site.issuer));

        call(201, "POST", "/keys", "{\"alg\":\"ES256\",\"at_once\":true}");
        var keys = call(200, "GET", "/keys", "").json().get("items");
        var old = "";
        for (JsonNode key : keys) {
            if (key.get("alg").textValue().equals("ES256") && key.has("retired_at")) {
                old = key.get("kid").textValue();
            }
        }
        call(204, "DELETE", "/keys/{kid}", "", old);
        isProblem("not_found", 404, call(404, "DELETE", "/keys/{kid}", "", old));
        // The token was signed with the key that was taken back; a node knows it within a second.
        site.clock.advance(Duration.ofSeconds(2));
        owner = ownersToken();

        site.code("spa");
        var sessions = call(200, "GET", "/sessions", "").json().get("items");
        assertTrue(sessions.size() >= 1);
        call(
                204,
                "DELETE",
                "/sessions/{session}",
                "",
                sessions.get(0).get("session").textValue());
        var events = send("GET", "/events?kind=signing_key.withdrawn", owner, Optional.empty(), Map.of())
                .json();
        assertEquals(1, events.get("items").size(), events.toString());
        call(200, "GET", "/events", "");
        call(200, "GET", "/refusals", "");

        call(201, "POST", "/tenants", "{\"id\":\"third\",\"issuer\":\"https://third.example\",\"name\":\"Third\"}");
        assertTrue(call(200, "GET", "/tenants", "").body().contains("https://third.example"));
        isProblem(
                "conflict",
                409,
                call(409, "POST", "/tenants", "{\"id\":\"third\",\"issuer\":\"https://x.example\",\"name\":\"X\"}"));
        isProblem(
                "invalid_request",
                400,
                call(400, "POST", "/tenants", "{\"id\":\"Third!\",\"issuer\":\"https://x.example\",\"name\":\"X\"}"));
    }

    @Test
    void what_is_said_wrong_is_told_with_the_reason() {
        for (var body : List.of(
                "",
                "[]",
                "nonsense",
                "{\"client_name\":1}",
                "{\"colour\":\"red\"}",
                "{\"redirect_uris\":[1]}",
                "{\"access_token_seconds\":1.5}",
                "{\"client_name\":\"a\",\"client_name\":\"b\"}",
                "{\"redirect_uris\":[\"javascript:alert(1)\"]}",
                "{\"first_party\":\"yes\"}")) {
            var reply = send("POST", "/clients", owner, Optional.of(body), Map.of());
            isProblem("invalid_request", 400, reply);
        }
        var method = send("PUT", "/clients", owner, Optional.of("{}"), Map.of());
        assertEquals(405, method.status());
        assertEquals("GET, POST", method.header("allow").orElse(""));
    }

    private static Reply putLogo(byte[] bytes, String type) {
        return Browser.exchange(HttpRequest.newBuilder(URI.create(api() + "/branding/logo"))
                .header("Authorization", "Bearer " + owner)
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    @Test
    void a_branding_is_shown_changed_and_taken_back() {
        var first = call(200, "GET", "/branding", "");
        assertTrue(first.json().get("texts").isEmpty());
        var tag = first.header("etag").orElseThrow();
        var said = "{\"name\":\"Acme\",\"accent_light\":\"#6a1b9a\",\"texts\":{\"de\":{\"title\":\"Hallo\"}}}";
        var second = call(200, "PATCH", "/branding", said, Map.of("If-Match", tag));
        assertEquals("#6A1B9A", second.json().get("accent_light").textValue());
        assertEquals("Hallo", second.json().at("/texts/de/title").textValue());
        isProblem(
                "precondition_failed",
                412,
                send("PATCH", "/branding", owner, Optional.of(said), Map.of("If-Match", tag)));
        assertEquals(
                second.header("etag"), call(200, "GET", "/branding", "").header("etag"), "the tag is of what is there");

        var logo = putLogo(dev.symbolon.tenant.Pictures.SVG, "application/octet-stream");
        assertEquals(200, logo.status(), logo.body());
        EXERCISED.add("PUT /branding/logo");
        assertEquals("image/svg+xml", logo.json().get("logo_type").textValue());
        var shown = Browser.exchange(
                HttpRequest.newBuilder(URI.create(logo.json().get("logo").textValue())));
        assertEquals("image/svg+xml", shown.header("content-type").orElse(""));
        assertEquals("Acme", logo.json().get("name").textValue(), "the rest stays");
        assertTrue(site.browser().always("Accept", "text/html").get("/x").body().contains("<bdi>Acme</bdi>"));

        isProblem(
                "invalid_request",
                400,
                putLogo("GIF89a".getBytes(java.nio.charset.StandardCharsets.UTF_8), "image/png"));
        isProblem("invalid_request", 400, putLogo(new byte[50 * 1_024], "image/png"));
        isProblem("invalid_request", 400, call(400, "PATCH", "/branding", "{\"accent_dark\":\"#111111\"}"));
        isProblem("invalid_request", 400, call(400, "PATCH", "/branding", "{\"logo\":\"x\"}"));
        isProblem(
                "invalid_request",
                400,
                call(400, "PATCH", "/branding", "{\"texts\":{\"de\":{\"terms\":\"javascript:1\"}}}"));
        isProblem("invalid_request", 400, call(400, "PATCH", "/branding", "{\"texts\":[1]}"));

        assertTrue(call(200, "DELETE", "/branding/logo", "").json().get("logo") == null);
        assertEquals(
                404,
                Browser.exchange(HttpRequest.newBuilder(
                                URI.create(logo.json().get("logo").textValue())))
                        .status());
        call(200, "PATCH", "/branding", "{\"name\":\"\",\"accent_light\":\"\",\"texts\":{\"de\":{\"title\":\"\"}}}");
        assertEquals(dev.symbolon.oauth.Branding.NONE, site.host().branding());
        var told = site.app.house().events().list(site.host().id(), Optional.empty(), "branding.", 10);
        assertEquals(4, told.size());
        assertEquals(Optional.of("client:web"), told.getFirst().actor());
        assertEquals(dev.symbolon.oauth.Branding.NONE, site.otherHost().branding());
    }

    @Test
    void settings_are_shown_with_where_they_come_from_and_changed() {
        var first = call(200, "GET", "/settings", "");
        assertEquals("Symbolon", first.json().get("name").textValue());
        assertEquals(604_800, first.json().at("/effective/session_idle_seconds").intValue());
        assertTrue(first.json().get("session_idle_seconds") == null, "it is not the tenant's own");
        var sources = new HashMap<String, String>();
        first.json()
                .get("installation")
                .forEach(line -> sources.put(
                        line.get("variable").textValue(), line.get("source").textValue()));
        assertEquals("default", sources.get("SYMBOLON_SESSION_IDLE"));
        assertEquals("environment", sources.get("SYMBOLON_ATTEMPTS_PER_NETWORK"));
        assertEquals("environment", sources.get("SYMBOLON_DATA"));
        var tag = first.header("etag").orElseThrow();
        var said = "{\"session_idle_seconds\":3600,\"language\":\"de\",\"events_kept_seconds\":864000}";
        var second = call(200, "PATCH", "/settings", said, Map.of("If-Match", tag));
        assertEquals(3_600, second.json().get("session_idle_seconds").intValue());
        assertEquals(3_600, second.json().at("/effective/session_idle_seconds").intValue());
        isProblem(
                "precondition_failed",
                412,
                send("PATCH", "/settings", owner, Optional.of(said), Map.of("If-Match", tag)));
        for (var wrong : List.of(
                "{\"session_idle_seconds\":1}",
                "{\"session_idle_seconds\":2678400}",
                "{\"session_absolute_seconds\":60}",
                "{\"events_kept_seconds\":3600}",
                "{\"events_kept_seconds\":9223372036854775807}",
                "{\"language\":\"tlh\"}",
                "{\"name\":\"\"}",
                "{\"name\":null,\"port\":1}",
                "{\"name\":\"half \\ud83d a smile\"}",
                "{\"language\":1}")) {
            isProblem("invalid_request", 400, call(400, "PATCH", "/settings", wrong));
        }
        var back = "{\"session_idle_seconds\":0,\"language\":\"\",\"events_kept_seconds\":0}";
        assertEquals(first.body(), call(200, "PATCH", "/settings", back).body());
        var told = site.app.house().events().list(site.host().id(), Optional.empty(), "settings.", 10);
        assertEquals(
                Map.of("events_kept_seconds", "864000", "language", "de", "session_idle_seconds", "3600"),
                told.get(1).detail());
        assertEquals(Optional.of("client:web"), told.get(1).actor());
    }

    @Test
    void AD_05_only_an_owners_program_has_less_of_the_trail_kept() {
        var admin = token("nopkce", "read:settings write:settings");
        java.util.function.Function<String, Reply> keep = seconds ->
                send("PATCH", "/settings", admin, Optional.of("{\"events_kept_seconds\":" + seconds + "}"), Map.of());
        var more = Duration.ofDays(366).toSeconds();
        assertEquals(200, keep.apply(Long.toString(more)).status());
        var less = keep.apply("86400");
        isProblem("invalid_request", 400, less);
        assertTrue(less.body().contains("only an owner"), less.body());
        isProblem("invalid_request", 400, keep.apply("0"));
        call(200, "PATCH", "/settings", "{\"events_kept_seconds\":86400}");
        call(200, "PATCH", "/settings", "{\"events_kept_seconds\":0}");
    }

    @Test
    void AD_01_another_tenants_things_are_not_there() {
        var other = site.otherHost();
        var client = new ClientId("elsewhere");
        site.client(other, "elsewhere", Site.draft().callbacks("https://elsewhere.example/cb"));
        assertTrue(site.app.house().clients().find(other.id(), client).isPresent());
        for (var path : List.of("/clients/elsewhere", "/clients/elsewhere/secrets", "/clients/elsewhere/access")) {
            isProblem("not_found", 404, send("GET", path, owner, Optional.empty(), Map.of()));
        }
        isProblem("not_found", 404, send("DELETE", "/clients/elsewhere", owner, Optional.empty(), Map.of()));
        assertTrue(site.app.house().clients().find(other.id(), client).isPresent());

        var house = site.app.house();
        var sub = site.person(other, "elsewhere@example.com", Profile.named(Optional.of("Else")));
        house.operators().put(other.id(), sub, Role.ADMIN, site.clock.instant());
        var person = "/people/" + sub.value();
        for (var path : List.of(person, person + "/sessions", person + "/identities", person + "/applications")) {
            isProblem("not_found", 404, send("GET", path, owner, Optional.empty(), Map.of()));
        }
        for (var path : List.of(person + "/suspend", person + "/reinstate", person + "/reset", person + "/sign-out")) {
            isProblem("not_found", 404, send("POST", path, owner, Optional.empty(), Map.of()));
        }
        for (var path : List.of(person, "/operators/" + sub.value())) {
            isProblem("not_found", 404, send("DELETE", path, owner, Optional.empty(), Map.of()));
        }
        var change = Optional.of("{\"name\":\"Mine\"}");
        isProblem("not_found", 404, send("PATCH", person, owner, change, Map.of()));
        assertEquals(
                "Else", house.accounts().find(other.id(), sub).orElseThrow().title());

        var format = "{\"format\":\"symbolon-tenant\",\"version\":1}";
        var begun = house.transfer(site.clock).importing().begin(other, format, "theirs.jsonl", 0);
        var theirs = "/imports/" + begun.id();
        isProblem("not_found", 404, send("GET", theirs, owner, Optional.empty(), Map.of()));
        var lines = Optional.of("{\"at\":" + begun.bytes() + ",\"lines\":\"\"}");
        isProblem("not_found", 404, send("POST", theirs + "/lines", owner, lines, Map.of()));
        isProblem("not_found", 404, send("POST", theirs + "/end", owner, Optional.empty(), Map.of()));
        assertTrue(house.transfer(site.clock)
                .imports()
                .find(other.id(), begun.id())
                .orElseThrow()
                .endedAt()
                .isEmpty());
    }
}
