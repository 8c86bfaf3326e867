package dev.symbolon;

import io.helidon.webserver.WebServer;

/// Probe.
public final class Main {
    private Main() {}

    /// Starts.
    public static void main(String[] args) {
        var s = WebServer.builder()
                .port(0)
                .routing(r -> r.get("/", (q, p) -> p.send("hi")))
                .build()
                .start();
        System.out.println(s.port());
        s.stop();
        var kp = com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider.INSTANCE;
        System.out.println(kp.getLoadingError() + " " + kp.getVersionStr());
        var argon = de.mkammerer.argon2.Argon2Factory.create(
                de.mkammerer.argon2.Argon2Factory.Argon2Types.ARGON2id, 16, 32);
        System.out.println(argon.hash(2, 19456, 1, "x".toCharArray()));
    }
}
