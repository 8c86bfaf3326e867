package dev.symbolon.web;

import dev.symbolon.oauth.OAuthError;
import dev.symbolon.oauth.OAuthException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The parameters of a request, from its query, its form body or a flat JSON object. An empty value counts as
/// absent (RFC 6749 §3.1). What is not well-formed stays as it came and matches nothing.
public final class Form {
    /// More parameters than any request of ours has. More are refused: one behind them could be a repetition.
    private static final int FIELDS_MAX = 200;

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();
    private static final Form EMPTY = new Form("", Map.of(), Set.of());

    private final String raw;
    private final Map<String, byte[]> values;
    private final Set<String> repeated;

    private Form(String raw, Map<String, byte[]> values, Set<String> repeated) {
        this.raw = raw;
        this.values = values;
        this.repeated = repeated;
    }

    /// Reads `application/x-www-form-urlencoded` text.
    ///
    /// @throws OAuthException `invalid_request` when there are more than 200 parameters
    public static Form parse(String raw) {
        if (raw.isEmpty()) {
            return EMPTY;
        }
        var values = new LinkedHashMap<String, byte[]>();
        var repeated = new LinkedHashSet<String>();
        var fields = 0;
        for (var start = 0; start <= raw.length(); fields++) {
            if (fields == FIELDS_MAX) {
                throw new OAuthException(
                        OAuthError.INVALID_REQUEST, "The request has more than " + FIELDS_MAX + " parameters.");
            }
            var and = raw.indexOf('&', start);
            var end = and < 0 ? raw.length() : and;
            var equals = raw.indexOf('=', start);
            var hasValue = equals >= 0 && equals < end;
            if (end > start) {
                var name = text(decode(raw, start, hasValue ? equals : end));
                var value = hasValue ? decode(raw, equals + 1, end) : new byte[0];
                if (values.putIfAbsent(name, value) != null) {
                    repeated.add(name);
                }
            }
            start = end + 1;
        }
        return new Form(raw, values, Collections.unmodifiableSet(repeated));
    }

    /// Fields that were read from somewhere else, for example JSON.
    public static Form of(Map<String, String> fields) {
        var values = new HashMap<String, byte[]>();
        fields.forEach((name, value) -> values.put(name, value.getBytes(StandardCharsets.UTF_8)));
        return new Form("", values, Set.of());
    }

    /// Fields of any bytes.
    static Form of(Map<String, byte[]> values, Set<String> repeated) {
        return new Form("", values, Collections.unmodifiableSet(repeated));
    }

    /// The value as it came; empty when it is absent or empty.
    public Optional<byte[]> bytes(String name) {
        return Optional.ofNullable(values.get(name)).filter(value -> value.length > 0);
    }

    /// The value as text; empty when it is absent or empty.
    public Optional<String> get(String name) {
        var value = values.get(name);
        return value == null || value.length == 0 ? Optional.empty() : Optional.of(text(value));
    }

    /// The value as text, or the empty text.
    public String text(String name) {
        return get(name).orElse("");
    }

    /// The value percent-encoded, so that any bytes come back as they were sent.
    public Optional<String> encoded(String name) {
        var value = values.get(name);
        return value == null || value.length == 0 ? Optional.empty() : Optional.of(encode(value));
    }

    /// The names that were sent more than once.
    public Set<String> repeated() {
        return repeated;
    }

    /// The text that was read, unchanged.
    public String raw() {
        return raw;
    }

    /// Percent-encodes a text as UTF-8, everything but the unreserved characters (RFC 3986 §2.3).
    public static String encode(String value) {
        return encode(value.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads one percent-encoded value as UTF-8 text.
    public static String decode(String value) {
        return text(decode(value, 0, value.length()));
    }

    private static String encode(byte[] bytes) {
        var out = new StringBuilder(bytes.length + 16);
        for (var b : bytes) {
            if (isUnreserved(b)) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX[(b >> 4) & 0xF]).append(HEX[b & 0xF]);
            }
        }
        return out.toString();
    }

    private static boolean isUnreserved(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '-'
                || b == '.'
                || b == '_'
                || b == '~';
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private static byte[] decode(String raw, int start, int end) {
        var utf8 = raw.substring(start, end).getBytes(StandardCharsets.UTF_8);
        var length = 0;
        for (var i = 0; i < utf8.length; i++) {
            var b = utf8[i];
            if (b == '+') {
                b = ' ';
            } else if (b == '%' && i + 2 < utf8.length) {
                var high = Character.digit(utf8[i + 1], 16);
                var low = Character.digit(utf8[i + 2], 16);
                if (high >= 0 && low >= 0) {
                    b = (byte) (high << 4 | low);
                    i += 2;
                }
            }
            utf8[length++] = b;
        }
        return java.util.Arrays.copyOf(utf8, length);
    }
}
