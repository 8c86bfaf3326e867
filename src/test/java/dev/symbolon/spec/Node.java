package dev.symbolon.spec;

import dev.symbolon.App;
import dev.symbolon.Config;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;

/// A second server on the database of a {@link Site}: what one does, the other has to know at once.
public final class Node implements AutoCloseable {
    public final App app;
    private final String server;
    private final String issuer;

    private Node(Site site) {
        this.app = App.start(Config.read(new HashMap<>(site.environment)), site.clock, new SecureRandom());
        this.server = "http://localhost:" + app.port();
        this.issuer = site.issuer;
    }

    public static Node beside(Site site) {
        return new Node(site);
    }

    /// A browser that was never here and that this server answers.
    public Browser browser() {
        return Browser.at(server, issuer);
    }

    /// The same person's browser, answered by this server from now on.
    public Browser browser(Browser same) {
        var moved = browser();
        moved.cookies.putAll(same.cookies);
        return moved;
    }

    public Reply token(Map<String, String> form) {
        return browser().post("/oauth/token", form);
    }

    public Reply withBearer(String path, String accessToken) {
        var browser = browser();
        return browser.send(browser.to(path)
                .header("Authorization", "Bearer " + accessToken)
                .GET());
    }

    @Override
    public void close() {
        app.close();
    }
}
