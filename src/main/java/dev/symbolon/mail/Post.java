package dev.symbolon.mail;

import dev.symbolon.oauth.OneLine;
import dev.symbolon.oauth.TenantId;
import dev.symbolon.store.Outbox;
import dev.symbolon.store.Outbox.Row;
import dev.symbolon.web.Host;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where mails are handed in. Whoever does so does not wait for a disk or a mail server, so that an answer takes
/// as long when no mail goes out; a moment later the mail is in the outbox, and leaves whatever happens to this
/// process.
public final class Post implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Post.class);
    private static final int HANDED_IN_MAX = 1_000;
    private static final Duration LAST_ONES = Duration.ofSeconds(5);

    private final Outbox outbox;
    private final Function<TenantId, Optional<Host>> hosts;
    private final Way way;
    private final Optional<Carrier> carrier;
    private final ThreadPoolExecutor desk = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(HANDED_IN_MAX),
            Thread.ofPlatform().name("post").daemon().factory());

    /// How mails leave.
    public sealed interface Way {
        /// By a mail server.
        record Server(MailServer server, SSLSocketFactory tls) implements Way {}

        /// They do not: whoever runs the server looks at them in [Inbox].
        record Shown() implements Way {}

        /// Those of issuers on this machine are looked at; the others have none.
        record Unset() implements Way {}
    }

    /// A desk with an outbox behind it.
    public Post(
            Outbox outbox,
            Function<TenantId, Optional<Host>> hosts,
            Way way,
            InstantSource clock,
            RandomGenerator random) {
        this.outbox = outbox;
        this.hosts = hosts;
        this.way = way;
        this.carrier = way instanceof Way.Server(var server, var tls)
                ? Optional.of(new Carrier(outbox, hosts, new Smtp(server, tls), clock, random))
                : Optional.empty();
        carrier.ifPresent(Carrier::start);
    }

    /// Whether mails of this tenant reach anybody.
    public boolean canSend(Host host) {
        return !(way instanceof Way.Unset) || isHere(host);
    }

    /// Whether mails are looked at instead of sent.
    boolean isShown() {
        return !(way instanceof Way.Server);
    }

    private static boolean isHere(Host host) {
        var name = URI.create(host.issuer().value()).getHost();
        return name.equals("localhost") || name.endsWith(".localhost") || name.equals("127.0.0.1");
    }

    /// Hands a mail in. One too many is refused, and told in the log.
    public void send(Host host, Mail mail, Instant now) {
        if (!canSend(host)) {
            return;
        }
        try {
            desk.execute(() -> keep(host, mail, now));
        } catch (RejectedExecutionException _) {
            LOG.error("A mail ({}) of tenant {} was dropped: too many are handed in at once.", mail.kind(), host.id());
        }
    }

    private void keep(Host host, Mail mail, Instant now) {
        try {
            var id = host.sealer().newId();
            var kind = mail.kind().name().toLowerCase(Locale.ROOT);
            var content = Letters.write(host, mail).seal(host);
            if (!(way instanceof Way.Server)) {
                outbox.show(host.id(), id, kind, content, now);
            } else if (outbox.queue(host.id(), id, kind, content, now)) {
                carrier.ifPresent(Carrier::wake);
            } else {
                LOG.error(
                        "A mail ({}) of tenant {} was dropped: {} wait already.",
                        mail.kind(),
                        host.id(),
                        Outbox.WAITING_MAX);
            }
        } catch (RuntimeException e) {
            LOG.error("A mail ({}) of tenant {} could not be kept.", mail.kind(), host.id(), e);
        }
    }

    /// What a mail server said of a mail that was handed to it at once.
    public record Tried(boolean isTaken, String answer) {}

    /// Hands a test to the mail server now, past the outbox: for an operator.
    public static Tried tryOut(Way.Server way, Host host, String to, Instant now) {
        var mail = new Mail(Mail.Kind.TEST, to, "en", Map.of(Mail.Value.APP, host.name()));
        var issuer = URI.create(host.issuer().value()).getHost();
        var outcome = new Smtp(way.server(), way.tls())
                .send(Letters.write(host, mail), host.sealer().newId(), issuer, now);
        return new Tried(outcome.isTaken(), outcome.answer());
    }

    /// A mail that is looked at.
    public record Shown(TenantId tenant, String id, String kind, Instant at, Letter letter) {}

    /// The mails that are looked at, the newest first, with whatever was handed in before this was asked.
    List<Shown> shown(int atMost, Instant now) {
        settle();
        return outbox.shown(atMost).stream()
                .flatMap(row -> opened(row, now).stream())
                .toList();
    }

    private Optional<Shown> opened(Row row, Instant now) {
        return hosts.apply(row.tenant())
                .flatMap(host -> row.content().flatMap(content -> Letter.open(host, content, now)))
                .map(letter -> new Shown(row.tenant(), row.id(), row.kind(), row.createdAt(), letter));
    }

    // Whatever is at the desk goes through it first.
    private void settle() {
        try {
            desk.submit(() -> {}).get(LAST_ONES.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
            LOG.warn(
                    "Mails that were handed in lately are not shown yet: {}",
                    OneLine.of(String.valueOf(e.getMessage())));
        }
    }

    @Override
    public void close() {
        desk.shutdown();
        try {
            if (!desk.awaitTermination(LAST_ONES.toSeconds(), TimeUnit.SECONDS)) {
                LOG.error("Mails that were handed in lately are lost.");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        carrier.ifPresent(Carrier::close);
    }
}
