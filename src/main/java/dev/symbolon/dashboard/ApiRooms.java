package dev.symbolon.dashboard;

import dev.symbolon.client.ApiFields;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.page.templates.desk.JteapiGenerated;
import dev.symbolon.page.templates.desk.JteapisGenerated;
import dev.symbolon.store.Resources;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Form;
import dev.symbolon.web.Route;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The APIs that access tokens can be for.
public final class ApiRooms {
    private final Dashboard dashboard;
    private final Resources resources;

    ApiRooms(Dashboard dashboard) {
        this.dashboard = dashboard;
        this.resources = dashboard.stores().resources();
    }

    void routes(Map<String, Route> routes) {
        routes.put("/dashboard/apis", dashboard.look(Room.APIS, this::list));
        routes.put("/dashboard/apis/new", dashboard.form(Room.APIS, Permission.WRITE_APIS, this::create));
        routes.put("/dashboard/apis/{api}", dashboard.sheet(Room.APIS, Permission.WRITE_APIS, this::sheet));
    }

    private static String path(String identifier) {
        return "/dashboard/apis/" + Form.encode(identifier);
    }

    /// An API in the list.
    public record Line(ProtectedResource api, String href) {}

    private Answer list(Desk desk) {
        var lines = resources.list(desk.call().host().id()).stream()
                .map(api -> new Line(api, path(api.identifier())))
                .toList();
        var frame = desk.frame();
        return desk.show(out -> JteapisGenerated.render(out, null, frame, lines));
    }

    /// One API, or a new one.
    ///
    /// @param path where the form goes
    /// @param permissions one in a line
    public record View(
            Optional<ProtectedResource> api,
            String path,
            String identifier,
            String name,
            String life,
            String unit,
            String algorithm,
            String permissions,
            Optional<String> error) {}

    private Answer create(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, Optional.empty(), Optional.empty());
        }
        return desk.attempt(
                () -> {
                    var identifier = desk.form().text("identifier").strip();
                    if (!resources.add(
                            api(desk, identifier, Optional.empty()), desk.call().now())) {
                        throw new OAuthException(
                                OAuthError.INVALID_REQUEST, "There is an API of that identifier already.");
                    }
                    return desk.to(path(identifier), Said.CREATED);
                },
                sentence -> show(desk, Optional.empty(), Optional.of(sentence)));
    }

    private static ProtectedResource api(Desk desk, String identifier, Optional<ProtectedResource> before) {
        var form = desk.form();
        var life = Span.parse(form.text("life"), form.text("life_unit"), "The life of access tokens");
        var name = form.get("name").orElse(identifier);
        return ApiFields.resource(
                desk.call().host(),
                identifier,
                before,
                Map.of(
                        "name", name,
                        "access_token_seconds", life.toSeconds(),
                        "signing_alg", form.text("algorithm"),
                        "permissions", permissions(form.text("permissions"))));
    }

    // One in a line: the value, and behind it what people read.
    private static Map<String, String> permissions(String text) {
        var permissions = new LinkedHashMap<String, String>();
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(line -> {
            var words = line.split("\\s+", 2);
            permissions.put(words[0], words.length == 1 ? "" : words[1]);
        });
        return permissions;
    }

    private static String lines(ProtectedResource api) {
        return api.permissions().entrySet().stream()
                .map(one -> (one.getKey() + " " + one.getValue()).strip())
                .collect(Collectors.joining("\n"));
    }

    private Answer sheet(Desk desk) {
        var tenant = desk.call().host().id();
        var api = resources.find(tenant, desk.call().pathValue("api"));
        if (api.isEmpty()) {
            return desk.nothing("No API of this tenant has that identifier.");
        }
        if (!desk.call().isPost()) {
            return show(desk, api, Optional.empty());
        }
        if (desk.form().text("action").equals("remove")) {
            resources.remove(tenant, api.get().identifier(), desk.call().now());
            return desk.to(Room.APIS.path(), Said.REMOVED);
        }
        return desk.attempt(
                () -> {
                    resources.put(
                            api(desk, api.get().identifier(), api), desk.call().now());
                    return desk.to(path(api.get().identifier()), Said.SAVED);
                },
                sentence -> show(desk, api, Optional.of(sentence)));
    }

    private static Answer show(Desk desk, Optional<ProtectedResource> api, Optional<String> error) {
        var form = desk.form();
        var known = api.map(one -> Span.of(one.accessToken()));
        var isTyped = error.isPresent();
        var view = new View(
                api,
                api.map(one -> path(one.identifier())).orElse("/dashboard/apis/new"),
                api.map(ProtectedResource::identifier).orElse(form.text("identifier")),
                isTyped ? form.text("name") : api.map(ProtectedResource::name).orElse(""),
                isTyped
                        ? form.text("life")
                        : known.map(span -> Long.toString(span.amount())).orElse("1"),
                isTyped
                        ? form.text("life_unit")
                        : known.map(span -> span.unit().word()).orElse("hours"),
                isTyped
                        ? form.text("algorithm")
                        : api.map(one -> one.algorithm().wire()).orElse("RS256"),
                isTyped ? form.text("permissions") : api.map(ApiRooms::lines).orElse(""),
                error);
        var frame = desk.frame();
        return desk.show(out -> JteapiGenerated.render(out, null, frame, view));
    }
}
