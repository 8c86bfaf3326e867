package dev.symbolon.dashboard;

import dev.symbolon.oauth.Branding;
import dev.symbolon.oauth.Branding.Words;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Permission;
import dev.symbolon.page.Brand;
import dev.symbolon.page.Brand.Scheme;
import dev.symbolon.page.Page;
import dev.symbolon.page.Pages;
import dev.symbolon.page.StepPage;
import dev.symbolon.page.Texts;
import dev.symbolon.page.templates.desk.JtebrandingGenerated;
import dev.symbolon.page.templates.desk.JtebrandingtroubleGenerated;
import dev.symbolon.tenant.BrandingFields;
import dev.symbolon.tenant.Logos;
import dev.symbolon.web.Answer;
import dev.symbolon.web.Host;
import dev.symbolon.web.Route;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How the hosted pages look, with the sign-in page as it would be beside it.
public final class BrandingRoom {
    private static final String PREVIEW = "/dashboard/branding/preview";

    private final Dashboard dashboard;

    BrandingRoom(Dashboard dashboard) {
        this.dashboard = dashboard;
    }

    void routes(Map<String, Route> routes) {
        routes.put(Room.BRANDING.path(), dashboard.sheet(Room.BRANDING, Permission.WRITE_BRANDING, this::sheet));
        routes.put(PREVIEW, dashboard.form(Room.BRANDING, Permission.READ_BRANDING, this::preview));
    }

    /// A language that the pages speak.
    ///
    /// @param hasWords whether the tenant says something of its own in it
    public record Language(String tag, String name, boolean hasWords) {}

    /// The form.
    ///
    /// @param values what stands in the fields, by their names
    /// @param name what the pages show when nothing else is said
    public record View(
            Map<String, String> values,
            String name,
            Optional<String> logo,
            Language language,
            List<Language> languages,
            Optional<String> error) {
        /// What stands in a field.
        public String value(String field) {
            return values.getOrDefault(field, "");
        }
    }

    private Host host(Desk desk) {
        return dashboard.means().hosts().find(desk.call().host().id()).orElseThrow();
    }

    private static String language(Desk desk) {
        var asked = desk.call().query().text("lang");
        return Texts.LANGUAGES.contains(asked) ? asked : desk.call().host().language();
    }

    private Answer sheet(Desk desk) {
        if (!desk.call().isPost()) {
            return show(desk, Optional.empty());
        }
        return desk.attempt(() -> save(desk), sentence -> show(desk, Optional.of(sentence)));
    }

    private Answer save(Desk desk) {
        var before = host(desk);
        var said = said(desk, before.branding());
        if (!dashboard.means().hosts().brand(before, said.branding(), said.logo())) {
            throw new OAuthException(
                    OAuthError.INVALID_REQUEST, "Somebody else changed it at this moment. Save once more.");
        }
        return desk.to(Room.BRANDING.path() + "?lang=" + language(desk), Said.SAVED);
    }

    /// What the form says.
    ///
    /// @param logo the bytes of a new one
    private record SaidOf(Branding branding, Optional<byte[]> logo) {}

    private static SaidOf said(Desk desk, Branding before) {
        var form = desk.form();
        var words = new LinkedHashMap<String, String>();
        BrandingFields.WORDS.forEach(name -> words.put(name, form.text(name)));
        var after = BrandingFields.changed(
                before,
                Map.of(
                        "name", form.text("name"),
                        "accent_light", form.text("accent_light"),
                        "accent_dark", form.text("accent_dark"),
                        "texts", Map.of(language(desk), words)));
        var logo = form.bytes("logo");
        if (logo.isPresent()) {
            return new SaidOf(after.with(logo.map(Logos::of)), logo);
        }
        return new SaidOf(form.get("no_logo").isPresent() ? after.with(Optional.empty()) : after, Optional.empty());
    }

