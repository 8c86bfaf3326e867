package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.oauth.ClientId;
import dev.symbolon.oauth.OAuthException;
import dev.symbolon.store.Databases;
import dev.symbolon.store.Imports;
import dev.symbolon.store.Imports.Progress;
import dev.symbolon.transfer.Import;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// People who came in a file sign in, and a file whose reading broke off goes on where it was.
@ParameterizedClass
@EnumSource(Databases.class)
final class TransferTest {
    private static final String HEADER = "{\"format\":\"symbolon-tenant\",\"version\":1}\n";
    private final Site site;
    private final Imports imports;

    TransferTest(Databases databases) {
        site = Site.start(Map.of("SYMBOLON_DATABASE", databases.newUrl(), "SYMBOLON_MASTER_KEY", "A".repeat(43) + "="));
        imports = new Imports(site.app.house().database());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Progress read(InputStream in) throws IOException {
        return new Import(imports, site.clock).run(site.host(), new Import.Source(in, "people.jsonl", 0), _ -> {});
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private String signIn(String email) {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.post("/login", Site.login(page, email, "correct horse")).signIn();
    }

    private String hash(String email) {
        return site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), email)
                .orElseThrow()
                .hash()
                .orElseThrow()
                .phc();
    }

    @Test
    void people_sign_in_with_each_kind_of_hash_and_have_one_of_ours_then() throws IOException {
        var argon2 = hash("ada@example.com");
        var hashes = Map.of(
                "b@example.com", "$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "s@example.com",
                        "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "p@example.com",
                        "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$cBg8D2DungRB9k76szThf5ehfyBz991ay6PT8Srwk4M",
                "a@example.com", argon2);
        var file = new StringBuilder(HEADER);
        hashes.forEach((email, hash) -> file.append("{\"type\":\"person\",\"email\":\"")
                .append(email)
                .append("\",\"password_hash\":\"")
                .append(hash)
                .append("\"}\n"));
        assertEquals(4, read(stream(file.toString())).added());
        for (var email : hashes.keySet()) {
            assertEquals(hashes.get(email), hash(email));
            assertEquals(email.equals("a@example.com") ? "wrong" : "in", signIn(email), email);
            assertTrue(hash(email).startsWith("$argon2id$v=19$m=7168,t=1,p=1$"), email);
        }
        // Hers came with her password, which is another one.
        var browser = site.browser();
        assertEquals(
                303,
                browser.post(
                                "/login",
                                Site.login(
                                        browser.follow(browser.get(Site.authorize(Site.request("spa")))),
                                        "a@example.com",
                                        Site.PASSWORD))
                        .status());
    }

    private static String people(int from, int to) {
        var text = new StringBuilder();
        for (var i = from; i < to; i++) {
            text.append("{\"type\":\"person\",\"sub\":\"p").append(i).append("\"}\n");
        }
        return text.toString();
    }

    @Test
    void a_file_whose_reading_broke_off_goes_on_where_it_was() throws IOException {
        var text = HEADER + people(0, 1_000);
        var broken = new InputStream() {
            private final InputStream in = stream(text);
            private int left = text.length() / 2;

            @Override
            public int read() throws IOException {
                if (left-- <= 0) {
                    throw new IOException("The cable was pulled.");
                }
                return in.read();
            }
        };
        assertThrows(IOException.class, () -> read(broken));
        var left = imports.list(site.host().id()).getFirst();
        assertTrue(left.lines() > 200 && left.lines() < 600, left.lines() + "");
        assertEquals(left.lines() - 1, left.added());
        var other = HEADER + people(0, 100) + people(5_000, 6_000);
        assertThrows(OAuthException.class, () -> read(stream(other)), "it only begins like the one that broke off");
        var ended = read(stream(text));
        assertEquals(1_000, ended.added());
        assertEquals(0, ended.present(), "nothing was read a second time");
        assertEquals(1_001, ended.lines());
        assertTrue(ended.endedAt().isPresent());
        assertEquals(1_000, read(stream(text)).present(), "whoever wants it again finds everything there");
    }

