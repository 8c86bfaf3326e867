package dev.symbolon.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.AccessTokenValidator;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import dev.symbolon.spec.Browser;
import dev.symbolon.spec.Site;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A strict server-side library from Maven Central, the OAuth 2.0 SDK of Nimbus, unmodified.
final class NimbusLibraryTest {
    private static final ClientID CLIENT = new ClientID(World.WEB);

    private static World world;
    private static OIDCProviderMetadata metadata;

    @BeforeAll
    static void start() throws Exception {
        world = World.start();
        metadata = OIDCProviderMetadata.resolve(new Issuer(world.issuer));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void completes_the_flow_and_finds_every_token_valid() throws Exception {
        var nonce = new Nonce();
        var browser = new Browser(world.issuer);
        var tokens = signIn(nonce, browser);
        var claims = validator().validate(tokens.getIDToken(), nonce);
        assertEquals(World.ADA, claims.getStringClaim("email"));
        AccessTokenValidator.validate(tokens.getAccessToken(), JWSAlgorithm.RS256, claims.getAccessTokenHash());

        var asked = new UserInfoRequest(metadata.getUserInfoEndpointURI(), tokens.getBearerAccessToken());
        var userinfo = UserInfoResponse.parse(asked.toHTTPRequest().send()).toSuccessResponse();
        assertEquals(claims.getSubject(), userinfo.getUserInfo().getSubject());
        assertEquals("Ada Lovelace", userinfo.getUserInfo().getName());

        var refreshed = tokens(exchange(new RefreshTokenGrant(tokens.getRefreshToken())));
        assertNotEquals(tokens.getRefreshToken(), refreshed.getRefreshToken());
        assertEquals(
                claims.getSubject(),
                validator().validate(refreshed.getIDToken(), nonce).getSubject());

        var bye = URI.create(world.callback.origin() + "/bye");
        var logout = new LogoutRequest(
                metadata.getEndSessionEndpointURI(), refreshed.getIDToken(), bye, new State("see you"));
        var left = browser.get(logout.toURI().toString());
        assertTrue(left.location().startsWith(bye + "?state="), left.location());
        assertEquals("see you", left.redirect().text("state"));
        var dead = exchange(new RefreshTokenGrant(refreshed.getRefreshToken()));
        assertEquals("invalid_grant", dead.toErrorResponse().getErrorObject().getCode());
    }

    @Test
    void finds_an_id_token_of_another_sign_in_invalid() throws Exception {
        var tokens = signIn(new Nonce(), new Browser(world.issuer));
        assertThrows(BadJOSEException.class, () -> validator().validate(tokens.getIDToken(), new Nonce()));
    }

    @Test
    void reads_a_refusal_as_the_standard_writes_it() throws Exception {
        var refused =
                exchange(new AuthorizationCodeGrant(new com.nimbusds.oauth2.sdk.AuthorizationCode("none"), callback()));
        assertEquals("invalid_grant", refused.toErrorResponse().getErrorObject().getCode());
        assertEquals(400, refused.toErrorResponse().getErrorObject().getHTTPStatusCode());
    }

    private static OIDCTokens signIn(Nonce nonce, Browser browser) throws Exception {
        var state = new State();
        var verifier = new CodeVerifier();
        var request = new AuthenticationRequest.Builder(
                        ResponseType.CODE, new Scope("openid", "profile", "email"), CLIENT, callback())
                .endpointURI(metadata.getAuthorizationEndpointURI())
                .state(state)
                .nonce(nonce)
                .codeChallenge(verifier, CodeChallengeMethod.S256)
                .build();
        var page = browser.follow(browser.get(request.toURI().toString()));
        var back = browser.follow(browser.post("/login", Site.login(page, World.ADA, World.PASSWORD)));
        var answer = AuthenticationResponseParser.parse(URI.create(back.location()));
        assertTrue(answer.indicatesSuccess(), back.location());
        assertEquals(state, answer.getState());
        assertEquals(metadata.getIssuer(), answer.getIssuer());
        var code = answer.toSuccessResponse().getAuthorizationCode();
        return tokens(exchange(new AuthorizationCodeGrant(code, callback(), verifier)));
    }

    private static TokenResponse exchange(AuthorizationGrant grant) throws Exception {
        ClientAuthentication authentication = new ClientSecretBasic(CLIENT, new Secret(world.webSecret));
        var request = new TokenRequest.Builder(metadata.getTokenEndpointURI(), authentication, grant).build();
        return OIDCTokenResponseParser.parse(request.toHTTPRequest().send());
    }

    private static OIDCTokens tokens(TokenResponse response) {
        assertTrue(
                response.indicatesSuccess(),
                () -> response.toErrorResponse().getErrorObject().getDescription());
        return ((com.nimbusds.openid.connect.sdk.OIDCTokenResponse) response.toSuccessResponse()).getOIDCTokens();
    }

    private static IDTokenValidator validator() throws Exception {
        return new IDTokenValidator(
                metadata.getIssuer(),
                CLIENT,
                JWSAlgorithm.RS256,
                metadata.getJWKSetURI().toURL());
    }

    private static URI callback() {
        return URI.create(world.callback.url());
    }
}
