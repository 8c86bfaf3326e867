package dev.symbolon;

import dev.symbolon.Config.Setting;
import dev.symbolon.Config.UnusableException;
import dev.symbolon.web.Network;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Which settings can hold together.
final class Combinations {
    // RFC 9110 §5.1 and §5.5.
    private static final Pattern HEADER = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+=[\\x21-\\x7e][\\x20-\\x7e]*");

    // The JDK's client writes these itself, and sends nothing that has one of them twice.
    private static final Set<String> WRITTEN_ANYWAY = Set.of(
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "expect",
            "host",
            "transfer-encoding",
            "upgrade");

    private static final int PORT_MAX = 65_535;

    private Combinations() {}

    /// @param given what was set, since a default is nobody's mistake
    /// @throws UnusableException with a sentence that says what to do
    static void requirePossible(Config config, Set<Setting> given) {
        require(
                config.database().startsWith("sqlite:") || config.database().startsWith("postgresql://"),
                "SYMBOLON_DATABASE has to begin with sqlite: or postgresql://.");
        require(
                config.masterKey().isEmpty() || !given.contains(Setting.MASTER_KEY_FILE),
                "SYMBOLON_MASTER_KEY and SYMBOLON_MASTER_KEY_FILE are both set; set only one of them.");
        require(
                config.port() == 0 || config.port() != config.managementPort(),
                "SYMBOLON_PORT and SYMBOLON_MANAGEMENT_PORT are both " + config.port() + "; they have to differ.");
        require(
                config.port() != config.samplePort(),
                "SYMBOLON_PORT and SYMBOLON_SAMPLE_PORT are both " + config.port() + "; they have to differ.");
        require(
                config.managementPort() != config.samplePort(),
                "SYMBOLON_MANAGEMENT_PORT and SYMBOLON_SAMPLE_PORT are both " + config.samplePort()
                        + "; they have to differ.");
        requireOrder(Setting.SESSION_IDLE, config.sessionIdle(), Setting.SESSION_ABSOLUTE, config.sessionAbsolute());
        requireOrder(Setting.CODE_LIFE, config.codeLife(), Setting.SESSION_IDLE, config.sessionIdle());
        requireOrder(Setting.KEY_PUBLISHED_AHEAD, config.keyPublishedAhead(), Setting.KEY_SIGNS, config.keySigns());
        require(
                config.argon2MemoryKib() >= 8 * config.argon2Parallelism(),
                "SYMBOLON_ARGON2_MEMORY_KIB has to be at least 8 times SYMBOLON_ARGON2_PARALLELISM.");
        require(
                Set.of("text", "json", "requests").containsAll(config.log()),
                "SYMBOLON_LOG can be text, json and requests.");
        require(
                config.otlpEndpoint().map(Combinations::isAddress).orElse(true),
                "SYMBOLON_OTLP_ENDPOINT has to be the address of a collector, such as http://127.0.0.1:4318, without"
                        + " /v1/traces.");
        require(
                config.otlpHeaders().stream().allMatch(Combinations::isHeader),
                "SYMBOLON_OTLP_HEADERS has to be name=value, separated by commas, without what every request has.");
        require(
                config.otlpHeaders().isEmpty() || config.otlpEndpoint().isPresent(),
                "SYMBOLON_OTLP_HEADERS is set and SYMBOLON_OTLP_ENDPOINT is not: nobody would be told.");
        requireNetworks(Setting.TRUSTED_PROXIES, config.trustedProxies());
        requireNetworks(Setting.OUTBOUND_ALLOWED, config.outboundAllowed());
    }

    private static void requireNetworks(Setting setting, List<String> networks) {
        try {
            networks.forEach(Network::parse);
        } catch (IllegalArgumentException e) {
            throw new UnusableException(setting.variable() + ": " + e.getMessage());
        }
    }

    private static void requireOrder(Setting child, Duration life, Setting parent, Duration most) {
        require(
                life.compareTo(most) <= 0,
                child.variable() + " (" + Durations.written(life) + ") cannot be longer than " + parent.variable()
                        + " (" + Durations.written(most) + ").");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new UnusableException(sentence);
        }
    }

    private static boolean isHeader(String text) {
        return HEADER.matcher(text).matches()
                && !WRITTEN_ANYWAY.contains(text.substring(0, text.indexOf('=')).toLowerCase(Locale.ROOT));
    }

    private static boolean isAddress(String text) {
        try {
            var uri = URI.create(text);
            return Set.of("http", "https")
                            .contains(Optional.ofNullable(uri.getScheme()).orElse(""))
                    && uri.getHost() != null
                    && uri.getPort() <= PORT_MAX
                    && !uri.getPath().matches(".*/v1/traces/*")
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
