package dev.symbolon.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Strict server-side libraries from npm, unmodified: `src/test/npm/strict.test.js` against a running server.
final class StrictLibrariesTest {
    private static World world;

    @BeforeAll
    static void start() {
        Npm.install();
        world = World.start();
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @Test
    void openid_client_and_oauth4webapi_are_content() {
        var environment = Map.of(
                "SYMBOLON_TEST_ISSUER", world.issuer,
                "SYMBOLON_TEST_CALLBACK", world.callback.url(),
                "SYMBOLON_TEST_LOGOUT", world.callback.origin() + "/bye",
                "SYMBOLON_TEST_SECRET", world.webSecret,
                "SYMBOLON_TEST_EMAIL", World.ADA,
                "SYMBOLON_TEST_PASSWORD", World.PASSWORD);
        var outcome = Npm.run(environment, "node", "--test", "--test-reporter=tap", "strict.test.js");
        assertEquals(0, outcome.status(), outcome.output());
        assertTrue(outcome.output().contains("# pass 6"), outcome.output());
    }
}