    private Answer show(Desk desk, Optional<String> error) {
        var host = host(desk);
        var branding = host.branding();
        var chosen = language(desk);
        var values = new LinkedHashMap<String, String>();
        if (error.isPresent()) {
            List.of("name", "accent_light", "accent_dark")
                    .forEach(name -> values.put(name, desk.form().text(name)));
            BrandingFields.WORDS.forEach(name -> values.put(name, desk.form().text(name)));
        } else {
            branding.name().ifPresent(value -> values.put("name", value));
            branding.accentLight().ifPresent(value -> values.put("accent_light", value));
            branding.accentDark().ifPresent(value -> values.put("accent_dark", value));
            values.putAll(BrandingFields.of(branding.in(chosen)));
        }
        var languages =
                Texts.LANGUAGES.stream().map(tag -> named(branding, tag)).toList();
        var view = new View(
                values,
                host.tenant().name(),
                branding.logo().map(Brand::path),
                named(branding, chosen),
                languages,
                error);
        var frame = desk.frame();
        return desk.show(out -> JtebrandingGenerated.render(out, null, frame, view));
    }

    private static Language named(Branding branding, String tag) {
        var name = Locale.forLanguageTag(tag).getDisplayLanguage(Locale.ENGLISH);
        return new Language(tag, name, !branding.in(tag).equals(Words.NONE));
    }

    // The page that people see, in a frame of ours and nobody else's, and with nothing in it that works.
    private Answer preview(Desk desk) {
        var host = host(desk);
        var scheme = desk.call().query().text("scheme").equals("dark") ? Scheme.DARK : Scheme.LIGHT;
        try {
            var said =
                    desk.call().isPost() ? said(desk, host.branding()) : new SaidOf(host.branding(), Optional.empty());
            var brand = new Brand(
                    said.branding().name().orElse(host.tenant().name()),
                    said.branding(),
                    said.branding()
                            .logo()
                            .map(logo -> said.logo()
                                    .map(bytes -> "data:" + logo.format().mediaType() + ";base64,"
                                            + Base64.getEncoder().encodeToString(bytes))
                                    .orElse(Brand.path(logo))),
                    host.language(),
                    Optional.of(scheme));
            var texts = Texts.of(language(desk));
            return framed(still(Pages.render(login(host), texts, brand)), Pages.previewPolicy(brand))
                    .with("Content-Language", texts.language());
        } catch (OAuthException refusal) {
            return framed(
                    Pages.document(out -> JtebrandingtroubleGenerated.render(out, null, refusal.description())),
                    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'self'; sandbox");
        }
    }

    // What is typed in the room keeps the cursor.
    private static byte[] still(byte[] document) {
        return new String(document, StandardCharsets.UTF_8)
                .replaceAll("(<input [^>]*) autofocus", "$1")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static Answer framed(byte[] document, String policy) {
        return new Answer(200, List.of(), document)
                .with("Content-Type", Pages.CONTENT_TYPE)
                .with("Content-Security-Policy", policy)
                .with("X-Frame-Options", "SAMEORIGIN")
                .with("Referrer-Policy", "same-origin")
                .with("Cache-Control", "no-store");
    }

    private StepPage.Login login(Host host) {
        var connections = dashboard.stores().connections().list(host.id()).stream()
                .filter(Connection::isEnabled)
                .toList();
        var passwords = connections.stream().anyMatch(one -> one.kind() == Kind.DATABASE);
        var here = Optional.of("/");
        return new StepPage.Login(
                new StepPage.Frame(new Page.App("Your application", Optional.empty()), "", "", true),
                "",
                Optional.empty(),
                passwords,
                connections.stream().anyMatch(one -> one.kind() == Kind.PASSWORDLESS_EMAIL),
                connections.stream()
                        .filter(one -> one.kind().isUpstream())
                        .map(StepPage.Way::of)
                        .toList(),
                !connections.isEmpty() && connections.getFirst().kind().isUpstream(),
                connections.stream().anyMatch(one -> one.rules().signUp()) ? here : Optional.empty(),
                passwords ? here : Optional.empty());
    }
}
