package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.client.Registration;
import dev.symbolon.crypto.OpaqueToken;
import dev.symbolon.oauth.ClientAuthMethod;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.web.Form;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How a client shows who it is (RFC 6749 §2.3, OpenID Connect Core §9): with the one registered method.
final class ClientAuthenticationTest {
    private static final String WRONG = "not-the-secret-of-anybody-but-long-enough-43";

    private static Site site;
    private static Ada ada;

    @BeforeAll
    static void start() {
        site = Site.start();
        ada = new Ada(site);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Map<String, String> withSecret(Map<String, String> form, String secret) {
        var more = new HashMap<>(form);
        more.put("client_secret", secret);
        return more;
    }

    private static Map<String, String> basic(String pair) {
        return Map.of(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }

    private static Map<String, String> basicOf(String client) {
        return Map.of("Authorization", site.basic(client));
    }

    private static void challenged(Reply reply) {
        assertTrue(
                reply.header("www-authenticate").orElse("").startsWith("Basic realm="),
                reply.http().toString());
    }

    @Test
    @Spec({"RFC 6749 §2.3.1", "OIDC Core §9"})
    void each_method_works_for_a_client_that_is_registered_with_it() {
        var web = Site.redemption("web", ada.code("web"));
        assertEquals(200, site.token(web, basicOf("web")).status());
        var post = Site.redemption("post", ada.code("post"));
        assertEquals(200, site.token(withSecret(post, site.secrets.get("post"))).status());
        assertEquals(200, site.token(Site.redemption("spa", ada.code("spa"))).status());
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void client_id_may_be_left_out_of_the_body_when_basic_says_it() {
        var form = Site.redemption("web", ada.code("web"));
        form.remove("client_id");
        assertEquals(200, site.token(form, basicOf("web")).status());
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void the_scheme_is_known_in_any_case() {
        var header = site.basic("web").replace("Basic ", "bAsIc   ");
        var form = Site.redemption("web", ada.code("web"));
        assertEquals(200, site.token(form, Map.of("Authorization", header)).status());
    }

    @Test
    @Spec({"RFC 6749 §2.3", "RFC 6749 §5.2"})
    void CA_01_a_wrong_secret_is_401_with_a_challenge_and_burns_nothing() {
        var form = Site.redemption("web", ada.code("web"));
        var headers = Map.of("Authorization", Site.basic("web", WRONG));
        challenged(Refused.still(site, 401, "invalid_client", form, headers));
        assertEquals(200, site.token(form, basicOf("web")).status(), "the code is still good");
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void CA_01_a_wrong_secret_in_the_body_is_401_and_burns_nothing() {
        var form = Site.redemption("post", ada.code("post"));
        Refused.still(site, 401, "invalid_client", withSecret(form, WRONG));
        assertEquals(200, site.token(withSecret(form, site.secrets.get("post"))).status());
    }

    @Test
    @Spec("RFC 6749 §2.3")
    void CA_02_two_methods_at_once_are_refused_and_the_code_is_kept() {
        var form = Site.redemption("web", ada.code("web"));
        var both = withSecret(form, site.secrets.get("web"));
        Refused.still(site, 400, "invalid_request", both, basicOf("web"));
        var assertion = new HashMap<>(form);
        assertion.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        assertion.put("client_assertion", "eyJhbGciOiJub25lIn0.e30.");
        Refused.still(site, 400, "invalid_request", assertion, basicOf("web"));
        assertEquals(200, site.token(form, basicOf("web")).status());
        var post = withSecret(Site.redemption("post", ada.code("post")), site.secrets.get("post"));
        post.put("client_assertion", "eyJhbGciOiJub25lIn0.e30.");
        Refused.still(site, 400, "invalid_request", post);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spa", "web", "post"})
    @Spec("RFC 6749 §2.3")
    void CA_03_an_assertion_is_no_method_of_ours(String client) {
        var form = Site.redemption(client, ada.code(client));
        form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.put("client_assertion", "eyJhbGciOiJub25lIn0.e30.");
        Refused.still(site, 401, "invalid_client", form);
    }

    static Stream<Arguments> otherMethods() {
        return Stream.of(
                Arguments.of("web", ClientAuthMethod.CLIENT_SECRET_POST),
                Arguments.of("web", ClientAuthMethod.NONE),
                Arguments.of("post", ClientAuthMethod.CLIENT_SECRET_BASIC),
                Arguments.of("post", ClientAuthMethod.NONE),
                Arguments.of("spa", ClientAuthMethod.CLIENT_SECRET_BASIC),
                Arguments.of("spa", ClientAuthMethod.CLIENT_SECRET_POST));
    }

    @ParameterizedTest
    @MethodSource("otherMethods")
    @Spec("OIDC Core §9")
    void CA_03_another_method_than_the_registered_one_is_refused(String client, ClientAuthMethod method) {
        var form = Site.redemption(client, ada.code(client));
        var secret = site.secrets.getOrDefault(client, WRONG);
        switch (method) {
            case NONE -> Refused.still(site, 401, "invalid_client", form);
            case CLIENT_SECRET_POST -> Refused.still(site, 401, "invalid_client", withSecret(form, secret));
            case CLIENT_SECRET_BASIC ->
                challenged(Refused.still(site, 401, "invalid_client", form, basic(client + ":" + secret)));
            default -> throw new AssertionError(method);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 43, 999, 1_000, 1_001, 50_000})
    @Spec("OIDC Core §9")
    void CA_03_a_public_client_has_no_secret_of_any_length(int length) {
        var form = Site.redemption("spa", ada.code("spa"));
        Refused.still(site, 401, "invalid_client", withSecret(form, "s".repeat(length)));
        challenged(Refused.still(
                site, 401, "invalid_client", form, basic("spa:" + "s".repeat(Math.min(length, 9_000)))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spa:", "web:", "web: ", "web:%00"})
    @Spec("RFC 6749 §2.3.1")
    void CA_03_an_empty_secret_is_a_wrong_one(String pair) {
        var client = pair.substring(0, pair.indexOf(':'));
        var form = Site.redemption(client, ada.code(client));
        challenged(Refused.still(site, 401, "invalid_client", form, basic(pair)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic ",
                "Basic !!!!",
                "Basic dw",
                "Basic d2Vi",
                "Basic OnNlY3JldA==",
                "Basic Og==",
                "Basic d2Vi d2Vi",
                "Basic =="
            })
    @Spec("RFC 6749 §5.2")
    void CA_01_a_header_that_cannot_be_read_is_401_with_a_challenge(String header) {
        var form = Site.redemption("spa", ada.code("spa"));
        challenged(Refused.still(site, 401, "invalid_client", form, Map.of("Authorization", header)));
        assertEquals(200, site.token(form).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"spa", "post", "nobody", "not a client id", "web "})
    @Spec("RFC 6749 §2.3")
    void a_client_id_that_is_not_the_one_in_the_header_is_refused(String other) {
        var form = Site.redemption("web", ada.code("web"));
        form.put("client_id", other);
        Refused.still(site, 400, "invalid_request", form, basicOf("web"));
    }

    @Test
    @Spec("RFC 6749 §5.2")
    void CA_05_who_is_not_let_in_learns_not_why() {
        var form = Site.redemption("web", ada.code("web"));
        var wrong = Refused.still(site, 401, "invalid_client", form, basic("web:" + WRONG));
        site.client("off", Site.draft().callbacks(Site.CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC));
        site.app.house().clients().disable(site.host().id(), new ClientId("off"), site.clock.instant());
        for (var pair : new String[] {
            "nobody:" + WRONG, "off:" + site.secrets.get("off"), "post:" + site.secrets.get("post"), "spa:" + WRONG
        }) {
            var headers = basic(pair);
            form.put("client_id", pair.substring(0, pair.indexOf(':')));
            var other = Refused.still(site, 401, "invalid_client", form, headers);
            assertEquals(wrong.body(), other.body());
            assertEquals(
                    wrong.http().headers().map().keySet(),
                    other.http().headers().map().keySet());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nobody", "SPA", "spa ", " spa", "spa\0", "späh", "a b", "<script>", "%73pa"})
    @Spec("RFC 6749 §5.2")
    void an_unknown_client_is_an_invalid_client_whatever_its_id_looks_like(String id) {
        Refused.still(site, 401, "invalid_client", Site.redemption(id, ada.code("spa")));
    }

    @Test
    void a_client_of_another_tenant_is_unknown_here() {
        var secret = site.client(
                        site.otherHost(),
                        "theirs",
                        Site.draft().callbacks(Site.CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC))
                .orElseThrow();
        var form = Site.redemption("theirs", ada.code("spa"));
        Refused.still(site, 401, "invalid_client", form, basic("theirs:" + secret));
    }

    @Test
    void a_secret_of_one_tenant_is_none_in_another() {
        var registration = new Registration(site.app.house().clients());
        site.client("twin", Site.draft().callbacks(Site.CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC));
        var theirs = site.client(
                        site.otherHost(),
                        "twin",
                        Site.draft().callbacks(Site.CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC))
                .orElseThrow();
        assertTrue(registration
                .known(site.otherHost(), new ClientId("twin"))
                .disabledAt()
                .isEmpty());
        Refused.still(site, 401, "invalid_client", Site.redemption("twin", ada.code("twin")), basic("twin:" + theirs));
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void basic_credentials_are_form_encoded_before_base64() {
        var secret = "50% of: \"it\" + the rest & more=ü€ and then some";
        site.client("odd", Site.draft().callbacks(Site.CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC));
        new Registration(site.app.house().clients())
                .useSecret(site.host(), new ClientId("odd"), secret, site.clock.instant());
        var token = site.token(Site.redemption("odd", ada.code("odd")), basic("odd:" + Form.encode(secret)));
        assertEquals(200, token.status(), token.body());
        var plus = Form.encode(secret).replace("%20", "+");
        assertEquals(
                200,
                site.token(Site.redemption("odd", ada.code("odd")), basic("odd:" + plus))
                        .status());
        Refused.still(site, 401, "invalid_client", Site.redemption("odd", ada.code("odd")), basic("odd:" + secret));
    }

    @Test
    void two_secrets_are_good_at_once_until_they_expire_or_are_replaced() {
        site.client("moving", Site.draft().callbacks(Site.CALLBACK).auth(ClientAuthMethod.CLIENT_SECRET_BASIC));
        var id = new ClientId("moving");
        var registration = new Registration(site.app.house().clients());
        var first = site.secrets.get("moving");
        var second =
                registration.addSecret(site.host(), id, site.clock.instant()).value();
        var short_ = site.host().sealer().newToken();
        site.app
                .house()
                .clients()
                .addSecret(
                        site.host().id(),
                        id,
                        site.host().sealer().hash(dev.symbolon.crypto.Purpose.CLIENT_SECRET, short_.value()),
                        site.clock.instant(),
                        Optional.of(site.clock.instant().plus(Duration.ofMinutes(5))));
        Stream.of(first, second, short_.value())
                .forEach(secret -> assertEquals(
                        200,
                        site.token(Site.redemption("moving", ada.code("moving")), basic("moving:" + secret))
                                .status()));
        site.clock.advance(Duration.ofMinutes(5));
        refusedSecret(short_);
        registration.replaceSecrets(site.host(), id, site.clock.instant());
        refusedSecret(new OpaqueToken(first));
        refusedSecret(new OpaqueToken(second));
    }

    private static void refusedSecret(OpaqueToken secret) {
        Refused.still(
                site,
                401,
                "invalid_client",
                Site.redemption("moving", ada.code("moving")),
                basic("moving:" + secret.value()));
    }

    @Test
    @Spec("RFC 6749 §2.3")
    void two_authorization_headers_are_none_that_we_read() {
        var form = Browser.encode(Site.redemption("web", ada.code("web")));
        var heard = Wire.exchange(
                site.app.port(),
                "POST /oauth/token HTTP/1.1\r\nHost: localhost:" + site.app.port()
                        + "\r\nAuthorization: " + site.basic("web") + "\r\nAuthorization: " + site.basic("web")
                        + "\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: "
                        + form.length() + "\r\n\r\n" + form);
        assertEquals(401, Wire.status(heard), heard);
    }
}
