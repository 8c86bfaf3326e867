package dev.symbolon.dashboard;

import dev.symbolon.oauth.Client;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.page.templates.desk.JteaccessGenerated;
import dev.symbolon.page.templates.desk.JteoperationsGenerated;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What programs may do in their own name: the access of a client to APIs, and what the management API can do.
public final class AccessRooms {
    private final Dashboard dashboard;

    AccessRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/api", dashboard.look(Room.API, this::operations));
    }

    /// An operation of the management API.
    public record Operation(String method, String path, String scope, String summary) {}

    private Answer operations(Desk desk) {
        var frame = desk.frame();
        var api = desk.call().host().issuer().managementApi();
        var all = dashboard.means().operations();
        return desk.show(out -> JteoperationsGenerated.render(out, null, frame, api, all));
    }

    /// What a client may ask.
    ///
    /// @param apis what can be chosen, by identifier
    /// @param words what the management API knows and the operator has
    public record View(
            Client client,
            Map<String, Scope> access,
            List<String> apis,
            List<String> words,
            String scope,
            Optional<String> error) {
        /// Where this page is.
        public String path() {
            return ClientRooms.path(client.id()) + "/access";
        }
    }

    Answer access(Desk desk, Client client) {
        if (!desk.call().isPost()) {
            return show(desk, client, Optional.empty());
        }
        return desk.attempt(
                () -> desk.to(ClientRooms.path(client.id()) + "/access", change(desk, client)),
                sentence -> show(desk, client, Optional.of(sentence)));
    }

    private Said change(Desk desk, Client client) {
        var host = desk.call().host();
        var api = desk.form().text("api");
        var now = desk.call().now();
        if (desk.form().text("action").equals("disallow")) {
            dashboard.stores().access().disallow(host.id(), client.id(), api, now);
            return Said.REMOVED;
        }
        var scope = Scope.parse(desk.form().text("scope"));
        if (client.isPublic()) {
            throw refused("A public client cannot ask in its own name: anybody can say it.");
        }
        if (api.equals(host.issuer().managementApi())) {
            requireOwn(desk, scope);
        } else if (dashboard.stores().resources().find(host.id(), api).isEmpty()) {
            throw refused("There is no such API any more.");
        }
        dashboard.stores().access().allow(host.id(), client.id(), api, scope, now);
        return Said.SAVED;
    }

    // Nobody gives away what they have not got.
    private static void requireOwn(Desk desk, Scope scope) {
        for (var word : scope.values()) {
            var permission =
                    Permission.of(word).orElseThrow(() -> refused("The management API knows no " + word + "."));
            if (!desk.may(permission)) {
                throw refused("You cannot give " + word + ", since your role has not got it.");
            }
        }
    }

    private Answer show(Desk desk, Client client, Optional<String> error) {
        var host = desk.call().host();
        var apis = new java.util.ArrayList<String>();
        apis.add(host.issuer().managementApi());
        dashboard.stores().resources().list(host.id()).stream()
                .map(ProtectedResource::identifier)
                .forEach(apis::add);
        var words = Arrays.stream(Permission.values())
                .filter(desk::may)
                .map(Permission::wire)
                .toList();
        var view = new View(
                client,
                dashboard.stores().access().of(host.id(), client.id()),
                apis,
                words,
                desk.form().text("scope"),
                error);
        var frame = desk.frame();
        return desk.show(out -> JteaccessGenerated.render(out, null, frame, view));
    }

    private static OAuthException refused(String sentence) {
        return new OAuthException(OAuthError.INVALID_REQUEST, sentence);
    }
}
