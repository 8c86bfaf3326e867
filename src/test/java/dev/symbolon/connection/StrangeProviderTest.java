package dev.symbolon.connection;

import static dev.symbolon.connection.Given.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.connection.Described.Field;
import dev.symbolon.connection.Described.Source;
import dev.symbolon.connection.Journey.SignIn;
import dev.symbolon.connection.UpstreamException.Kind;
import dev.symbolon.oauth.CodeVerifier;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Email.Standing;
import dev.symbolon.oauth.UpstreamUser;
import dev.symbolon.outbound.Outbound;
import dev.symbolon.spec.Spec;
import dev.symbolon.web.Form;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// People of an OpenID provider that nobody here wrote. It checks our request, PKCE and the client.
final class StrangeProviderTest {
    private static StrangeProvider provider;
    private static Outbound outbound;
    private static Upstreams upstreams;

    @BeforeAll
    static void start() {
        var clients = new ArrayList<Map<String, Object>>();
        clients.add(client(Given.CLIENT, "client_secret_basic", "RS256"));
        clients.add(client("public", "none", "RS256"));
        for (var algorithm : List.of("PS256", "ES256", "EdDSA")) {
            clients.add(client(algorithm, "client_secret_basic", algorithm));
        }
        provider = StrangeProvider.start(clients);
        outbound = Given.outbound();
        upstreams = new Upstreams(outbound, InstantSource.system());
    }

    @AfterAll
    static void stop() {
        outbound.close();
        provider.close();
    }

    private static Map<String, Object> client(String id, String method, String algorithm) {
        var metadata = new HashMap<String, Object>(Map.of(
                "client_id",
                id,
                "token_endpoint_auth_method",
                method,
                "id_token_signed_response_alg",
                algorithm,
                "redirect_uris",
                List.of(Given.REDIRECT_URI),
                "grant_types",
                List.of("authorization_code"),
                "response_types",
                List.of("code")));
        if (!method.equals("none")) {
            metadata.put("client_secret", Given.SECRET);
        }
        return metadata;
    }

    private static Connection connection(String client, String... scopes) {
        var upstream =
                new Upstream(client, List.of(scopes), Optional.of(provider.issuer()), Optional.empty(), Map.of());
        return Given.connection(Connection.Kind.OIDC, upstream);
    }

    private static Connection ours() {
        return connection(Given.CLIENT, "openid", "profile", "email", "address");
    }

    private static Form signIn(Connection connection, String login) {
        return provider.signIn(upstreams.authorizationUrl(connection, Given.journey()), login);
    }

    private static UpstreamUser user(Connection connection, Optional<String> secret, Form back) {
        return upstreams.user(connection, secret, Given.journey(), back.text("code"), back.get("iss"));
    }

    @Test
    @Spec({"OpenID Connect Core §3.1.2", "RFC 9207 §2"})
    void a_person_comes_with_everything_that_the_provider_says() {
        var back = signIn(ours(), "ada");
        assertEquals(Given.STATE, back.text("state"));
        assertEquals(provider.issuer(), back.text("iss"));
        var ada = user(ours(), Optional.of(Given.SECRET), back);
        assertEquals("ada", ada.subject());
        assertEquals(ours().id(), ada.connection());
        assertEquals(Optional.of(new Email("ada@example.org", Standing.VERIFIED)), ada.email());
        assertEquals(Optional.of("Ada Lovelace"), ada.profile().name());
        assertEquals(Optional.of("ada"), ada.profile().preferredUsername());
        assertEquals(
                Optional.of("https://images.example.org/ada.png"), ada.profile().picture());
        assertEquals(Optional.of("Europe/London"), ada.profile().zoneinfo());
        assertEquals(Optional.of("en-GB"), ada.profile().locale());
        assertEquals(
                Optional.of("London"), ada.profile().address().orElseThrow().locality());
        assertEquals(Optional.empty(), ada.profile().familyName());
    }

    @Test
    void an_address_that_the_provider_did_not_verify_is_reported_only() {
        var grace = user(ours(), Optional.of(Given.SECRET), signIn(ours(), "nobody-verified-grace"));
        assertEquals(Optional.of(Standing.REPORTED), grace.email().map(Email::standing));
    }

