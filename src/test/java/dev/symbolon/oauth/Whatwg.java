package dev.symbolon.oauth;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How a browser reads an address (WHATWG URL), as far as tests of callbacks need it: `http` and `https` with all
/// their leniency, and any other scheme as opaque text.
record Whatwg(String scheme, String user, String host, int port, String path, String query, boolean hasFragment) {

    /// Empty where a browser refuses to follow.
    static Optional<Whatwg> parse(String raw) {
        var text = raw.replaceAll("^[\\x00-\\x20]+|[\\x00-\\x20]+$", "").replaceAll("[\\t\\n\\r]", "");
        var colon = text.indexOf(':');
        if (colon < 1 || !text.substring(0, colon).matches("[A-Za-z][A-Za-z0-9+.-]*")) {
            return Optional.empty();
        }
        var scheme = text.substring(0, colon).toLowerCase(Locale.ROOT);
        var rest = text.substring(colon + 1);
        var hash = rest.indexOf('#');
        var body = hash < 0 ? rest : rest.substring(0, hash);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.of(new Whatwg(scheme, "", "", -1, body, "", hash >= 0));
        }
        var question = body.indexOf('?');
        var query = question < 0 ? "" : body.substring(question);
        var hierarchy = (question < 0 ? body : body.substring(0, question))
                .replace('\\', '/')
                .replaceFirst("^/*", "");
        var slash = hierarchy.indexOf('/');
        var authority = slash < 0 ? hierarchy : hierarchy.substring(0, slash);
        var at = authority.lastIndexOf('@');
        var path = path(slash < 0 ? "/" : hierarchy.substring(slash));
        return located(
                scheme, at < 0 ? "" : authority.substring(0, at), authority.substring(at + 1), path, query, hash >= 0);
    }

    private static Optional<Whatwg> located(
            String scheme, String user, String hostAndPort, String path, String query, boolean hasFragment) {
        var colon = hostAndPort.lastIndexOf(':');
        var hasPort = colon > hostAndPort.lastIndexOf(']');
        var digits = hasPort ? hostAndPort.substring(colon + 1) : "";
        if (!digits.matches("[0-9]{0,9}") || !digits.isEmpty() && Integer.parseInt(digits) > 65_535) {
            return Optional.empty();
        }
        var standard = scheme.equals("https") ? 443 : 80;
        var port = digits.isEmpty() ? standard : Integer.parseInt(digits);
        return host(hasPort ? hostAndPort.substring(0, colon) : hostAndPort)
                .map(host -> new Whatwg(scheme, user, host, port, path, query, hasFragment));
    }

    private static Optional<String> host(String raw) {
        if (raw.startsWith("[")) {
            return raw.matches("\\[[0-9A-Fa-f:.]+]") ? Optional.of(raw.toLowerCase(Locale.ROOT)) : Optional.empty();
        }
        String ascii;
        try {
            var mapped = Normalizer.normalize(percentDecoded(raw).replace("\u00AD", ""), Normalizer.Form.NFKC);
            ascii = IDN.toASCII(mapped.replace('\u3002', '.'), IDN.ALLOW_UNASSIGNED)
                    .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
        if (ascii.isEmpty() || !ascii.matches("[^\\x00-\\x20#/:<>?@\\[\\\\\\]^|%\\x7F]+")) {
            return Optional.empty();
        }
        return address(ascii);
    }

    // The last label being a number makes the whole a number: 127.1, 0x7f.1 and 2130706433 are 127.0.0.1.
    private static Optional<String> address(String host) {
        var labels = new ArrayList<>(List.of(host.split("\\.", -1)));
        if (labels.size() > 1 && labels.getLast().isEmpty()) {
            labels.removeLast();
        }
        if (!labels.getLast().matches("[0-9]+|0x[0-9a-f]*")) {
            return Optional.of(host);
        }
        var value = 0L;
        for (var i = 0; i < labels.size(); i++) {
            var number = number(labels.get(i));
            var isLast = i == labels.size() - 1;
            if (labels.size() > 4 || number < 0 || number >= (isLast ? 1L << 8 * (5 - labels.size()) : 256)) {
                return Optional.empty();
            }
            value += isLast ? number : number << 8 * (3 - i);
        }
        return Optional.of((value >> 24) + "." + (value >> 16 & 255) + "." + (value >> 8 & 255) + "." + (value & 255));
    }

    private static long number(String label) {
        try {
            if (label.startsWith("0x")) {
                return label.length() == 2 ? 0 : Long.parseLong(label.substring(2), 16);
            }
            return Long.parseLong(label, label.startsWith("0") && label.length() > 1 ? 8 : 10);
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private static String path(String raw) {
        var kept = new ArrayList<String>();
        var segments = raw.substring(1).split("/", -1);
        for (var i = 0; i < segments.length; i++) {
            var plain = segments[i].replaceAll("(?i)%2e", ".");
            var isLast = i == segments.length - 1;
            if (plain.equals("..") && !kept.isEmpty()) {
                kept.removeLast();
            }
            if (!plain.equals(".") && !plain.equals("..")) {
                kept.add(segments[i]);
            } else if (isLast) {
                kept.add("");
            }
        }
        return "/" + String.join("/", kept);
    }

    private static String percentDecoded(String text) {
        var out = new java.io.ByteArrayOutputStream();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (var i = 0; i < bytes.length; i++) {
            var isEscape = bytes[i] == '%'
                    && i + 2 < bytes.length
                    && new String(bytes, i + 1, 2, StandardCharsets.UTF_8).matches("[0-9A-Fa-f]{2}");
            out.write(isEscape ? Integer.parseInt(new String(bytes, i + 1, 2, StandardCharsets.UTF_8), 16) : bytes[i]);
            i += isEscape ? 2 : 0;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /// What a browser sends as `Origin` from a page there.
    String origin() {
        var isStandard = port == (scheme.equals("https") ? 443 : 80);
        return scheme + "://" + host + (isStandard ? "" : ":" + port);
    }
}
