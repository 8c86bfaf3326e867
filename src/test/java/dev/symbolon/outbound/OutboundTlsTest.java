package dev.symbolon.outbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsServer;
import dev.symbolon.outbound.Line.Limits;
import dev.symbolon.outbound.OutboundException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whom we believe on the way out.
final class OutboundTlsTest {
    @TempDir
    private static Path folder;

    private static Certificate certificate;
    private static HttpsServer server;

    @BeforeAll
    static void start() {
        certificate = Certificate.of(folder, "dns:good.example,ip:127.0.0.1");
        server = certificate.serve();
    }

    @AfterAll
    static void stop() {
        server.stop(0);
    }

    private static Outbound outbound(Optional<Path> authorities) {
        return new Outbound(
                List.of("127.0.0.1"),
                authorities,
                _ -> new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")},
                Limits.DEFAULT);
    }

    private static String at(String host) {
        return "https://" + host + ":" + server.getAddress().getPort() + "/";
    }

    private static Reason refusal(Outbound outbound, String host) {
        return assertThrows(OutboundException.class, () -> outbound.get(at(host), Optional.empty()))
                .reason();
    }

    @Test
    void a_certificate_is_trusted_by_the_file_of_authorities_for_the_names_that_are_in_it() {
        try (var outbound = outbound(Optional.of(certificate.pem()))) {
            assertEquals(200, outbound.get(at("good.example"), Optional.empty()).status());
            assertEquals(200, outbound.get(at("127.0.0.1"), Optional.empty()).status());
            assertEquals(Reason.UNTRUSTED, refusal(outbound, "other.example"));
        }
    }

    @Test
    void without_the_file_it_is_not() {
        try (var outbound = outbound(Optional.empty())) {
            assertEquals(Reason.UNTRUSTED, refusal(outbound, "good.example"));
        }
    }

    @Test
    void a_file_without_a_certificate_is_refused_with_a_sentence() throws IOException {
        var empty = Files.writeString(folder.resolve("empty.pem"), "");
        var garbage = Files.writeString(folder.resolve("garbage.pem"), "-----BEGIN CERTIFICATE-----\nAA\n");
        for (var file : List.of(empty, garbage, folder.resolve("absent.pem"))) {
            var refused = assertThrows(IllegalArgumentException.class, () -> outbound(Optional.of(file)));
            assertTrue(String.valueOf(refused.getMessage()).contains("no certificate in PEM"), refused.getMessage());
        }
    }
}