    @Test
    void scopes_decide_what_comes_and_openid_is_always_among_them() {
        var bare = connection(Given.CLIENT);
        var ada = user(bare, Optional.of(Given.SECRET), signIn(bare, "ada"));
        assertEquals("ada", ada.subject());
        assertEquals(Optional.empty(), ada.email());
        assertEquals(Optional.empty(), ada.profile().name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS256", "ES256", "EdDSA"})
    void id_tokens_of_every_algorithm_with_a_public_key_are_checked(String algorithm) {
        var connection = connection(algorithm, "openid");
        assertEquals(
                "ada",
                user(connection, Optional.of(Given.SECRET), signIn(connection, "ada"))
                        .subject());
    }

    @Test
    @Spec("RFC 6749 §2.3.1")
    void a_client_without_a_secret_names_itself_and_proves_itself_by_pkce() {
        var open = connection("public", "openid");
        assertEquals("ada", user(open, Optional.empty(), signIn(open, "ada")).subject());
    }

    @Test
    void a_client_that_is_not_the_one_that_the_provider_knows_is_misconfigured() {
        var back = signIn(ours(), "ada");
        var refused = refused(Kind.MISCONFIGURED, () -> user(ours(), Optional.of("another"), back));
        assertEquals(Optional.of("invalid_client"), refused.error());
    }

    @Test
    @Spec("RFC 7636 §4.6")
    void a_code_of_another_journey_is_refused_by_the_provider() {
        var back = signIn(ours(), "ada");
        var journey = Given.journey();
        var other = new Journey(
                journey.redirectUri(),
                journey.state(),
                journey.nonce(),
                new CodeVerifier("x".repeat(43)),
                Optional.empty(),
                List.of(),
                SignIn.AS_EVER);
        var refused = refused(
                Kind.REFUSED,
                () -> upstreams.user(ours(), Optional.of(Given.SECRET), other, back.text("code"), back.get("iss")));
        assertEquals(Optional.of("invalid_grant"), refused.error());
    }

    @Test
    void a_code_that_was_used_and_one_that_never_was_are_refused() {
        var back = signIn(ours(), "ada");
        user(ours(), Optional.of(Given.SECRET), back);
        assertEquals(
                Optional.of("invalid_grant"),
                refused(Kind.REFUSED, () -> user(ours(), Optional.of(Given.SECRET), back))
                        .error());
        var made = Form.of(Map.of("code", "made up", "iss", provider.issuer()));
        assertEquals(
                Optional.of("invalid_grant"),
                refused(Kind.REFUSED, () -> user(ours(), Optional.of(Given.SECRET), made))
                        .error());
    }

    @Test
    void a_person_who_cancels_there_comes_back_with_an_error_and_without_a_code() {
        var back = provider.cancel(upstreams.authorizationUrl(ours(), Given.journey()));
        assertEquals("access_denied", back.text("error"));
        assertEquals(Given.STATE, back.text("state"));
        assertTrue(back.get("code").isEmpty());
    }

    @Test
    @Spec("OpenID Connect Core §3.1.2.1")
    void a_person_who_has_to_sign_in_anew_does_and_the_moment_is_told() {
        var before = InstantSource.system().instant().getEpochSecond();
        var url = upstreams.authorizationUrl(ours(), Given.journey(SignIn.ANEW));
        assertTrue(url.contains("&prompt=login&max_age=0"), url);
        var ada = user(ours(), Optional.of(Given.SECRET), provider.signIn(url, "ada"));
        assertTrue(ada.authTime().orElseThrow() >= before, ada.toString());
    }

    @Test
    @Spec("RFC 9207 §2.4")
    void FE_03_an_answer_that_does_not_name_its_issuer_is_not_believed_when_the_provider_always_does() {
        var back = signIn(ours(), "ada");
        var nameless = Form.of(Map.of("code", back.text("code")));
        refused(Kind.UNTRUSTWORTHY, () -> user(ours(), Optional.of(Given.SECRET), nameless));
        assertEquals("ada", user(ours(), Optional.of(Given.SECRET), back).subject(), "the code was not spent");
    }

    @Test
    void an_operator_sees_every_field_and_no_secret() {
        var back = signIn(ours(), "ada");
        var described = upstreams.describe(
                ours(), Optional.of(Given.SECRET), Given.journey(), back.text("code"), back.get("iss"));
        assertEquals("ada", described.user().subject());
        var fields = described.fields();
        assertTrue(fields.contains(new Field("iss", provider.issuer(), Source.ID_TOKEN)), fields.toString());
        assertTrue(fields.contains(new Field("email", "ada@example.org", Source.USERINFO)), fields.toString());
        assertTrue(fields.contains(new Field("email_verified", "true", Source.USERINFO)), fields.toString());
        assertTrue(fields.contains(new Field("address.locality", "London", Source.USERINFO)), fields.toString());
        var names = fields.stream().map(Field::name).toList();
        assertFalse(names.contains("nonce") || names.contains("at_hash"), names.toString());
    }
}
