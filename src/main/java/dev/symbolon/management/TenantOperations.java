package dev.symbolon.management;

import static dev.symbolon.oauth.Permission.READ_BRANDING;
import static dev.symbolon.oauth.Permission.READ_SETTINGS;
import static dev.symbolon.oauth.Permission.WRITE_BRANDING;
import static dev.symbolon.oauth.Permission.WRITE_OPERATORS;
import static dev.symbolon.oauth.Permission.WRITE_SETTINGS;

import dev.symbolon.management.Operation.Member;
import dev.symbolon.management.Operation.Shape;
import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Format;
import dev.symbolon.tenant.BrandingFields;
import dev.symbolon.tenant.Installed;
import dev.symbolon.tenant.Logos;
import dev.symbolon.tenant.SettingFields;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Host;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How the pages of a tenant look, and what it has otherwise than the installation.
final class TenantOperations {
    private static final String BRANDING = "/branding";
    private static final String SETTINGS = "/settings";
    private static final String LOGO = "/branding/logo";

    private static final Shape BRANDING_BODY = new Shape(
            "Branding",
            List.of(),
            List.of(
                    Member.of("name", "string"),
                    Member.of("accent_light", "string"),
                    Member.of("accent_dark", "string"),
                    Member.of("texts", "object")));

    private static final Shape SETTINGS_BODY = new Shape(
            "Settings",
            List.of(),
            List.of(
                    Member.of("name", "string"),
                    Member.of("language", "string"),
                    Member.of("session_idle_seconds", "integer"),
                    Member.of("session_absolute_seconds", "integer"),
                    Member.of("events_kept_seconds", "integer")));

    private static final Shape LOGO_BODY = Shape.bytes(
            "Logo", Arrays.stream(Format.values()).map(Format::mediaType).toList());

    private final ManagementApi.Means means;

    TenantOperations(ManagementApi.Means means) {
        this.means = means;
    }

    List<Operation> all() {
        return List.of(
                Operation.get(BRANDING, READ_BRANDING, "Show how the pages look.", this::branding),
                Operation.act(BRANDING, WRITE_BRANDING, "Change how the pages look.", this::brand)
                        .with(BRANDING_BODY)
                        .by("PATCH"),
                Operation.act(LOGO, WRITE_BRANDING, "Use a logo: the body is the picture.", this::putLogo)
                        .with(LOGO_BODY)
                        .by("PUT"),
                Operation.get(SETTINGS, READ_SETTINGS, "Show what holds, and where that comes from.", this::settings),
                Operation.act(SETTINGS, WRITE_SETTINGS, "Change what this tenant has otherwise.", this::configure)
                        .with(SETTINGS_BODY)
                        .by("PATCH"),
                Operation.delete(LOGO, WRITE_BRANDING, "Show the mark of the house again.", this::removeLogo));
    }

    // As it is stored now; what this node serves may be a second older.
    private Host host(Request request) {
        return means.hosts().find(request.tenant()).orElseThrow(() -> Problem.notFound("tenant"));
    }

    private static Map<String, Object> fields(Host host) {
        return BrandingFields.of(host, host.branding());
    }

    private Answer branding(Request request) {
        return request.thing(200, fields(host(request)));
    }

    private Answer brand(Request request) {
        var before = matched(request);
        return changed(request, before, BrandingFields.changed(before.branding(), request.body()), Optional.empty());
    }

    private Answer putLogo(Request request) {
        var before = matched(request);
        var bytes = request.call().body().get();
        return changed(request, before, before.branding().with(Optional.of(Logos.of(bytes))), Optional.of(bytes));
    }

    private Answer removeLogo(Request request) {
        var before = matched(request);
        return changed(request, before, before.branding().with(Optional.empty()), Optional.empty());
    }

    private Host matched(Request request) {
        var host = host(request);
        request.requireMatch(fields(host));
        return host;
    }

    // The statement compares once more: of two who change the same version one is told.
    private Answer changed(Request request, Host before, Branding after, Optional<byte[]> logo) {
        if (!means.hosts().brand(before, after, logo)) {
            throw Problem.late();
        }
        return request.thing(200, BrandingFields.of(before, after));
    }

    // What can be set, what holds because of it, and what the environment says.
    private Map<String, Object> settings(Host host) {
        var isFirst = means.tenants().first().filter(host.id()::equals).isPresent();
        var fields = new LinkedHashMap<>(SettingFields.of(SettingFields.of(host)));
        fields.put("effective", SettingFields.effective(host, means.installed()));
        fields.put(
                "installation",
                means.installed().shown(isFirst).stream()
                        .map(TenantOperations::line)
                        .toList());
        return fields;
    }

    private static Map<String, Object> line(Installed.Line line) {
        // In one order on every node: the tag is made of it.
        var fields = new LinkedHashMap<String, Object>();
        fields.put("variable", line.variable());
        fields.put("value", line.value());
        fields.put("source", line.source());
        fields.put("description", line.sentence());
        return fields;
    }

    private Answer settings(Request request) {
        return request.thing(200, settings(host(request)));
    }

    private Answer configure(Request request) {
        var before = host(request);
        request.requireMatch(settings(before));
        var mayForget = request.may(WRITE_OPERATORS);
        var after = SettingFields.changed(SettingFields.of(before), means.installed(), mayForget, request.body());
        if (!means.hosts().configure(before, after)) {
            throw Problem.late();
        }
        return request.thing(200, settings(host(request)));
    }
}
