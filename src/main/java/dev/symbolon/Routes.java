package dev.symbolon;

import dev.symbolon.authorize.AuthorizeEndpoint;
import dev.symbolon.authorize.PasswordlessEndpoint;
import dev.symbolon.dashboard.Dashboard;
import dev.symbolon.direct.DirectEndpoints;
import dev.symbolon.login.SignIn;
import dev.symbolon.management.ManagementApi;
import dev.symbolon.oidc.Discovery;
import dev.symbolon.oidc.LogoutEndpoint;
import dev.symbolon.oidc.UserinfoEndpoint;
import dev.symbolon.page.StaticFiles;
import dev.symbolon.self.Self;
import dev.symbolon.tenant.LogoEndpoint;
import dev.symbolon.token.IntrospectionEndpoint;
import dev.symbolon.token.RevocationEndpoint;
import dev.symbolon.token.TokenEndpoint;
import dev.symbolon.web.Route;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The map of the house: every endpoint on one line.
record Routes(
        AuthorizeEndpoint authorize,
        TokenEndpoint token,
        RevocationEndpoint revocation,
        IntrospectionEndpoint introspection,
        UserinfoEndpoint userinfo,
        LogoutEndpoint logout,
        SignIn signIn,
        Self self,
        PasswordlessEndpoint passwordless,
        DirectEndpoints direct,
        LogoEndpoint logo,
        Dashboard dashboard,
        ManagementApi management) {

    Map<String, Route> byPath() {
        var routes = new TreeMap<String, Route>();
        routes.put("/authorize", Route.form(authorize::begin));
        routes.put("/authorize/resume", Route.page(authorize::resume));
        routes.put("/authorize/restart", Route.page(authorize::restart));
        routes.put("/authorize/cancel", Route.page(authorize::cancel));
        routes.put("/authorize/deny", Route.page(authorize::deny));
        routes.putAll(signIn.byPath());
        routes.putAll(self.byPath());
        routes.put("/passwordless/start", Route.api(Set.of("POST"), passwordless::start));
        routes.put("/passwordless/verify", Route.api(Set.of("POST"), passwordless::verify));
        routes.putAll(direct.byPath());
        routes.put("/branding/{hash}", Route.document(logo::answer));
        routes.putAll(dashboard.byPath());
        routes.putAll(management.byPath());
        routes.put("/logout", Route.form(logout::answer));
        routes.put("/logged-out", Route.page(logout::loggedOut));
        routes.put("/oauth/token", Route.api(Set.of("POST"), token::answer));
        routes.put("/oauth/revoke", Route.api(Set.of("POST"), revocation::answer));
        routes.put("/oauth/introspect", Route.api(Set.of("POST"), introspection::answer));
        routes.put("/userinfo", Route.api(Set.of("GET", "POST"), userinfo::userinfo));
        routes.put("/me", Route.api(Set.of("GET"), userinfo::me));
        routes.put("/.well-known/openid-configuration", Route.document(Discovery::metadata));
        routes.put("/.well-known/oauth-authorization-server", Route.document(Discovery::metadata));
        routes.put("/.well-known/jwks.json", Route.document(Discovery::keys));
        StaticFiles.all().forEach((path, endpoint) -> routes.put(path, Route.document(endpoint)));
        return Map.copyOf(routes);
    }
}
