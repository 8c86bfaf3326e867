package dev.symbolon.browser;

import org.junit.jupiter.api.AfterEach;

/// In a world of its own, which others may not find as it was.
abstract class OwnWorldTest extends BrowserTest {
    final World own = World.start();

    @AfterEach
    void end() {
        own.close();
    }

    @Override
    World world() {
        return own;
    }
}
