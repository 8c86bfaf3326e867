package dev.symbolon.dashboard;

import dev.symbolon.client.ClientFields;
import dev.symbolon.client.Registration;
import dev.symbolon.client.Registration.Draft;
import dev.symbolon.client.Registration.Registered;
import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Permission;
import dev.symbolon.page.templates.desk.JteclientmethodGenerated;
import dev.symbolon.page.templates.desk.JteclientnewGenerated;
import dev.symbolon.page.templates.desk.JteclientremoveGenerated;
import dev.symbolon.page.templates.desk.JteclientsGenerated;
import dev.symbolon.page.templates.desk.JteclientsecretGenerated;
import dev.symbolon.store.Clients;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Route;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/// The applications of a tenant: all of them, a new one, and what is dangerous about one. [ClientSheet] is about
/// the rest.
public final class ClientRooms {
    private static final int PAGE = 50;

    private final Dashboard dashboard;
    private final Clients clients;
    private final Registration registration;
    private final ClientSheet sheet;

    ClientRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
        this.clients = dashboard.stores().clients();
        this.registration = new Registration(clients);
        this.sheet = new ClientSheet(dashboard.stores(), registration);
    }

    void routes(Map<String, Route> routes) {
        var write = Permission.WRITE_CLIENTS;
        routes.put("/dashboard/clients", dashboard.look(Room.CLIENTS, this::list));
        routes.put("/dashboard/clients/new", dashboard.fresh(Room.CLIENTS, write, this::create));
        routes.put("/dashboard/clients/{client}", dashboard.sheet(Room.CLIENTS, write, of(sheet::answer)));
        routes.put("/dashboard/clients/{client}/switch", dashboard.act(Room.CLIENTS, write, of(this::flip)));
        routes.put("/dashboard/clients/{client}/secrets", dashboard.fresh(Room.CLIENTS, write, of(this::secrets)));
        routes.put("/dashboard/clients/{client}/method", dashboard.fresh(Room.CLIENTS, write, of(this::method)));
        var trial = new TryRoom(dashboard);
        routes.put("/dashboard/clients/{client}/try", dashboard.form(Room.CLIENTS, write, of(trial::answer)));
        routes.put(TryRoom.CALLBACK, dashboard.form(Room.CLIENTS, write, trial::callback));
        var access = new AccessRooms(dashboard);
        routes.put("/dashboard/clients/{client}/access", dashboard.fresh(Room.CLIENTS, write, of(access::access)));
        routes.put("/dashboard/clients/{client}/remove", dashboard.fresh(Room.CLIENTS, write, of(this::remove)));
    }

    // The dashboard's own client is made and kept by the dashboard.
    private Function<Desk, Answer> of(BiFunction<Desk, Client, Answer> work) {
        return desk -> {
            var id = desk.call().pathValue("client");
            var found = ClientId.hasShape(id) && !id.equals(Door.CLIENT.value())
                    ? clients.find(desk.call().host().id(), new ClientId(id))
                    : Optional.<Client>empty();
            return found.map(client -> work.apply(desk, client))
                    .orElseGet(() -> desk.nothing("No client of this tenant has that id. It may have been removed."));
        };
    }

    static String path(ClientId id) {
        return "/dashboard/clients/" + Form.encode(id.value());
    }

    /// What an application is, in the words of whoever makes one.
    public enum Type {
        SPA("Single-page application", "Runs in the browser: React, Vue, plain JavaScript.", ClientAuthMethod.NONE),
        WEB(
                "Web application",
                "Runs on a server that can keep a secret: Java, Node, PHP, Python.",
                ClientAuthMethod.CLIENT_SECRET_BASIC),
        NATIVE("Native application", "Runs on a phone, a desktop or in a terminal.", ClientAuthMethod.NONE),
        MACHINE(
                "Machine",
                "A program that asks an API in its own name; nobody signs in to it.",
                ClientAuthMethod.CLIENT_SECRET_BASIC);

        private final String title;
        private final String about;
        private final ClientAuthMethod method;

        Type(String title, String about, ClientAuthMethod method) {
            this.title = title;
            this.about = about;
            this.method = method;
        }

        /// What stands on it.
        public String title() {
            return title;
        }

        /// How to know it.
        public String about() {
            return about;
        }
    }

    /// The list.
    ///
    /// @param next the id that the next page begins behind
    public record Listing(List<Client> clients, String search, Optional<String> next) {}

    private Answer list(Desk desk) {
        var query = desk.call().query();
        var search = query.text("q").strip();
        var after = query.get("after").filter(ClientId::hasShape).map(ClientId::new);
        var found = clients.search(desk.call().host().id(), search, after, PAGE + 1);
        var shown = found.stream()
                .limit(PAGE)
                .filter(client -> !client.id().equals(Door.CLIENT))
                .toList();
        var next = found.size() > PAGE ? Optional.of(found.get(PAGE - 1).id().value()) : Optional.<String>empty();
        var view = new Listing(shown, search, next);
        var frame = desk.frame();
        return desk.show(out -> JteclientsGenerated.render(out, null, frame, view));
    }

    /// The form of a new client.
    public record New(String name, String type, Optional<String> error) {}

    private Answer create(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, new New("", Type.SPA.name(), Optional.empty()));
        }
        var name = desk.form().text("name");
        var wanted = desk.form().text("type");
        var type = List.of(Type.values()).stream()
                .filter(one -> one.name().equals(wanted))
                .findFirst();
        if (type.isEmpty()) {
            return show(desk, new New(name, wanted, Optional.of("Choose what kind of application it is.")))
                    .as(400);
        }
        return desk.attempt(
                () -> created(
                        desk,
                        registration.register(
                                desk.call().host(),
                                Optional.empty(),
                                draft(name, type.get()),
                                desk.call().now())),
                sentence -> show(desk, new New(name, wanted, Optional.of(sentence))));
    }

    private static Answer show(Desk desk, New view) {
        var frame = desk.frame();
        return desk.show(out -> JteclientnewGenerated.render(out, null, frame, view));
    }

    // Where it is is said on its own page, next: a client without a callback can do nothing yet.
    private static Draft draft(String name, Type type) {
        return ClientFields.draft(Map.of(
                "client_name", name, "token_endpoint_auth_method", type.method.wire(), "redirect_uris", List.of()));
    }

    private static Answer created(Desk desk, Registered registered) {
        return registered
                .secret()
                .map(secret -> shown(desk, registered.client(), secret))
                .orElseGet(() -> desk.to(path(registered.client().id()), Said.CREATED));
    }

    /// A secret, the one time that anybody sees it.
    public record NewSecret(Client client, String secret) {}

    private static Answer shown(Desk desk, Client client, OpaqueToken secret) {
        var view = new NewSecret(client, secret.value());
        var frame = desk.frame();
        return desk.show(out -> JteclientsecretGenerated.render(out, null, frame, view));
    }

    private Answer flip(Desk desk, Client client) {
        var tenant = desk.call().host().id();
        var isOn = client.disabledAt().isEmpty();
        if (isOn) {
            clients.disable(tenant, client.id(), desk.call().now());
        } else {
            clients.enable(tenant, client.id(), desk.call().now());
        }
        return desk.to(path(client.id()), isOn ? Said.SWITCHED_OFF : Said.SWITCHED_ON);
    }

    private Answer method(Desk desk, Client client) {
        var method = ClientAuthMethod.of(desk.form().text("method"));
        if (!desk.call().isPost() || method.isEmpty()) {
            return showMethod(desk, client, Optional.empty());
        }
        return desk.attempt(
                () -> {
                    var draft = ClientFields.draft(
                            Map.of("token_endpoint_auth_method", method.get().wire()));
                    var changed = registration.change(
                            desk.call().host(), client.id(), draft, desk.call().now());
                    return changed.secret()
                            .map(secret -> shown(desk, changed.client(), secret))
                            .orElseGet(() -> desk.to(path(client.id()), Said.SAVED));
                },
                sentence -> showMethod(desk, client, Optional.of(sentence)));
    }

    private static Answer showMethod(Desk desk, Client client, Optional<String> error) {
        var frame = desk.frame();
        return desk.show(out -> JteclientmethodGenerated.render(out, null, frame, client, error));
    }

    private Answer secrets(Desk desk, Client client) {
        var call = desk.call();
        if (!call.isPost() || client.isPublic()) {
            return Answer.seeOther(path(client.id()) + "#secrets");
        }
        var removed = desk.form().get("remove");
        if (removed.isPresent()) {
            var hash = clients.secretLines(call.host().id(), client.id(), call.now()).stream()
                    .map(Clients.SecretLine::hash)
                    .filter(one -> one.value().equals(removed.get()))
                    .findFirst();
            hash.ifPresent(one -> clients.removeSecret(call.host().id(), client.id(), one, call.now()));
            return desk.to(path(client.id()), Said.REMOVED);
        }
        return desk.attempt(
                () -> {
                    var others = Span.parse(
                            desk.form().text("amount"), desk.form().text("unit"), "The life of the secrets before it");
                    return shown(
                            desk,
                            client,
                            registration.rotateSecret(
                                    call.host(),
                                    client.id(),
                                    call.now(),
                                    call.now().plus(others)));
                },
                sentence -> sheet.show(desk, client, Optional.of(sentence)));
    }

    private Answer remove(Desk desk, Client client) {
        if (!desk.call().isPost()) {
            var frame = desk.frame();
            return desk.show(out -> JteclientremoveGenerated.render(out, null, frame, client));
        }
        clients.remove(desk.call().host().id(), client.id(), desk.call().now());
        return desk.to(Room.CLIENTS.path(), Said.REMOVED);
    }
}
