package dev.symbolon.web;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import java.io.UncheckedIOException;
import java.net.BindException;

/// Starts web servers that listen or fail: the library itself only logs when its port is taken, and goes on without
/// one.
public final class Listening {
    private Listening() {}

    /// Listens until {@link WebServer#stop()}.
    ///
    /// @throws UncheckedIOException of a {@link BindException} when the address or the port cannot be had
    public static WebServer start(WebServerConfig.Builder builder) {
        WebServer server;
        try {
            server = builder.build();
        } catch (IllegalArgumentException e) {
            throw refused("No such address: " + e.getMessage());
        }
        if (!server.start().isRunning()) {
            throw refused("The port cannot be listened on.");
        }
        return server;
    }

    private static UncheckedIOException refused(String why) {
        return new UncheckedIOException(new BindException(why));
    }
}
