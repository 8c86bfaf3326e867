package dev.symbolon.direct;

import dev.symbolon.account.Enrolment;
import dev.symbolon.account.PasswordPolicy;
import dev.symbolon.account.TicketPost;
import dev.symbolon.account.TicketPost.Asker;
import dev.symbolon.account.TicketPost.Prepared;
import dev.symbolon.client.ClientCalls;
import dev.symbolon.client.FirstParty;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.Ticket;
import dev.symbolon.page.Texts;
import dev.symbolon.store.Clients;
import dev.symbolon.store.Connections;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Cors;
import dev.symbolon.web.Form;
import dev.symbolon.web.Json;
import dev.symbolon.web.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Sign-up, a forgotten password and the list of connections for a first-party application's own pages
/// (docs/decisions/0012). What they answer is the same whoever has which account.
public final class DirectEndpoints {
    private static final int NAME_MAX_CHARACTERS = 200;
    private static final int KEPT_SECONDS = 60;

    private final ClientCalls calls;
    private final Clients clients;
    private final Connections connections;
    private final TicketPost tickets;
    private final Cors cors;

    /// What the endpoints need of the store.
    public record Stores(Clients clients, Connections connections) {}

    /// Endpoints for first-party clients.
    public DirectEndpoints(ClientCalls calls, Stores stores, TicketPost tickets, Cors cors) {
        this.calls = calls;
        this.clients = stores.clients();
        this.connections = stores.connections();
        this.tickets = tickets;
        this.cors = cors;
    }

    /// Where they are.
    public Map<String, Route> byPath() {
        var routes = new TreeMap<String, Route>();
        routes.put("/dbconnections/signup", Route.api(Set.of("POST"), this::signUp));
        routes.put("/dbconnections/change_password", Route.api(Set.of("POST"), this::changePassword));
        routes.put("/connections", Route.api(Set.of("GET"), this::list));
        return routes;
    }

    /// `email`, `password`, perhaps `name`: a mail goes out, and its link makes the account.
    private Answer signUp(Call call) {
        return calls.answer(call, (client, form) -> signUp(call, client, form));
    }

    private Map<String, Object> signUp(Call call, Client client, Form form) {
        var database = database(call, client);
        if (!database.rules().signUp()) {
            throw refused("Nobody makes an account with a password here.");
        }
        var email = address(form);
        var name = name(form.text("name"));
        var password = form.text("password");
        PasswordPolicy.weakness(password, List.of(email, name)).ifPresent(why -> {
            throw new OAuthException(OAuthError.INVALID_PASSWORD, why.sentence());
        });
        // The password itself goes no further: whoever opens the mail sets it (decision 0009).
        var newcomer = new Ticket.Newcomer(Optional.of(name).filter(text -> !text.isEmpty()), Optional.empty());
        var asker = asker(call, client, form);
        send(call, asker, tickets.signUp(call, asker, email, newcomer));
        return Map.of("status", "verification_sent");
    }

    /// `email`: a mail goes out, if there is somebody to send it to, and its link sets a new password.
    private Answer changePassword(Call call) {
        return calls.answer(call, (client, form) -> changePassword(call, client, form));
    }

    private Map<String, Object> changePassword(Call call, Client client, Form form) {
        database(call, client);
        var email = address(form);
        var asker = asker(call, client, form);
        send(call, asker, tickets.recover(call, asker, email));
        return Map.of("status", "sent");
    }

    private void send(Call call, Asker asker, Prepared prepared) {
        if (!tickets.send(call, asker, prepared)) {
            throw new OAuthException(
                    OAuthError.TOO_MANY_REQUESTS,
                    "So many mails went to this address or were asked for from this network that no more go now.");
        }
    }

    private static Asker asker(Call call, Client client, Form form) {
        var locales = List.of(form.text("ui_locales").split(" "));
        var language = Texts.pick(
                        locales,
                        call.header("accept-language").orElse(""),
                        call.host().language())
                .language();
        return new Asker("", Optional.of(client.id()), client.metadata().clientName(), language, Optional.empty());
    }

    private Connection database(Call call, Client client) {
        FirstParty.require(call, client);
        return connections
                .find(call.host().id(), Connection.DATABASE)
                .filter(one -> one.isFor(client.id()) && tickets.canSend(call.host()))
                .orElseThrow(() -> refused("Nobody signs in with a password here, or no mail can be sent."));
    }

    private static String address(Form form) {
        var email = form.text("email").strip();
        if (!TicketPost.isAddress(email)) {
            throw refused("email is missing or cannot be an address.");
        }
        return Enrolment.address(email);
    }

    private static String name(String text) {
        var line = OneLine.of(text).strip();
        return line.length() <= NAME_MAX_CHARACTERS ? line : line.substring(0, NAME_MAX_CHARACTERS);
    }

    /// `GET /connections?client_id=…`: the buttons of a sign-in, for the application's own page.
    private Answer list(Call call) {
        var client = call.query()
                .get("client_id")
                .filter(ClientId::hasShape)
                .flatMap(id -> clients.find(call.host().id(), new ClientId(id)))
                .filter(one -> one.disabledAt().isEmpty() && one.metadata().firstParty());
        if (client.isEmpty()) {
            return cors.share(
                    call,
                    Optional.empty(),
                    Answer.refusal(refused("client_id is missing, or not a first-party application's.")));
        }
        var open = connections.list(call.host().id()).stream()
                .filter(one -> one.isFor(client.get().id()))
                .filter(one -> one.kind() != Kind.PASSWORDLESS_EMAIL || tickets.canSend(call.host()))
                .map(DirectEndpoints::line)
                .toList();
        var answer = Answer.cacheable("application/json", Json.write(Map.of("connections", open)), KEPT_SECONDS);
        return cors.share(call, client, answer);
    }

    private static Map<String, Object> line(Connection connection) {
        var line = new LinkedHashMap<String, Object>();
        line.put("id", connection.id().value());
        line.put("name", connection.name());
        line.put("kind", connection.kind().wire());
        line.put("label", connection.label());
        line.put("icon", connection.icon().wire());
        return line;
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
