package dev.symbolon.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Reply;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The server of the sample application, over HTTP.
@ExtendWith(Stage.class)
final class SampleServerTest {
    private static World world() {
        return Stage.world();
    }

    private static Reply send(String method, String path, String... headers) {
        var builder = HttpRequest.newBuilder(URI.create(world().sample + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        return Browser.exchange(headers.length == 0 ? builder : builder.headers(headers));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nope", "/style.cs", "/callback/", "/sample/index.html", "/%2e%2e/pom.xml", "//"})
    void an_address_without_anything_is_a_page_that_leads_back(String path) {
        var reply = send("GET", path);
        assertEquals(404, reply.status());
        assertEquals(Optional.of("text/html; charset=utf-8"), reply.header("content-type"));
        assertTrue(reply.body().contains("There is nothing at this address"), reply.body());
        assertTrue(reply.body().contains("href=\"/\""), reply.body());
        assertTrue(reply.header("content-security-policy").orElseThrow().contains("frame-ancestors 'none'"));
    }

    @Test
    void below_the_api_it_is_json() {
        var reply = send("GET", "/api/nope");
        assertEquals(404, reply.status());
        assertEquals("not_found", reply.json().get("error").textValue());
    }

    @Test
    void head_is_answered_without_the_body_and_other_methods_are_named() {
        var head = send("HEAD", "/");
        assertEquals(200, head.status());
        assertEquals(0, head.http().body().length);
        assertEquals(
                send("GET", "/").http().body().length,
                head.http().headers().firstValueAsLong("content-length").orElseThrow());
        var post = send("POST", "/");
        assertEquals(405, post.status());
        assertEquals(Optional.of("GET, HEAD"), post.header("allow"));
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 20_000, 47_000})
    void a_callback_may_be_as_long_as_what_the_issuer_takes(int characters) {
        assertEquals(
                200, send("GET", "/callback?state=" + "s".repeat(characters)).status());
    }

    @Test
    void the_page_learns_both_tenants_and_may_reach_no_other_origin() {
        var config = send("GET", "/config.json").json();
        assertEquals(world().sample + "/api", config.get("audience").textValue());
        assertEquals(world().issuer, config.get("domain").textValue());
        assertEquals(
                List.of(world().issuer, world().acme), config.get("tenants").findValuesAsText("domain"));
        assertEquals(List.of("sample", "acme-app"), config.get("tenants").findValuesAsText("clientId"));
        var policy = send("GET", "/").header("content-security-policy").orElseThrow();
        var both = world().issuer + " " + world().acme + ";";
        assertTrue(policy.contains("script-src 'self' " + both), policy);
        assertTrue(policy.contains("connect-src 'self' " + both), policy);
    }

    @Test
    void the_api_takes_a_token_only_with_a_key_of_the_issuer_that_the_token_names() throws Exception {
        var keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        var kid = kidOfRsa(world().acme);
        assertRefused("The token is of an issuer that this API does not trust.", token(keys, kid, "https://evil.test"));
        assertRefused("The token is of an issuer that this API does not trust.", token(keys, kid, null));
        assertRefused("The token is signed with a key that the issuer has not.", token(keys, kid, world().issuer));
        assertRefused("The signature of the token is wrong.", token(keys, kid, world().acme));
        assertRefused("The signature of the token is wrong.", token(keys, kidOfRsa(world().issuer), world().issuer));
    }

    private static void assertRefused(String sentence, String token) {
        var reply = send("GET", "/api/hello", "Authorization", "Bearer " + token);
        assertEquals(401, reply.status());
        assertEquals(sentence, reply.json().get("message").textValue());
    }

    private static String kidOfRsa(String issuer) {
        for (var key : Browser.at(world().issuer, issuer)
                .get("/.well-known/jwks.json")
                .json()
                .get("keys")) {
            if (key.get("kty").textValue().equals("RSA")) {
                return key.get("kid").textValue();
            }
        }
        throw new AssertionError("no RSA key at " + issuer);
    }

    private static String token(KeyPair keys, String kid, String issuer) throws JOSEException {
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience(world().sample + "/api")
                .subject("ada")
                .expirationTime(Date.from(world().clock.instant().plus(Duration.ofHours(1))))
                .build();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(new JOSEObjectType("at+jwt"))
                .keyID(kid)
                .build();
        var token = new SignedJWT(header, claims);
        token.sign(new RSASSASigner(keys.getPrivate()));
        return token.serialize();
    }

    @Test
    void a_name_below_localhost_is_this_machine() throws UnknownHostException {
        assertTrue(InetAddress.getByName("acme.localhost").isLoopbackAddress());
        assertTrue(InetAddress.getByName("Deeper.Acme.LOCALHOST").isLoopbackAddress());
    }
}
