package dev.symbolon;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Every setting of the server, read once from the environment. What each means, its unit and its default stand at
/// its [Setting]; `docs/configuration.md` is made of them.
///
/// @param data the folder of everything that this installation keeps
/// @param database `sqlite:<file>` or `postgresql://user:password@host:port/name`
/// @param masterKey the key itself; absent when it is in `masterKeyFile`
/// @param trustedProxies addresses or networks
/// @param outboundAllowed addresses or networks beside the public ones
/// @param outboundCa a PEM file with certificates
/// @param smtp `smtp://…`, `smtps://…` or `inbox`
/// @param mailFrom an address
/// @param smtpCa a PEM file with certificates
/// @param mailKept how long it can be seen what became of a mail
/// @param keyKept how long a key is still published after it last signed
/// @param hashPermits how many passwords are hashed at once
/// @param hashQueue how many more sign-ins may wait for that
/// @param log `text` or `json`, and `requests`
/// @param otlpEndpoint `http://…` or `https://…`, without `/v1/traces`
/// @param otlpHeaders each `name=value`
/// @param traceOneIn of so many requests one is traced
/// @param seed a `symbolon.yaml` that is applied at each start
/// @param demoPassword of the demo's people
/// @param given what the environment says; the rest is the default
public record Config(
        String address,
        int port,
        int managementPort,
        Path data,
        String database,
        Optional<String> masterKey,
        Path masterKeyFile,
        List<String> trustedProxies,
        Duration sessionIdle,
        Duration sessionAbsolute,
        Duration codeLife,
        Duration keySigns,
        Duration keyPublishedAhead,
        Duration keyKept,
        int argon2MemoryKib,
        int argon2Iterations,
        int argon2Parallelism,
        int hashPermits,
        int hashQueue,
        int attemptsPerAccount,
        int attemptsPerAccountAnywhere,
        int attemptsPerNetwork,
        Duration attemptWindow,
        Duration eventsKept,
        Optional<String> smtp,
        Optional<String> mailFrom,
        Optional<Path> smtpCa,
        Duration mailKept,
        List<String> outboundAllowed,
        Optional<Path> outboundCa,
        List<String> log,
        Optional<String> otlpEndpoint,
        List<String> otlpHeaders,
        int traceOneIn,
        Optional<Path> seed,
        int samplePort,
        Optional<String> demoPassword,
        Set<Setting> given) {

    /// What every variable begins with.
    public static final String PREFIX = "SYMBOLON_";

    private static final Pattern PASSWORD_IN_URL = Pattern.compile("(?<=://)([^:/?]*):[^?]*@|(?<=password=)[^&]*");

    /// What shape a value has.
    public enum Kind {
        TEXT("text"),
        SECRET("text, secret"),
        PATH("path"),
        LIST("list, separated by commas"),
        PORT("port"),
        NUMBER("number"),
        KIB("KiB"),
        DURATION("duration");

        private final String unit;

        Kind(String unit) {
            this.unit = unit;
        }

        /// The unit, in words for the documentation.
        public String unit() {
            return unit;
        }
    }

    /// One setting: the variable `SYMBOLON_` and its name. Bounds of durations are seconds.
    public enum Setting {
        ADDRESS("127.0.0.1", Kind.TEXT, "The address to listen on; `0.0.0.0` for every network, behind a TLS proxy."),
        PORT("8080", Kind.PORT, 0, 65_535, "The port of the issuers; 0 takes any free one."),
        MANAGEMENT_PORT(
                "9080", Kind.PORT, 0, 65_535, "The port of `/health` and `/metrics`, on loopback only; 0 takes any."),
        DATA("data", Kind.PATH, "The folder for the database file and the master key; only this user can read it."),
        DATABASE(
                "",
                Kind.SECRET,
                "`sqlite:<file>` or `postgresql://user:password@host:port/name`, where several hosts stand between"
                        + " commas; when not set, `symbolon.db` in the data folder."),
        MASTER_KEY("", Kind.SECRET, "The master key itself, 32 bytes in base64; when not set, it is read from a file."),
        MASTER_KEY_FILE("", Kind.PATH, "The file that holds the master key; when not set, `master.key` in the folder."),
        TRUSTED_PROXIES(
                "",
                Kind.LIST,
                "Addresses or networks, such as `10.0.0.0/8`, whose `X-Forwarded-*`, `X-Request-Id` and `traceparent`"
                        + " are believed."),
        SESSION_IDLE("7d", Kind.DURATION, 60, 31_536_000, "A browser session that is not used for so long has ended."),
        SESSION_ABSOLUTE(
                "30d",
                Kind.DURATION,
                60,
                31_536_000,
                "However often it is used, a session ends so long after sign-in."),
        CODE_LIFE("60s", Kind.DURATION, 1, 600, "How long an authorization code can be redeemed."),
        KEY_SIGNS("90d", Kind.DURATION, 86_400, 315_360_000, "How long a signing key signs before the next one does."),
        KEY_PUBLISHED_AHEAD("1d", Kind.DURATION, 0, 31_536_000, "How long a signing key is published before it signs."),
        KEY_KEPT(
                "31d",
                Kind.DURATION,
                2_592_000,
                315_360_000,
                "How long a signing key stays published after it signed; no token may live longer (30 days)."),
        ARGON2_MEMORY_KIB("19456", Kind.KIB, 7_168, 1_048_576, "The memory of one password hash (Argon2id `m`)."),
        ARGON2_ITERATIONS("2", Kind.NUMBER, 1, 20, "The passes of one password hash (Argon2id `t`)."),
        ARGON2_PARALLELISM("1", Kind.NUMBER, 1, 16, "The lanes of one password hash (Argon2id `p`)."),
        HASH_PERMITS("", Kind.NUMBER, 1, 1_024, "How many passwords are hashed at once; when not set, one per core."),
        HASH_QUEUE("64", Kind.NUMBER, 0, 10_000, "How many sign-ins may wait for a hash; one more is answered 503."),
        ATTEMPTS_PER_ACCOUNT(
                "10",
                Kind.NUMBER,
                1,
                1_000_000,
                "How many passwords may be tried for one account from one network in the window."),
        ATTEMPTS_PER_ACCOUNT_ANYWHERE(
                "50",
                Kind.NUMBER,
                1,
                1_000_000,
                "How many passwords may be tried for one account from all networks in the window."),
        ATTEMPTS_PER_NETWORK(
                "300", Kind.NUMBER, 1, 1_000_000, "How many passwords may be tried from one network in the window."),
        ATTEMPT_WINDOW("15m", Kind.DURATION, 1, 86_400, "The window in which attempts are counted."),
        EVENTS_KEPT("365d", Kind.DURATION, 86_400, 315_360_000, "How long the audit trail is kept."),
        SMTP(
                "",
                Kind.SECRET,
                "The mail server: `smtp://user:password@host:587` or `smtps://user:password@host:465`. `inbox` for none"
                        + ": mails are looked at under `/dev/mail` on the management port. When not set, that holds for"
                        + " issuers on localhost, and the others send no mail."),
        MAIL_FROM("", Kind.TEXT, "The address that mails come from; when not set, the user at the mail server."),
        SMTP_CA(
                "",
                Kind.PATH,
                "A PEM file of certificate authorities that are trusted, beside the platform's, at the mail server."),
        MAIL_KEPT("30d", Kind.DURATION, 86_400, 31_536_000, "How long it can be seen what became of a mail."),
        OUTBOUND_ALLOWED(
                "",
                Kind.LIST,
                "Addresses or networks that are not public, such as `10.0.0.0/8` or `::1`, which the server may call"
                        + " all the same: other sign-in servers inside your own network, by https, and, where"
                        + " `127.0.0.0/8` is named, on this machine by http too."),
        OUTBOUND_CA(
                "",
                Kind.PATH,
                "A PEM file of certificate authorities that are trusted, beside the platform's, when the server calls"
                        + " other servers."),
        LOG("text", Kind.LIST, "The log's lines: `text` or `json`; `requests` beside it for a line for each request."),
        OTLP_ENDPOINT(
                "",
                Kind.TEXT,
                "The OpenTelemetry collector that traces are sent to, such as `http://127.0.0.1:4318`, without"
                        + " `/v1/traces`; when not set, nothing is traced."),
        OTLP_HEADERS(
                "",
                Kind.SECRET,
                "Headers that the collector wants to see, `name=value` as they are, separated by commas."),
        TRACE_ONE_IN(
                "1",
                Kind.NUMBER,
                1,
                1_000_000,
                "Of so many requests one is traced, but for those of which a trusted proxy decided."),
        SEED("", Kind.PATH, "A `symbolon.yaml` that is applied at each start; nothing is applied when not set."),
        SAMPLE_PORT("8081", Kind.PORT, 1, 65_535, "The port of the sample application that `serve --demo` starts."),
        DEMO_PASSWORD(
                "",
                Kind.SECRET,
                "The password of the demo's people; when not set, one is made and kept in the folder.");

        private final String fallback;
        private final Kind kind;
        private final long least;
        private final long most;
        private final String sentence;

        Setting(String fallback, Kind kind, String sentence) {
            this(fallback, kind, 0, 0, sentence);
        }

        Setting(String fallback, Kind kind, long least, long most, String sentence) {
            this.fallback = fallback;
            this.kind = kind;
            this.least = least;
            this.most = most;
            this.sentence = sentence;
        }

        /// The name of the variable.
        public String variable() {
            return PREFIX + name();
        }

        /// What holds when the variable is not set, as it would be written; empty where that depends on the others.
        public String fallback() {
            return fallback;
        }

        /// The shape and unit of a value.
        public Kind kind() {
            return kind;
        }

        /// One sentence about it.
        public String sentence() {
            return sentence;
        }

        /// The least and the greatest value as they would be written; empty where there are none.
        public String bounds() {
            return most == 0 ? "" : written(least) + " to " + written(most);
        }

        private String written(long value) {
            return kind == Kind.DURATION ? Durations.written(Duration.ofSeconds(value)) : Long.toString(value);
        }

        boolean allows(long value) {
            return value >= least && value <= most;
        }
    }

    /// The environment asks for something that cannot be; the message is one sentence that says what to do.
    public static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnusableException(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /// Reads the settings out of an environment. A variable that is set to nothing is as if not set.
    ///
    /// @throws UnusableException for an unknown `SYMBOLON_*` name, an impossible value or an impossible combination
    public static Config read(Map<String, String> environment) {
        Values.requireKnown(environment);
        var values = new Values(environment);
        var data = values.path(Setting.DATA).orElseThrow();
        var config = new Config(
                values.text(Setting.ADDRESS).orElseThrow(),
                values.number(Setting.PORT),
                values.number(Setting.MANAGEMENT_PORT),
                data,
                values.text(Setting.DATABASE).orElse("sqlite:" + data.resolve("symbolon.db")),
                values.text(Setting.MASTER_KEY),
                values.path(Setting.MASTER_KEY_FILE).orElse(data.resolve("master.key")),
                values.list(Setting.TRUSTED_PROXIES),
                values.duration(Setting.SESSION_IDLE),
                values.duration(Setting.SESSION_ABSOLUTE),
                values.duration(Setting.CODE_LIFE),
                values.duration(Setting.KEY_SIGNS),
                values.duration(Setting.KEY_PUBLISHED_AHEAD),
                values.duration(Setting.KEY_KEPT),
                values.number(Setting.ARGON2_MEMORY_KIB),
                values.number(Setting.ARGON2_ITERATIONS),
                values.number(Setting.ARGON2_PARALLELISM),
                values.isSet(Setting.HASH_PERMITS)
                        ? values.number(Setting.HASH_PERMITS)
                        : Runtime.getRuntime().availableProcessors(),
                values.number(Setting.HASH_QUEUE),
                values.number(Setting.ATTEMPTS_PER_ACCOUNT),
                values.number(Setting.ATTEMPTS_PER_ACCOUNT_ANYWHERE),
                values.number(Setting.ATTEMPTS_PER_NETWORK),
                values.duration(Setting.ATTEMPT_WINDOW),
                values.duration(Setting.EVENTS_KEPT),
                values.text(Setting.SMTP),
                values.text(Setting.MAIL_FROM),
                values.path(Setting.SMTP_CA),
                values.duration(Setting.MAIL_KEPT),
                values.list(Setting.OUTBOUND_ALLOWED),
                values.path(Setting.OUTBOUND_CA),
                values.list(Setting.LOG),
                values.text(Setting.OTLP_ENDPOINT),
                values.list(Setting.OTLP_HEADERS),
                values.number(Setting.TRACE_ONE_IN),
                values.path(Setting.SEED),
                values.number(Setting.SAMPLE_PORT),
                values.text(Setting.DEMO_PASSWORD),
                values.given());
        Combinations.requirePossible(config, values.given());
        return config;
    }

    /// A setting's value as it would be written, with secrets as `***`.
    public String shown(Setting setting) {
        return switch (setting) {
            case ADDRESS -> address;
            case PORT -> Integer.toString(port);
            case MANAGEMENT_PORT -> Integer.toString(managementPort);
            case DATA -> data.toString();
            case DATABASE -> hidden(database);
            case MASTER_KEY -> masterKey.map(_ -> "***").orElse("");
            case MASTER_KEY_FILE -> masterKeyFile.toString();
            case TRUSTED_PROXIES -> String.join(",", trustedProxies);
            case SESSION_IDLE -> Durations.written(sessionIdle);
            case SESSION_ABSOLUTE -> Durations.written(sessionAbsolute);
            case CODE_LIFE -> Durations.written(codeLife);
            case KEY_SIGNS -> Durations.written(keySigns);
            case KEY_PUBLISHED_AHEAD -> Durations.written(keyPublishedAhead);
            case KEY_KEPT -> Durations.written(keyKept);
            case ARGON2_MEMORY_KIB -> Integer.toString(argon2MemoryKib);
            case ARGON2_ITERATIONS -> Integer.toString(argon2Iterations);
            case ARGON2_PARALLELISM -> Integer.toString(argon2Parallelism);
            case HASH_PERMITS -> Integer.toString(hashPermits);
            case HASH_QUEUE -> Integer.toString(hashQueue);
            case ATTEMPTS_PER_ACCOUNT -> Integer.toString(attemptsPerAccount);
            case ATTEMPTS_PER_ACCOUNT_ANYWHERE -> Integer.toString(attemptsPerAccountAnywhere);
            case ATTEMPTS_PER_NETWORK -> Integer.toString(attemptsPerNetwork);
            case ATTEMPT_WINDOW -> Durations.written(attemptWindow);
            case EVENTS_KEPT -> Durations.written(eventsKept);
            case SMTP -> hidden(smtp.orElse(""));
            case MAIL_FROM -> mailFrom.orElse("");
            case SMTP_CA -> smtpCa.map(Path::toString).orElse("");
            case MAIL_KEPT -> Durations.written(mailKept);
            case OUTBOUND_ALLOWED -> String.join(",", outboundAllowed);
            case OUTBOUND_CA -> outboundCa.map(Path::toString).orElse("");
            case LOG -> String.join(",", log);
            case OTLP_ENDPOINT -> hidden(otlpEndpoint.orElse(""));
            case OTLP_HEADERS -> otlpHeaders.isEmpty() ? "" : "***";
            case TRACE_ONE_IN -> Integer.toString(traceOneIn);
            case SEED -> seed.map(Path::toString).orElse("");
            case SAMPLE_PORT -> Integer.toString(samplePort);
            case DEMO_PASSWORD -> demoPassword.map(_ -> "***").orElse("");
        };
    }

    /// An address with `***` for a password in it.
    public static String hidden(String address) {
        return PASSWORD_IN_URL.matcher(address).replaceAll(found -> {
            var user = found.group(1);
            return Matcher.quoteReplacement(user == null ? "***" : user + ":***@");
        });
    }

    /// Every setting on a line of its own, secrets as `***`.
    @Override
    public String toString() {
        var lines = new StringBuilder();
        for (var setting : Setting.values()) {
            lines.append(setting.variable()).append('=').append(shown(setting)).append('\n');
        }
        return lines.toString();
    }
}
