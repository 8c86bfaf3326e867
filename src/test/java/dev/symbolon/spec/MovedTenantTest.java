package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an operator who moves or removes a tenant under a running server is told, seen from an application.
final class MovedTenantTest {
    private static final String PROBE = Site.authorize(Site.request("spa", Map.of("prompt", "none")));

    private Site site;
    private Browser browser;
    private JsonNode tokens;

    @BeforeEach
    void aPersonIsSignedIn() {
        site = Site.start();
        browser = at(site.issuer);
        var code = site.signIn(browser, Site.request("spa"), "ada@example.com")
                .redirect()
                .text("code");
        tokens = browser.post("/oauth/token", Site.redemption("spa", code)).json();
        assertEquals(200, userinfo(browser).status());
        assertFalse(browser.get(PROBE).redirect().text("code").isEmpty());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Browser at(String issuer) {
        return Browser.at("http://localhost:" + site.app.port(), issuer);
    }

    private Reply userinfo(Browser from) {
        var token = tokens.get("access_token").textValue();
        return from.send(from.to("/userinfo").header("Authorization", "Bearer " + token));
    }

    private Reply refresh(Browser from) {
        return from.post(
                "/oauth/token", Site.refresh("spa", tokens.get("refresh_token").textValue()));
    }

    private void aMomentLater() {
        site.clock.advance(Duration.ofSeconds(2));
    }

    @Test
    void a_tenant_that_moved_refuses_old_access_tokens_and_keeps_refresh_tokens_good() {
        var moved = new Tenant(
                new TenantId("default"), new Issuer("http://moved.localhost:" + site.app.port()), "Symbolon");
        site.app.house().tenants().update(moved, site.clock.instant());
        aMomentLater();
        assertEquals(404, browser.get("/.well-known/openid-configuration").status(), "nobody is at the old address");
        var there = at(moved.issuer().value());
        assertEquals(401, userinfo(there).status());
        var fresh = refresh(there);
        assertEquals(200, fresh.status(), fresh.body());
        tokens = fresh.json();
        assertEquals(200, userinfo(there).status());
    }

    @Test
    void a_tenant_that_was_removed_and_made_anew_honours_nothing_of_before() {
        var tenant = site.host().tenant();
        site.app.house().tenants().remove(tenant.id());
        aMomentLater();
        assertEquals(404, browser.get(PROBE).status());

        site.app.house().hosts().add(tenant);
        site.client("spa", Site.draft().callbacks(Site.CALLBACK));
        site.person(site.host(), "ada@example.com", Profile.named(Optional.of("Ada")));
        assertEquals(401, userinfo(browser).status());
        assertEquals(400, refresh(browser).status());
        assertEquals("login_required", browser.get(PROBE).redirect().text("error"));
    }

    @Test
    void a_tenant_that_is_made_anew_at_once_honours_nothing_of_before_either() {
        var tenant = site.host().tenant();
        site.app.house().tenants().remove(tenant.id());
        site.app.house().hosts().add(tenant);
        site.client("spa", Site.draft().callbacks(Site.CALLBACK));
        aMomentLater();
        assertEquals(401, userinfo(browser).status());
        assertEquals(400, refresh(browser).status());
        assertEquals("login_required", browser.get(PROBE).redirect().text("error"));
    }
}
