package dev.symbolon.dashboard;

import dev.symbolon.account.BrowserSessions;
import dev.symbolon.account.Passwords;
import dev.symbolon.account.TicketPost;
import dev.symbolon.oauth.Permission;
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
import dev.symbolon.store.Outbox;
import dev.symbolon.store.Refusals;
import dev.symbolon.store.Resources;
import dev.symbolon.store.Sessions;
import dev.symbolon.store.SigningKeys;
import dev.symbolon.store.Tallies;
import dev.symbolon.store.Tenants;
import dev.symbolon.tenant.Hosts;
import dev.symbolon.tenant.Installed;
import dev.symbolon.transfer.Transfer;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Call;
import dev.symbolon.web.Endpoint;
import dev.symbolon.web.Route;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// Every page of the operator's rooms.
public final class Dashboard {
    private final Stores stores;
    private final Means means;
    private final Door door;
    private final Setup setup;

    /// What the rooms need of the store.
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
            Events events,
            Tallies tallies) {}

    /// What they need beside it.
    ///
    /// @param flow what a client meets
    /// @param database its address, without a password
    /// @param installed what the environment sets
    public record Means(
            BrowserSessions sessions,
            Passwords passwords,
            TicketPost tickets,
            Hosts hosts,
            Tenants tenants,
            SigningKeys signingKeys,
            Outbox outbox,
            Transfer transfer,
            List<AccessRooms.Operation> operations,
            Flow flow,
            String database,
            Installed installed) {}

    /// The endpoints that a client asks by itself, as they answer everybody.
    public record Flow(Endpoint token, Endpoint userinfo) {}

    /// The rooms of one server.
    public Dashboard(Stores stores, Means means, RandomGenerator random) {
        this.stores = stores;
        this.means = means;
        this.door = new Door(stores.clients(), stores.grants(), stores.operators());
        this.setup = new Setup(stores, means, random);
    }

    Stores stores() {
        return stores;
    }

    Means means() {
        return means;
    }

    /// Where they are.
    public Map<String, Route> byPath() {
        var routes = new TreeMap<String, Route>();
        routes.put("/dashboard/setup", Route.form(setup::answer));
        routes.put("/dashboard/setup/claim", Route.form(setup::claim));
        routes.put("/dashboard/sign-in", Route.page(door::asSomebodyElse));
        routes.put("/dashboard/callback", Route.page(door::callback));
        routes.put("/dashboard/sign-out", act(Room.HOME, Permission.READ_EVENTS, door::signOut));
        routes.put("/dashboard", look(Room.HOME, new Home(this)::show));
        new ClientRooms(this).routes(routes);
        new ConnectionRooms(this).routes(routes);
        new PeopleRooms(this).routes(routes);
        new ApiRooms(this).routes(routes);
        new ErrorRooms(this).routes(routes);
        new TrailRooms(this).routes(routes);
        new BrandingRoom(this).routes(routes);
        new SettingsRoom(this).routes(routes);
        new OwnerRooms(this).routes(routes);
        new AccessRooms(this).routes(routes);
        new TransferRooms(this).routes(routes);
        return routes;
    }

    /// A page that is looked at by whoever may enter the room.
    Route look(Room room, Function<Desk, Answer> answer) {
        return Route.page(opened(new Door.Needs(room, room.permission(), false), answer));
    }

    /// A form that is shown and sent by whoever has the permission.
    Route form(Room room, Permission permission, Function<Desk, Answer> answer) {
        return Route.form(opened(new Door.Needs(room, permission, false), answer));
    }

    /// A page that is looked at by whoever may enter the room, with forms that whoever has the permission sends to
    /// it.
    Route sheet(Room room, Permission permission, Function<Desk, Answer> answer) {
        var looking = new Door.Needs(room, room.permission(), false);
        var sending = new Door.Needs(room, permission, false);
        return Route.form(call -> answer(call, call.isPost() ? sending : looking, answer));
    }

    /// The same for what is dangerous: the operator has signed in in the last five minutes.
    Route fresh(Room room, Permission permission, Function<Desk, Answer> answer) {
        return Route.form(opened(new Door.Needs(room, permission, true), answer));
    }

    /// What is only sent, by a button on another page.
    Route act(Room room, Permission permission, Function<Desk, Answer> answer) {
        var form = form(room, permission, answer);
        return new Route(Set.of("POST"), form.kind(), form.endpoint());
    }

    private Endpoint opened(Door.Needs needs, Function<Desk, Answer> answer) {
        return call -> answer(call, needs, answer);
    }

    private Answer answer(Call call, Door.Needs needs, Function<Desk, Answer> answer) {
        return switch (door.open(call, needs)) {
            case Door.Opened.Instead(var instead) -> instead;
            case Door.Opened.Ready(var desk) ->
                Actor.operator(desk.account().subject().value()).does(() -> answer.apply(desk));
        };
    }
}
