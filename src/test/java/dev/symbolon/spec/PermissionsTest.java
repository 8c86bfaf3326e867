package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.ProtectedResource;
import dev.symbolon.oauth.Scope;
import dev.symbolon.oauth.SigningAlgorithm;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Permissions that APIs declare: in the name of a person, and in a client's own.
final class PermissionsTest {
    private static final String ORDERS = "https://orders.example.com";
    private static final String STOCK = "https://stock.example.com";

    private Site site;
    private Browser ada;

    @BeforeEach
    void start() {
        site = Site.start();
        declare(ORDERS, "Orders", Map.of("read:orders", "See your orders", "write:orders", ""));
        declare(STOCK, "Stock", Map.of("read:orders", "See what is on order", "read:stock", "See the stock"));
        site.client(
                "shop",
                Site.draft()
                        .callbacks(Site.CALLBACK)
                        .firstParty(false)
                        .scope("openid email offline_access read:orders"));
        ada = site.browser();
        site.signIn(ada, Site.request("spa"), "ada@example.com");
        site.clock.advance(Duration.ofSeconds(10));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private void declare(String identifier, String name, Map<String, String> permissions) {
        site.app
                .house()
                .resources()
                .put(
                        new ProtectedResource(
                                site.host().id(),
                                identifier,
                                name,
                                Duration.ofMinutes(10),
                                SigningAlgorithm.ES256,
                                new LinkedHashMap<>(permissions)),
                        site.clock.instant());
    }

    private Reply ask(String client, String api, String scope) {
        var changes = new HashMap<>(Map.of("scope", scope));
        changes.put("audience", api);
        return ada.follow(ada.get(Site.authorize(Site.request(client, changes))));
    }

    private Reply press(Reply page, String action) {
        return ada.follow(ada.post(
                "/consent",
                Map.of("interaction", page.hidden("interaction"), "csrf", page.hidden("csrf"), "action", action)));
    }

    private JsonNode redeem(String client, Reply back) {
        return site.token(Site.redemption(client, back.redirect().text("code"))).json();
    }

    private JsonNode refresh(String client, JsonNode tokens, Map<String, String> more) {
        var form = new HashMap<>(Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                client,
                "refresh_token",
                tokens.get("refresh_token").textValue()));
        form.putAll(more);
        return site.token(form).json();
    }

    private static String scope(JsonNode answer) {
        assertEquals(
                answer.get("scope"),
                Site.claims(answer.get("access_token").textValue()).get("scope"));
        return answer.get("scope").textValue();
    }

    private static String error(Reply reply) {
        return reply.redirect().text("error");
    }

    @Test
    @Spec({"RFC 8707 §2.2", "RFC 6749 §3.3"})
    void an_application_of_ones_own_gets_what_the_api_declares_of_what_it_asks_for() {
        var answer = redeem("spa", ask("spa", ORDERS, "openid read:orders read:stock nonsense write:orders"));
        assertEquals("openid read:orders write:orders", scope(answer));
        var claims = Site.claims(answer.get("access_token").textValue());
        assertEquals(ORDERS, claims.get("aud").get(0).textValue());
        assertEquals(
                "openid read:orders read:stock",
                scope(redeem("spa", ask("spa", STOCK, "openid read:orders read:stock"))));
        // Without the API its words mean nothing.
        var plain = ada.follow(ada.get(Site.authorize(Site.request("spa", Map.of("scope", "openid read:orders")))));
        assertEquals("openid", scope(redeem("spa", plain)));
    }

    @Test
    @Spec("RFC 6749 §6")
    void a_refresh_narrows_what_was_granted_and_never_widens_it() {
        var first = redeem("spa", ask("spa", ORDERS, "openid offline_access read:orders write:orders"));
        var narrow = refresh("spa", first, Map.of("scope", "openid read:orders"));
        assertEquals("openid read:orders", scope(narrow));
        var all = refresh("spa", narrow, Map.of());
        assertEquals("openid offline_access read:orders write:orders", scope(all));
        var wide = refresh("spa", all, Map.of("scope", "openid read:stock"));
        assertEquals("invalid_scope", wide.get("error").textValue());
        // What the API does not declare any more is gone with the next refresh.
        declare(ORDERS, "Orders", Map.of("read:orders", "See your orders"));
        assertEquals("openid offline_access read:orders", scope(refresh("spa", all, Map.of())));
    }

    @Test
    @Spec({"OIDC Core §3.1.2.4", "RFC 9700 §2.3"})
    void an_application_of_others_gets_what_it_is_registered_for_and_the_person_allowed_for_that_api() {
        var page = AtAuthorize.isConsent(ask("shop", ORDERS, "openid read:orders write:orders"));
        assertTrue(page.body().contains("<strong dir=\"auto\">Orders</strong>"), page.body());
        assertTrue(page.body().contains("See your orders"), page.body());
        assertFalse(page.body().contains("write:orders"), "it is not registered for that");
        assertEquals("openid read:orders", scope(redeem("shop", press(page, "allow"))));
        site.clock.advance(Duration.ofSeconds(10));
        AtAuthorize.isCode(site, ask("shop", ORDERS, "openid read:orders"));
        // The same word of another API is another permission.
        var other = AtAuthorize.isConsent(ask("shop", STOCK, "openid read:orders"));
        assertTrue(other.body().contains("See what is on order"), other.body());
        assertEquals("access_denied", error(press(other, "deny")));
        AtAuthorize.isConsent(ask("shop", STOCK, "openid read:orders"));
        // And beside both what is not an API's is asked for by itself.
        AtAuthorize.isConsent(ask("shop", ORDERS, "openid email read:orders"));
    }