    @Test
    void a_line_with_a_null_in_it_is_told_or_read_and_ends_nothing() throws IOException {
        var ended = read(stream(HEADER
                + "{\"type\":\"person\",\"email\":\"n@example.com\",\"name\":null}\n"
                + "{\"type\":null}\n"
                + "{\"type\":\"person\",\"sub\":\"n\",\"identities\":[null]}\n"
                + "{\"type\":\"client\",\"client_id\":\"n\",\"client_secrets\":[null],\"access\":{\"a\":null}}\n"
                + people(0, 1)));
        assertTrue(ended.endedAt().isPresent());
        assertEquals(5, ended.added() + ended.refused());
        assertTrue(ended.added() >= 1, ended.problems().toString());
    }

    @Test
    void an_api_comes_with_its_permissions_and_a_client_gets_no_others() throws IOException {
        var api = "https://orders.example.com";
        var client = "{\"type\":\"client\",\"client_name\":\"X\",\"redirect_uris\":[\"https://x.example/cb\"],"
                + "\"token_endpoint_auth_method\":\"client_secret_basic\",\"access\":{\"" + api + "\":\"%s\"},"
                + "\"client_id\":\"%s\"}\n";
        var ended = read(stream(HEADER
                + "{\"type\":\"api\",\"identifier\":\"" + api + "\",\"permissions\":{\"read\":\"Read\"}}\n"
                + client.formatted("read", "reader")
                + client.formatted("read write", "writer")));
        assertEquals(2, ended.added(), ended.problems().toString());
        assertTrue(
                ended.problems().getFirst().reason().contains("declares less"),
                ended.problems().toString());
        assertEquals(
                java.util.Map.of("read", "Read"),
                site.app
                        .house()
                        .resources()
                        .find(site.host().id(), api)
                        .orElseThrow()
                        .permissions());
    }

    @Test
    void AD_01_a_file_gives_nobody_the_right_to_use_the_management_api() throws IOException {
        var api = site.host().issuer().managementApi();
        var ended = read(stream(HEADER
                + "{\"type\":\"api\",\"identifier\":\"" + api + "\"}\n"
                + "{\"type\":\"client\",\"client_id\":\"thief\",\"client_name\":\"Thief\","
                + "\"redirect_uris\":[\"https://thief.example/cb\"],"
                + "\"token_endpoint_auth_method\":\"client_secret_basic\",\"client_secrets\":[\""
                + "s".repeat(43) + "\"],\"access\":{\"" + api + "\":\"write:operators\"}}\n"));
        assertEquals(2, ended.refused(), ended.problems().toString());
        assertTrue(
                ended.problems().getFirst().reason().contains("server's own"),
                ended.problems().toString());
        assertTrue(
                ended.problems().getLast().reason().contains("management API"),
                ended.problems().toString());
        assertTrue(site.app
                .house()
                .access()
                .of(site.host().id(), new ClientId("thief"))
                .isEmpty());
    }

    @Test
    void AD_03_why_a_line_was_refused_is_told_on_one_line_whatever_stands_in_it() throws IOException {
        var ended = read(stream(HEADER
                + "{\"type\":\"client\",\"client_id\":\"x\",\"client_name\":\"X\","
                + "\"redirect_uris\":[\"https://x.example/cb\"],\"token_endpoint_auth_method\":\"client_secret_basic\","
                + "\"access\":{\"\\u001b[2J\\r\\nforged \\u202egnp\":\"read\"}}\n"));
        assertEquals(1, ended.refused());
        assertEquals(
                "There is no API ?[2J??forged ?gnp for the client to ask; the line of the API comes first.",
                ended.problems().getFirst().reason());
    }

    @Test
    void only_so_many_imports_are_remembered_and_other_tenants_do_not_see_them() throws IOException {
        for (var i = 0; i < Imports.KEPT_MAX + 5; i++) {
            read(stream(HEADER.replace("}", ",\"exported_at\":" + i + "}")));
            site.clock.advance(java.time.Duration.ofSeconds(1));
        }
        assertEquals(Imports.KEPT_MAX, imports.list(site.host().id()).size());
        assertEquals(0, imports.list(site.otherHost().id()).size());
    }
}
