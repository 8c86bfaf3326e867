package dev.symbolon.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.Config;
import dev.symbolon.House;
import dev.symbolon.client.Registration;
import dev.symbolon.connection.Enlistment.Draft;
import dev.symbolon.connection.Enlistment.Outcome;
import dev.symbolon.crypto.Purpose;
import dev.symbolon.crypto.Sealed;
import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.Connection;
import dev.symbolon.oauth.Connection.Endpoints;
import dev.symbolon.oauth.Connection.Icon;
import dev.symbolon.oauth.Connection.Kind;
import dev.symbolon.oauth.Connection.Rules;
import dev.symbolon.oauth.Connection.Upstream;
import dev.symbolon.oauth.ConnectionId;
import dev.symbolon.oauth.Issuer;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.oauth.Tenant;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.web.Host;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What can be a connection, what holds when nobody said, and who ever sees its secret.
class EnlistmentTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String SECRET = "GOCSPX-quite-a-secret";
    private static final ConnectionId ID = new ConnectionId("there");

    @TempDir
    Path folder;

    private House house;
    private Host host;
    private Enlistment enlistment;

    @BeforeEach
    void aTenantWithAClient() {
        var config = Config.read(Map.of("SYMBOLON_DATA", folder.toString()));
        house = House.open(config, InstantSource.fixed(NOON), new SecureRandom());
        host = tenant("default");
        enlistment = new Enlistment(house.connections(), house.clients());
        new Registration(house.clients()).register(host, Optional.of(new ClientId("shop")), client(), NOON);
    }

    private Host tenant(String id) {
        house.hosts().add(new Tenant(new TenantId(id), new Issuer("https://" + id + ".example.com"), id));
        return house.hosts().find(new TenantId(id)).orElseThrow();
    }

    private static Registration.Draft client() {
        return new Registration.Draft(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of("https://shop.example/cb")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @AfterEach
    void close() {
        house.close();
    }

    /// A draft as an operator writes it: `key=value`, with commas in lists.
    private static Draft draft(String... entries) {
        var given = new HashMap<String, String>();
        for (var entry : entries) {
            given.put(entry.substring(0, entry.indexOf('=')), entry.substring(entry.indexOf('=') + 1));
        }
        return new Draft(
                text(given, "name"),
                text(given, "label"),
                text(given, "icon"),
                text(given, "client_id"),
                text(given, "scope").map(Enlistment::scopes),
                text(given, "issuer"),
                text(given, "authorize_url"),
                text(given, "token_url"),
                text(given, "userinfo_url"),
                text(given, "mapping").map(EnlistmentTest::mapping),
                text(given, "clients").map(EnlistmentTest::list),
                text(given, "sign_up").map(Boolean::valueOf),
                text(given, "trust_email").map(Boolean::valueOf),
                text(given, "sync_profile").map(Boolean::valueOf),
                text(given, "connect_verified").map(Boolean::valueOf));
    }

    private static Optional<String> text(Map<String, String> given, String key) {
        return Optional.ofNullable(given.get(key));
    }

    private static List<String> list(String text) {
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    private static Map<String, String> mapping(String text) {
        return list(text).stream().collect(Collectors.toMap(pair -> pair.split(":")[0], pair -> pair.split(":")[1]));
    }

    private static String[] with(String[] entries, String... more) {
        var all = Arrays.copyOf(entries, entries.length + more.length);
        System.arraycopy(more, 0, all, entries.length, more.length);
        return all;
    }

    private static final String[] OIDC = {"client_id=c", "issuer=https://id.example.com/realms/staff"};
    private static final String[] OAUTH2 = {
        "client_id=c",
        "authorize_url=https://forge.example.com/authorize?tenant=1",
        "token_url=https://forge.example.com/token",
        "userinfo_url=https://api.forge.example.com/user",
        "mapping=sub:id,name:user.full_name"
    };

    private Connection enlisted(Kind kind, String... entries) {
        return enlistment.enlist(host, ID, kind, draft(entries), Optional.empty(), NOON);
    }

    private String refusal(Kind kind, String... entries) {
        var refused = assertThrows(OAuthException.class, () -> enlisted(kind, entries));
        assertTrue(house.connections().find(host.id(), ID).isEmpty(), "nothing is added");
        assertTrue(refused.description().endsWith(".") || refused.description().contains(": "), refused.description());
        return refused.description();
    }

    private String refusedChange(String... entries) {
        var before = enlistment.known(host, ID);
        var refused = assertThrows(
                OAuthException.class, () -> enlistment.change(host, ID, draft(entries), Optional.empty(), NOON));
        assertEquals(before, enlistment.known(host, ID), "nothing is changed");
        return refused.description();
    }

    private static void assertSays(String words, String sentence) {
        assertTrue(sentence.contains(words), sentence);
    }

    @Test
    void an_icon_is_one_that_is_drawn_in_the_page() {
        assertSays("an icon is one of key, mail", refusal(Kind.GOOGLE, "client_id=c", "icon=https://x.example/i.png"));
        var there = enlisted(Kind.GOOGLE, "client_id=c", "icon=company");
        assertEquals(Icon.COMPANY, there.icon());
        assertEquals(Icon.COMPANY, enlistment.known(host, ID).icon());
    }

    @Test
    void google_needs_a_client_id_and_nothing_else() {
        var google = enlisted(Kind.GOOGLE, "client_id= c.apps.googleusercontent.com ");
        assertEquals(
                new Connection(
                        host.id(),
                        ID,
                        Kind.GOOGLE,
                        "there",
                        "Google",
                        Icon.GOOGLE,
                        Optional.of(new Upstream(
                                "c.apps.googleusercontent.com",
                                List.of("openid", "email", "profile"),
                                Optional.empty(),
                                Optional.empty(),
                                Map.of())),
                        Rules.DEFAULT,
                        false,
                        true),
                google);
        assertEquals(google, enlistment.known(host, ID), "it reads back as it was told");
    }

    @ParameterizedTest
    @CsvSource({
        "GITHUB, GitHub, read:user user:email",
        "MICROSOFT, Microsoft, openid profile email",
        "OIDC, there, openid profile email",
        "OAUTH2, there, ''"
    })
    void every_kind_has_a_label_and_scopes_when_nobody_said(Kind kind, String label, String scopes) {
        var entries = kind == Kind.OIDC ? OIDC : kind == Kind.OAUTH2 ? OAUTH2 : new String[] {"client_id=c"};
        var connection = enlisted(kind, entries);
        assertEquals(label, connection.label());
        assertEquals("there", connection.name());
        assertEquals(
                Enlistment.scopes(scopes), connection.upstream().orElseThrow().scopes());
        assertTrue(connection.rules().signUp() && connection.rules().syncsProfile());
        assertEquals(kind != Kind.MICROSOFT, connection.rules().trustsEmail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GOOGLE", "GITHUB", "MICROSOFT", "OIDC", "OAUTH2"})
    void a_provider_without_a_client_id_is_refused(Kind kind) {
        assertSays("needs a client_id", refusal(kind));
        assertSays("without spaces", refusal(kind, "client_id=a b"));
        assertSays("1 to 500", refusal(kind, "client_id=" + "a".repeat(501)));
    }

    @Test
    void codes_by_mail_and_passwords_need_nothing_and_take_nothing_of_another_server() {
        var mail = enlisted(Kind.PASSWORDLESS_EMAIL, "name=code", "label=Code", "sign_up=false", "clients=shop");
        assertEquals(Optional.empty(), mail.upstream());
        assertEquals(new Rules(List.of(new ClientId("shop")), false, true, true, false), mail.rules());
        for (var entry : List.of(
                "client_id=c",
                "scope=openid",
                "issuer=https://id.example.com",
                "authorize_url=https://a.example",
                "token_url=https://a.example",
                "userinfo_url=https://a.example",
                "mapping=sub:id",
                "trust_email=true",
                "sync_profile=false")) {
            assertSays("A connection of kind passwordless_email has no", refusedChange(entry));
        }
        assertThrows(
                OAuthException.class,
                () -> enlistment.change(host, ID, draft(), Optional.of(SECRET), NOON),
                "no secret");
    }

    @Test
    void every_tenant_has_one_connection_for_passwords_and_only_its_label_and_rules_change() {
        var changed = enlistment.change(
                host, Connection.DATABASE, draft("label=Password", "sign_up=false"), Optional.empty(), NOON);
        assertEquals("Password", changed.label());
        assertEquals("email-password", changed.name());
        assertFalse(changed.rules().signUp());
        assertTrue(changed.isDefault());
        var renamed = assertThrows(
                OAuthException.class,
                () -> enlistment.change(host, Connection.DATABASE, draft("name=x"), Optional.empty(), NOON));
        assertSays("has no name of its own", renamed.description());
        assertSays("from the beginning", refusal(Kind.DATABASE));
        var other = assertThrows(
                OAuthException.class,
                () -> enlistment.enlist(
                        host, Connection.DATABASE, Kind.GOOGLE, draft("client_id=c"), Optional.empty(), NOON));
        assertSays("no other kind has that id", other.description());
        var again = assertThrows(
                OAuthException.class,
                () -> enlistment.enlist(host, Connection.DATABASE, Kind.DATABASE, draft(), Optional.empty(), NOON));
        assertSays("There is a connection database already", again.description());
    }

    @Test
    void an_issuer_is_kept_byte_for_byte_and_has_to_be_https() {
        var issuer = "https://id.example.com/tenant/";
        assertEquals(
                Optional.of(issuer),
                enlisted(Kind.OIDC, "client_id=c", "issuer=" + issuer)
                        .upstream()
                        .orElseThrow()
                        .issuer());
        for (var local : List.of("http://localhost:8180/realms/x", "http://127.0.0.1:1", "http://[::1]:1/")) {
            enlistment.change(host, ID, draft("issuer=" + local), Optional.empty(), NOON);
        }
        for (var wrong : List.of(
                "http://id.example.com",
                "http://localhost.example.com",
                "https://id.example.com/?x=y",
                "https://id.example.com/#x",
                "https://user@id.example.com",
                "https:///x",
                "id.example.com",
                "ftp://id.example.com",
                "https://id example.com",
                "https://" + "a".repeat(1_000))) {
            var sentence = refusedChange("issuer=" + wrong);
            assertTrue(sentence.contains("is an https address") || sentence.contains("at most 1000"), sentence);
        }
        assertSays("needs an issuer", refusedChange("issuer="));
        assertSays(
                "the address before /.well-known/openid-configuration: https://id.example.com/realms/x",
                refusedChange("issuer=https://id.example.com/realms/x/.well-known/openid-configuration"));
    }

    @Test
    void an_oidc_connection_without_an_issuer_or_without_openid_is_refused() {
        assertSays("needs an issuer", refusal(Kind.OIDC, "client_id=c"));
        assertSays("needs openid among its scopes", refusal(Kind.OIDC, with(OIDC, "scope=email")));
        assertSays("needs openid among its scopes", refusal(Kind.GOOGLE, "client_id=c", "scope="));
        assertSays("needs openid among its scopes", refusal(Kind.MICROSOFT, "client_id=c", "scope=email"));
        assertSays("needs profile among", refusal(Kind.MICROSOFT, "client_id=c", "scope=openid email"));
        assertSays("visible ASCII", refusal(Kind.OIDC, with(OIDC, "scope=openid caf\u00e9")));
        assertSays("at most 50 scopes", refusal(Kind.OIDC, with(OIDC, "scope=openid" + many(" s", 50))));
    }

    private static String many(String word, int count) {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++) {
            text.append(word).append(i);
        }
        return text.toString();
    }

    @Test
    void an_oauth2_connection_needs_three_addresses_and_a_mapping_with_sub() {
        var forge = enlisted(Kind.OAUTH2, OAUTH2);
        assertEquals(
                Optional.of(new Endpoints(
                        "https://forge.example.com/authorize?tenant=1",
                        "https://forge.example.com/token",
                        "https://api.forge.example.com/user")),
                forge.upstream().orElseThrow().endpoints());
        assertEquals(
                Map.of("sub", "id", "name", "user.full_name"),
                forge.upstream().orElseThrow().mapping());
        assertSays("token_url is missing", refusedChange("token_url="));
        assertSays("is an https URL without #", refusedChange("token_url=http://forge.example.com/token"));
        assertSays("is an https URL without #", refusedChange("userinfo_url=https://forge.example.com/#user"));
        assertSays("needs a mapping with sub", refusedChange("mapping=name:full_name"));
        assertSays("needs a mapping with sub", refusedChange("mapping="));
        assertSays("cannot speak of roles", refusedChange("mapping=sub:id,roles:groups"));
        assertSays("for name it does not: a..b", refusedChange("mapping=sub:id,name:a..b"));
        assertSays("is an https address", refusedChange("issuer=http://forge.example.com"));
        enlistment.change(host, ID, draft("issuer=https://forge.example.com"), Optional.empty(), NOON);
        enlistment.change(host, ID, draft("issuer="), Optional.empty(), NOON);
        assertEquals(
                Optional.empty(),
                enlistment.known(host, ID).upstream().orElseThrow().issuer());
        enlistment.change(host, ID, draft("token_url=http://localhost:1/token"), Optional.empty(), NOON);
        assertEquals(
                "https://api.forge.example.com/user",
                enlistment
                        .known(host, ID)
                        .upstream()
                        .flatMap(Upstream::endpoints)
                        .orElseThrow()
                        .userinfo(),
                "what was not said stays");
    }

    @ParameterizedTest
    @ValueSource(strings = {"authorize_url", "token_url", "userinfo_url"})
    void each_missing_address_is_named(String missing) {
        var rest = Arrays.stream(OAUTH2)
                .filter(entry -> !entry.startsWith(missing))
                .toArray(String[]::new);
        assertSays(missing + " is missing", refusal(Kind.OAUTH2, rest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GOOGLE", "GITHUB", "MICROSOFT", "OIDC"})
    void addresses_and_a_mapping_are_for_oauth2_only(Kind kind) {
        var entries = kind == Kind.OIDC ? OIDC : new String[] {"client_id=c"};
        assertSays("has no token_url to set", refusal(kind, with(entries, "token_url=https://a.example")));
        assertSays("has no mapping", refusal(kind, with(entries, "mapping=sub:id")));
    }

    @Test
    void microsoft_has_a_directory_and_its_mail_is_never_trusted() {
        var microsoft = enlisted(Kind.MICROSOFT, "client_id=c");
        assertEquals(Optional.of("common"), microsoft.upstream().orElseThrow().issuer());
        for (var directory : List.of("organizations", "consumers", "contoso.onmicrosoft.com")) {
            assertEquals(
                    Optional.of(directory),
                    enlistment
                            .change(host, ID, draft("issuer=" + directory), Optional.empty(), NOON)
                            .upstream()
                            .orElseThrow()
                            .issuer());
        }
        enlistment.change(host, ID, draft("issuer=", "trust_email=false"), Optional.empty(), NOON);
        assertEquals(
                Optional.of("common"),
                enlistment.known(host, ID).upstream().orElseThrow().issuer());
        assertSays("only the tenant in its address", refusedChange("issuer=https://login.microsoftonline.com/common"));
        assertSays("never taken as verified", refusedChange("trust_email=true"));
    }

    @Test
    void github_may_be_an_enterprise_server() {
        var github = enlisted(Kind.GITHUB, "client_id=c", "issuer=https://github.example.com/");
        assertEquals(
                Optional.of("https://github.example.com"),
                github.upstream().orElseThrow().issuer());
        assertSays("with nothing behind it", refusedChange("issuer=https://github.example.com/api/v3"));
        for (var own : List.of("", "https://github.com")) {
            assertEquals(
                    Optional.empty(),
                    enlistment
                            .change(host, ID, draft("issuer=" + own), Optional.empty(), NOON)
                            .upstream()
                            .orElseThrow()
                            .issuer());
        }
        assertSays("has no issuer to set", refusalOfGoogle("issuer=https://accounts.google.com"));
    }

    private String refusalOfGoogle(String entry) {
        return assertThrows(
                        OAuthException.class,
                        () -> Enlistment.connection(host.id(), ID, Kind.GOOGLE, draft("client_id=c", entry)))
                .description();
    }

    @Test
    void names_and_labels_stand_on_one_line_and_are_bounded() {
        for (var key : List.of("name", "label")) {
            for (var wrong : List.of("", " ", "two\nlines", "a\u202Eb", "a".repeat(65))) {
                assertSays("1 to 64 characters on one line", refusal(Kind.GOOGLE, "client_id=c", key + "=" + wrong));
            }
        }
        assertEquals(
                "Café 🗝",
                enlisted(Kind.GOOGLE, "client_id=c", "label= Café 🗝 ").label());
    }

    @Test
    void a_name_is_one_connections_only_and_so_is_an_id() {
        enlisted(Kind.GOOGLE, "client_id=c", "name=people");
        assertSays("There is a connection there already", refusalOf("there", "other"));
        assertSays("Connection there has the name people; choose another id", refusalOf("people", "other"));
        assertSays("Connection there is called people already", refusalOf("second", "people"));
        assertSays("Connection there is called there already", refusalOf("second", "there"));
        assertSays("Connection database is called email-password already", refusalOf("second", "email-password"));
        assertSays("Connection database is called database already", refusedChange("name=database"));
        enlistment.change(host, ID, draft("name=there"), Optional.empty(), NOON);
        var elsewhere = tenant("elsewhere");
        enlistment.enlist(elsewhere, ID, Kind.GOOGLE, draft("client_id=c"), Optional.empty(), NOON);
    }

    private String refusalOf(String id, String name) {
        return assertThrows(
                        OAuthException.class,
                        () -> enlistment.enlist(
                                host,
                                new ConnectionId(id),
                                Kind.GOOGLE,
                                draft("client_id=c", "name=" + name),
                                Optional.empty(),
                                NOON))
                .description();
    }

    @Test
    void the_applications_that_it_is_for_exist() {
        assertSays("no client nobody in tenant", refusal(Kind.GOOGLE, "client_id=c", "clients=shop,nobody"));
        assertSays("not a client_id: a b", refusal(Kind.GOOGLE, "client_id=c", "clients=a b"));
        assertSays("at most 1000", refusal(Kind.GOOGLE, "client_id=c", "clients=a" + many(",a", 1_000)));
        enlisted(Kind.GOOGLE, "client_id=c", "clients=shop,shop");
        assertEquals(
                List.of(new ClientId("shop")),
                enlistment.known(host, ID).rules().clients());
        house.clients().remove(host.id(), new ClientId("shop"), NOON);
        enlistment.change(host, ID, draft("label=G"), Optional.empty(), NOON);
        assertSays("no client shop", refusedChange("clients=shop"));
        enlistment.change(host, ID, draft("clients="), Optional.empty(), NOON);
        assertEquals(List.of(), enlistment.known(host, ID).rules().clients());
    }

    @Test
    void a_change_keeps_what_it_does_not_speak_of() {
        enlistment.enlist(
                host,
                ID,
                Kind.OIDC,
                draft(with(OIDC, "name=n", "label=L", "scope=openid groups", "clients=shop", "sign_up=false")),
                Optional.of(SECRET),
                NOON);
        enlistment.disable(host, ID, NOON);
        var before = enlistment.known(host, ID);
        var after = enlistment.change(host, ID, draft("trust_email=false"), Optional.empty(), NOON);
        assertEquals(before.upstream(), after.upstream());
        assertEquals(new Rules(List.of(new ClientId("shop")), false, false, true, false), after.rules());
        assertEquals("n L", after.name() + " " + after.label());
        assertFalse(after.isEnabled());
        assertEquals(Optional.of(SECRET), enlistment.secret(host, ID, NOON));
        var nobody = new ConnectionId("nobody");
        assertThrows(OAuthException.class, () -> enlistment.change(host, nobody, draft(), Optional.empty(), NOON));
    }

    @Test
    void a_secret_is_sealed_for_its_tenant_and_has_one_way_out() throws IOException {
        enlistment.enlist(host, ID, Kind.GOOGLE, draft("client_id=c"), Optional.of(" " + SECRET + "\n"), NOON);
        assertEquals(Optional.of(SECRET), enlistment.secret(host, ID, NOON));
        assertEquals(Optional.of(SECRET), enlistment.secret(host, ID, NOON.plusSeconds(9_999_999_999L)), "for ever");
        assertTrue(enlistment.hasSecret(host, ID));
        assertFalse(enlistment.known(host, ID).toString().contains(SECRET));
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET), file.toString());
            }
        }
        var sealed = house.connections().secret(host.id(), ID).orElseThrow();
        assertEquals(Optional.empty(), host.sealer().open(Purpose.CODE, sealed.text(), NOON));
        var elsewhere = tenant("elsewhere");
        enlistment.enlist(elsewhere, ID, Kind.GOOGLE, draft("client_id=c"), Optional.empty(), NOON);
        assertEquals(Optional.empty(), enlistment.secret(elsewhere, ID, NOON));
        house.connections().update(enlistment.known(elsewhere, ID), Optional.of(new Sealed(sealed.text())), NOON);
        var fault = assertThrows(IllegalStateException.class, () -> enlistment.secret(elsewhere, ID, NOON));
        assertFalse(String.valueOf(fault.getMessage()).contains(SECRET));
    }

    @Test
    void a_secret_that_can_be_none_is_refused_and_a_new_one_takes_its_place() {
        enlisted(Kind.GITHUB, "client_id=c");
        assertFalse(enlistment.hasSecret(host, ID));
        for (var wrong : List.of("", "  ", "two\nlines", "caf\u00e9", "a".repeat(2_001))) {
            var refused = assertThrows(
                    OAuthException.class, () -> enlistment.change(host, ID, draft(), Optional.of(wrong), NOON));
            assertSays("on one line", refused.description());
        }
        enlistment.change(host, ID, draft(), Optional.of("first"), NOON);
        enlistment.change(host, ID, draft(), Optional.of("second"), NOON);
        assertEquals(Optional.of("second"), enlistment.secret(host, ID, NOON));
    }

    @Test
    void one_is_the_default_and_that_one_stays_on_and_stays() {
        enlisted(Kind.GOOGLE, "client_id=c");
        assertTrue(enlistment.disable(host, ID, NOON));
        assertFalse(enlistment.disable(host, ID, NOON));
        assertSays("enable it first", refused(() -> enlistment.makeDefault(host, ID, NOON)));
        assertTrue(enlistment.enable(host, ID, NOON));
        assertFalse(enlistment.enable(host, ID, NOON));
        enlistment.makeDefault(host, ID, NOON);
        assertSays("make another one the default", refused(() -> enlistment.disable(host, ID, NOON)));
        assertSays("make another one the default", refused(() -> enlistment.remove(host, ID, NOON)));
        assertSays("every tenant has it", refused(() -> enlistment.remove(host, Connection.DATABASE, NOON)));
        assertTrue(enlistment.disable(host, Connection.DATABASE, NOON));
        enlistment.enable(host, Connection.DATABASE, NOON);
        enlistment.makeDefault(host, Connection.DATABASE, NOON);
        enlistment.remove(host, ID, NOON);
        for (var work : List.<org.junit.jupiter.api.function.Executable>of(
                () -> enlistment.remove(host, ID, NOON),
                () -> enlistment.enable(host, ID, NOON),
                () -> enlistment.disable(host, ID, NOON),
                () -> enlistment.makeDefault(host, ID, NOON))) {
            assertSays("no connection there in tenant default", refused(work));
        }
    }

    private static String refused(org.junit.jupiter.api.function.Executable work) {
        return assertThrows(OAuthException.class, work).description();
    }

    @Test
    void a_declared_connection_is_added_once_and_then_only_what_differs_is_written() {
        var wanted = Enlistment.connection(host.id(), ID, Kind.OIDC, draft(with(OIDC, "label=L")));
        assertEquals(Outcome.ADDED, enlistment.declare(host, wanted, Optional.of(SECRET), NOON));
        assertEquals(Outcome.AS_BEFORE, enlistment.declare(host, wanted, Optional.of(SECRET), NOON));
        assertEquals(Outcome.AS_BEFORE, enlistment.declare(host, wanted, Optional.empty(), NOON));
        assertEquals(Outcome.CHANGED, enlistment.declare(host, wanted, Optional.of("another"), NOON));
        assertEquals(Optional.of("another"), enlistment.secret(host, ID, NOON));
        enlistment.disable(host, ID, NOON);
        var other = Enlistment.connection(host.id(), ID, Kind.OIDC, draft(OIDC));
        assertEquals(Outcome.CHANGED, enlistment.declare(host, other, Optional.empty(), NOON));
        assertEquals("there", enlistment.known(host, ID).label(), "what is not declared has its default");
        assertFalse(enlistment.known(host, ID).isEnabled());
        assertEquals(Optional.of("another"), enlistment.secret(host, ID, NOON));
        var kind = Enlistment.connection(host.id(), ID, Kind.GOOGLE, draft("client_id=c"));
        assertSays(
                "is of kind oidc, and a kind is never changed",
                refused(() -> enlistment.declare(host, kind, Optional.empty(), NOON)));
    }

    @Test
    void the_redirect_uri_is_the_tenants_one() {
        assertEquals("https://default.example.com/callback", Enlistment.redirectUri(host));
    }
}
