package dev.symbolon.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.symbolon.crypto.PasswordHash;
import dev.symbolon.oauth.Account;
import dev.symbolon.oauth.Email;
import dev.symbolon.oauth.Profile;
import dev.symbolon.oauth.Subject;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody who comes with a hash of another server signs in with their password, and has one of ours from then
/// on.
final class ForeignPasswordsTest {
    private static final String EMAIL = "eve@example.com";
    private Site site;

    @BeforeEach
    void start() {
        site = Site.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private String signIn(String password) {
        var browser = site.browser();
        var page = browser.follow(browser.get(Site.authorize(Site.request("spa"))));
        return browser.post("/login", Site.login(page, EMAIL, password)).signIn();
    }

    private String stored() {
        return site.app
                .house()
                .accounts()
                .byEmail(site.host().id(), EMAIL)
                .orElseThrow()
                .hash()
                .orElseThrow()
                .phc();
    }

    private void come(String hash) {
        var now = site.clock.instant();
        var account = new Account(
                site.host().id(),
                new Subject("eve"),
                Optional.of(Email.of(EMAIL, true)),
                Profile.named(Optional.empty()),
                now,
                now,
                Optional.empty());
        site.app.house().accounts().create(account, Optional.of(new PasswordHash(hash)), now);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$2b$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2",
                "$scrypt$ln=10,r=8,p=1$MDEyMzQ1Njc4OWFiY2RlZg$6g3umF+uVrJsObaTZhIbbTlgrvOEFcCItdwSjtPF67M",
                "$pbkdf2-sha256$i=1000$MDEyMzQ1Njc4OWFiY2RlZg$cBg8D2DungRB9k76szThf5ehfyBz991ay6PT8Srwk4M",
                "$pbkdf2-sha512$1000$MDEyMzQ1Njc4OWFiY2RlZg"
                        + "$OM0FAoIqCVK1sWtxDiffVlBejtLa.ks4TP71JiecwuSZCG8iLbnlIEPOMoVX.i2B2wkSxjQ8CRGR9OkNGuIPMQ"
            })
    void the_first_sign_in_makes_an_Argon2id_hash_of_it(String hash) {
        come(hash);
        assertEquals("wrong", signIn("correct horsf"));
        assertEquals(hash, stored(), "a wrong password changes nothing");
        assertEquals("in", signIn("correct horse"));
        assertTrue(stored().startsWith("$argon2id$v=19$m=7168,t=1,p=1$"));
        assertEquals("in", signIn("correct horse"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pa\u0308ss", "p\u00e4ss"})
    void a_password_that_was_hashed_as_it_was_typed_is_understood_in_both_spellings_after_that(String first) {
        // bcrypt of the composed spelling, which is what NFKC makes of both.
        come("$2b$05$abcdefghijklmnopqrstuuQNr.NUko7cjRuTOhPz.WP0eA4f4.Xuq");
        assertEquals("in", signIn(first));
        assertEquals("in", signIn("pa\u0308ss"));
        assertEquals("in", signIn("p\u00e4ss"));
    }
}