    @Test
    void what_was_allowed_is_shown_with_the_apis_name_and_taken_back_with_all_its_tokens() {
        var page = AtAuthorize.isConsent(ask("shop", ORDERS, "openid offline_access read:orders"));
        var tokens = redeem("shop", press(page, "allow"));
        var own = ada.get("/account");
        assertTrue(own.body().contains("Orders: See your orders"), own.body());
        var data = ada.get("/account/data.json").json();
        assertEquals(
                "read:orders",
                data.get("consents").get(0).get("apis").get(ORDERS).textValue());
        ada.follow(ada.post("/account/applications", Map.of("csrf", own.hidden("csrf"), "client", "shop")));
        assertEquals(
                "invalid_grant", refresh("shop", tokens, Map.of()).get("error").textValue());
        site.clock.advance(Duration.ofSeconds(10));
        AtAuthorize.isConsent(ask("shop", ORDERS, "openid read:orders"));
    }

    @Test
    @Spec("RFC 8707 §2")
    void an_application_of_others_gets_no_token_for_an_api_without_a_permission_of_it() {
        assertEquals("invalid_scope", error(ask("shop", ORDERS, "openid")));
        assertEquals("invalid_scope", error(ask("shop", ORDERS, "openid write:orders")));
        assertEquals("invalid_target", error(ask("shop", Site.API, "openid read:orders")));
        assertEquals("invalid_target", error(ask("shop", "https://nobody.example.com", "openid read:orders")));
        // One's own needs none: it is the API's to say whom it serves.
        assertEquals("openid", scope(redeem("spa", ask("spa", ORDERS, "openid"))));
    }

    @Test
    @Spec("OIDC Core §3.1.2.1")
    void prompt_none_tells_an_application_that_the_permission_was_not_allowed() {
        var silent = new HashMap<>(Map.of("scope", "openid read:orders", "audience", ORDERS, "prompt", "none"));
        var answer = ada.follow(ada.get(Site.authorize(Site.request("shop", silent))));
        assertEquals("consent_required", error(answer));
    }

    @Test
    void AD_01_nobody_signs_in_for_the_management_api_whoever_registered_it() {
        var api = site.host().issuer().managementApi();
        declare(api, "Mine", Map.of("write:operators", "Everything"));
        assertEquals("invalid_target", error(ask("spa", api, "openid write:operators")));
    }

    private void give(String api, String scope) {
        site.app
                .house()
                .access()
                .allow(site.host().id(), new ClientId("web"), api, Scope.parse(scope), site.clock.instant());
    }

    private Reply machine(Map<String, String> more) {
        var form = new HashMap<>(Map.of("grant_type", "client_credentials"));
        form.putAll(more);
        return site.token(form, Map.of("Authorization", site.basic("web")));
    }

    @Test
    @Spec("RFC 6749 §4.4")
    void a_client_in_its_own_name_gets_of_what_it_was_given_what_the_api_declares() {
        give(ORDERS, "read:orders write:orders");
        assertEquals("read:orders write:orders", scope(machine(Map.of()).json()));
        declare(ORDERS, "Orders", Map.of("read:orders", "See your orders"));
        assertEquals("read:orders", scope(machine(Map.of()).json()));
        var more = machine(Map.of("scope", "write:orders"));
        assertEquals("invalid_scope", more.json().get("error").textValue());
        // An API that declares nothing again does not bring back what was taken.
        declare(ORDERS, "Orders", Map.of());
        assertEquals("", scope(machine(Map.of()).json()));
        var left = site.app.house().access().of(site.host().id(), new ClientId("web"));
        assertEquals(Map.of(ORDERS, Scope.EMPTY), left);
    }

    @Test
    void what_clients_lose_with_a_permission_is_in_the_trail() {
        give(ORDERS, "read:orders write:orders");
        declare(ORDERS, "Orders", Map.of("write:orders", "Order"));
        site.linkEvents();
        var kinds = AtAuthorize.rows(site).get("event").stream()
                .filter(row -> row.contains("access.given") || row.contains("resource.saved"))
                .toList();
        assertTrue(
                kinds.getLast().contains("write:orders") && kinds.getLast().contains("access.given"), kinds.toString());
        assertFalse(kinds.getLast().contains("read:orders"), kinds.toString());
        assertEquals(
                List.of("write:orders"),
                List.copyOf(site.app
                        .house()
                        .access()
                        .of(site.host().id(), new ClientId("web"))
                        .get(ORDERS)
                        .values()));
    }
}
