package dev.symbolon.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The system's own Chromium, driven by Playwright; nothing is downloaded.
public final class Chromium implements AutoCloseable {
    private static final List<String> FLAGS =
            List.of("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-quic");
    private static final List<String> USUAL_PLACES = List.of(
            "/usr/bin/chromium",
            "/usr/bin/chromium-browser",
            "/usr/bin/google-chrome",
            "/usr/bin/google-chrome-stable",
            "/snap/bin/chromium",
            "/opt/homebrew/bin/chromium",
            "/Applications/Chromium.app/Contents/MacOS/Chromium",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");

    private final Playwright playwright;
    private final Browser browser;

    private Chromium() {
        var executable = executable();
        this.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        this.browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(executable)
                        .setArgs(FLAGS));
    }

    /// Starts one.
    public static Chromium start() {
        return new Chromium();
    }

    /// The browser that tests open contexts in.
    public Browser browser() {
        return browser;
    }

    /// A second browser with settings of its own in a profile folder.
    com.microsoft.playwright.BrowserContext withProfile(Path profile) {
        return playwright
                .chromium()
                .launchPersistentContext(
                        profile,
                        new BrowserType.LaunchPersistentContextOptions()
                                .setExecutablePath(executable())
                                .setArgs(FLAGS));
    }

    private static Path executable() {
        return Stream.concat(
                        Optional.ofNullable(System.getenv("SYMBOLON_TEST_CHROMIUM"))
                                .filter(path -> !path.isBlank())
                                .stream(),
                        USUAL_PLACES.stream())
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        "There is no Chromium for the browser tests: install one (Debian and Ubuntu: apt-get install"
                                + " chromium; macOS: brew install chromium), or set SYMBOLON_TEST_CHROMIUM to its"
                                + " executable."));
    }

    @Override
    public void close() {
        playwright.close();
    }
}
