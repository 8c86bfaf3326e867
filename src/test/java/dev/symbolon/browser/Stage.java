package dev.symbolon.browser;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// One Chromium and one world for all test classes; both stop when the last test is done.
public final class Stage implements BeforeAllCallback {
    /// How long a test waits for what it expects; a busy machine is slow, and a good one does not wait.
    static final int PATIENCE_MS = 20_000;

    private static Chromium chromium;
    private static World world;

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot().getStore(ExtensionContext.Namespace.GLOBAL).getOrComputeIfAbsent(Stage.class, _ -> open());
    }

    private static AutoCloseable open() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
        chromium = Chromium.start();
        world = World.start();
        return () -> {
            world.close();
            chromium.close();
        };
    }

    /// The browser.
    public static Chromium chromium() {
        return chromium;
    }

    /// The world whose clock nobody moves.
    static World world() {
        return world;
    }
}
