package dev.symbolon.outbound;

import dev.symbolon.outbound.Line.Limits;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The way out as the tests of other rooms need it: to this machine, and not patient.
public final class Loopback {
    private static final Limits QUICK = new Limits(Duration.ofMillis(500), Duration.ofSeconds(2), 1_048_576, 32, 16);

    private Loopback() {}

    /// Calls servers on loopback, for two seconds at most.
    public static Outbound outbound() {
        return new Outbound(List.of("127.0.0.0/8"), Optional.empty(), InetAddress::getAllByName, QUICK);
    }
}
