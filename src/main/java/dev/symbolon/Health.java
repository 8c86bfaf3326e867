package dev.symbolon;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.symbolon.account.Passwords;
import dev.symbolon.crypto.CryptoProvider;
import dev.symbolon.store.Database;
import dev.symbolon.store.Outbox;
import dev.symbolon.store.StoreException;
import dev.symbolon.web.Management;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `GET /health` tells whoever runs the server: each part of it, whether it does its work, and if not, why and
/// what to do. In the form of draft-inadarei-api-health-check: `pass`, `warn` (it goes on, and somebody should
/// look) or `fail` (what people ask for cannot be done).
final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Duration MAIL_PATIENCE = Duration.ofMinutes(5);
    private static final Duration CHORES_PATIENCE = Duration.ofMinutes(2);

    /// What is issued at one node is checked at another one: tokens say when they begin.
    private static final Duration CLOCK_APART = Duration.ofSeconds(5);

    private static final long DISK_SPARE_BYTES = 512L * 1_024 * 1_024;

    /// What is looked at.
    ///
    /// @param passwords the gate of their hashes
    /// @param isListening whether the port of the issuers answers
    record Parts(House house, Passwords passwords, Outbox outbox, Chores chores, BooleanSupplier isListening) {}

    private enum Status {
        PASS,
        WARN,
        FAIL
    }

    private record Finding(Status status, String sentence) {
        static final Finding PASS = new Finding(Status.PASS, "");

        static Finding warn(String sentence) {
            return new Finding(Status.WARN, sentence);
        }

        static Finding fail(String sentence) {
            return new Finding(Status.FAIL, sentence);
        }
    }

    private final Config config;
    private final Parts parts;
    private final InstantSource clock;
    private final Set<String> faulty = ConcurrentHashMap.newKeySet();

    Health(Config config, Parts parts, InstantSource clock) {
        this.config = config;
        this.parts = parts;
        this.clock = clock;
    }

    /// What there is to say now. 503 when a part has failed.
    Management.Report report() {
        var findings = new LinkedHashMap<String, Finding>();
        findings.put("database", checked("database", Status.FAIL, this::database));
        // What else asks the database would only wait for it, and the port does to find a tenant.
        if (findings.get("database").status() == Status.PASS) {
            findings.put("issuers", checked("issuers", Status.FAIL, this::issuers));
            findings.put("clock", checked("clock", Status.WARN, this::clock));
            findings.put("mail", checked("mail", Status.WARN, this::mail));
        }
        findings.put("passwords", checked("passwords", Status.WARN, this::passwords));
        findings.put("chores", checked("chores", Status.WARN, this::chores));
        findings.put("disk", checked("disk", Status.WARN, this::disk));
        findings.put("cryptography", checked("cryptography", Status.WARN, Health::cryptography));
        return written(findings);
    }

    // It is asked every few seconds: a fault is told once, until it is over.
    private Finding checked(String part, Status worst, Supplier<Finding> look) {
        try {
            var finding = look.get();
            faulty.remove(part);
            return finding;
        } catch (StoreException e) {
            return new Finding(worst, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            if (faulty.add(part)) {
                LOG.error("The part \"{}\" of the health check cannot be looked at.", part, e);
            }
            return new Finding(worst, "It cannot be looked at; the log has the reason.");
        }
    }

    private Finding database() {
        parts.house().database().check();
        return Finding.PASS;
    }

    private Finding issuers() {
        return parts.isListening().getAsBoolean()
                ? Finding.PASS
                : Finding.fail("The port of the issuers does not answer.");
    }

    private Finding passwords() {
        return !parts.passwords().isFull()
                ? Finding.PASS
                : Finding.warn("So many people sign in that no more can wait for it: some are told to come later. More"
                        + " cores, more nodes, or a longer SYMBOLON_HASH_QUEUE.");
    }

    private Finding clock() {
        var theirs = parts.house().database().now();
        var apart = theirs.map(time -> Duration.between(time, clock.instant()).abs())
                .orElse(Duration.ZERO);
        return apart.compareTo(CLOCK_APART) <= 0
                ? Finding.PASS
                : Finding.warn("This machine's clock and the database's are " + Durations.written(whole(apart))
                        + " apart: codes and tokens begin and end at the wrong time. Let both follow one clock.");
    }

    private Finding mail() {
        var now = clock.instant();
        return parts.outbox()
                .oldestPostponed()
                .filter(since -> since.isBefore(now.minus(MAIL_PATIENCE)))
                .map(since -> Finding.warn("Mails have waited since " + written(since)
                        + " and no mail server took them; `symbolon mail list` has its answers."))
                .orElse(Finding.PASS);
    }

    private Finding chores() {
        return parts.chores().late(CHORES_PATIENCE).stream()
                .findFirst()
                .map(late -> Finding.warn("It could not " + late.what() + " since " + written(late.since())
                        + "; the log has the reason."))
                .orElse(Finding.PASS);
    }

    private Finding disk() {
        var file = Database.file(config.database());
        var free = file.map(Health::free).orElse(Long.MAX_VALUE);
        return free >= DISK_SPARE_BYTES
                ? Finding.PASS
                : Finding.warn("The disk of the database has " + free / (1_024 * 1_024)
                        + " MiB left; give it more room before it is full.");
    }

    private static long free(Path file) {
        try {
            return Files.getFileStore(file).getUsableSpace();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Finding cryptography() {
        return CryptoProvider.isNative()
                ? Finding.PASS
                : Finding.warn("The native library does not exist for this machine: signing costs several times more.");
    }

    private static Duration whole(Duration apart) {
        return apart.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String written(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private Management.Report written(Map<String, Finding> findings) {
        var worst = findings.values().stream()
                .map(Finding::status)
                .max(Status::compareTo)
                .orElseThrow();
        var document = new LinkedHashMap<String, Object>();
        document.put("status", wire(worst));
        App.version().ifPresent(version -> document.put("version", version));
        var checks = new LinkedHashMap<String, Object>();
        findings.forEach((part, finding) -> {
            var check = new LinkedHashMap<String, Object>();
            check.put("status", wire(finding.status()));
            if (!finding.sentence().isEmpty()) {
                check.put("output", finding.sentence());
            }
            check.put("time", written(clock.instant()));
            checks.put(part, List.of(check));
        });
        document.put("checks", checks);
        try {
            var json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(document);
            return new Management.Report(worst != Status.FAIL, json + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String wire(Status status) {
        return status.name().toLowerCase(Locale.ROOT);
    }
}
