package dev.symbolon.oauth;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// A redirection endpoint (RFC 6749 §3.1.2), compared byte for byte (RFC 9700 §2.1): nothing is decoded, folded or
/// completed before the comparison, so what the browser follows is what the operator registered.
public record RedirectUri(String value) {
    /// Longer than any real callback, shorter than what browsers and proxies refuse.
    public static final int MAX_CHARACTERS = 2_000;

    // RFC 8252 §7.3 speaks of the IP literals only: `localhost` may be resolved to something else.
    private static final Pattern LOOPBACK = Pattern.compile("http://(127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?([/?].*)?");
    private static final Pattern CHARACTERS = Pattern.compile("[!#$%&'()*+,\\-./0-9:;=?@A-Z\\[\\]_a-z~]+");
    // A browser reads 0x7f000001, 0177.0.0.1 and 2130706433 as 127.0.0.1.
    private static final Pattern NUMBER = Pattern.compile("(.*\\.)?([0-9]+|0x[0-9a-f]*)\\.?");
    private static final Pattern DECIMAL = Pattern.compile("(0|[1-9][0-9]*)(\\.(0|[1-9][0-9]*)){3}");
    private static final Set<String> NEVER =
            Set.of("javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "ftp", "ws", "wss");

    /// Whether a value received at the authorization endpoint is this registered one.
    /// RFC 8252 §7.3: the system picks a native app's port, so on loopback any port matches.
    public boolean matches(String received) {
        if (value.equals(received)) {
            return true;
        }
        var mine = LOOPBACK.matcher(value);
        var other = LOOPBACK.matcher(received);
        return mine.matches()
                && other.matches()
                && mine.group(1).equals(other.group(1))
                && portIsPossible(other.group(2))
                && rest(mine.group(3)).equals(rest(other.group(3)))
                && CHARACTERS.matcher(received).matches()
                && received.indexOf('#') < 0;
    }

    /// Reads a value that an operator registers.
    ///
    /// @throws OAuthException `invalid_redirect_uri` (RFC 7591 §3.2.2) with the reason
    public static RedirectUri register(String value) {
        if (value.isEmpty() || value.length() > MAX_CHARACTERS) {
            throw refused("it has to have 1 to " + MAX_CHARACTERS + " characters");
        }
        if (!CHARACTERS.matcher(value).matches()) {
            throw refused("it holds a character that a URI cannot hold (a space, a backslash, a control character …)");
        }
        if (value.indexOf('#') >= 0) {
            throw refused("it has a fragment (#), which RFC 6749 §3.1.2 forbids");
        }
        if (value.indexOf('*') >= 0) {
            throw refused("it has a wildcard (*); callbacks are compared byte for byte, so register each one");
        }
        URI uri;
        try {
            uri = new URI(value);
        } catch (URISyntaxException e) {
            throw refused("it is not a URI (" + e.getReason() + ")");
        }
        if (!uri.isAbsolute()) {
            throw refused("it is not absolute: write the whole URL, with its scheme");
        }
        if (uri.getRawUserInfo() != null || authority(value).indexOf('@') >= 0) {
            throw refused("it has a user name before the host");
        }
        checkScheme(uri, value);
        return new RedirectUri(value);
    }

    private static void checkScheme(URI uri, String value) {
        var scheme = uri.getScheme();
        var folded = scheme.toLowerCase(Locale.ROOT);
        if (!scheme.equals(folded)) {
            throw refused("its scheme is not in lower case");
        }
        if (NEVER.contains(folded)) {
            throw refused("a browser would run or open " + folded + ": instead of calling your application");
        }
        if (folded.equals("https") || folded.equals("http")) {
            if (uri.getHost() == null) {
                throw refused("it names no host");
            }
            if (!uri.getHost().equals(uri.getHost().toLowerCase(Locale.ROOT))) {
                throw refused("its host is not in lower case");
            }
            if (NUMBER.matcher(uri.getHost()).matches()
                    && !DECIMAL.matcher(uri.getHost()).matches()) {
                throw refused("its host is a number that browsers read as another address: write four decimal parts");
            }
            if (uri.getPort() > 65_535) {
                throw refused("it has a port beyond 65535");
            }
        } else if (folded.indexOf('.') < 0) {
            // RFC 8252 §7.1: a private-use scheme is a reversed domain name, so that two apps cannot own the same one.
            throw refused("a private scheme needs a dot, as in com.example.app:/callback");
        } else if (value.length() == folded.length() + 1) {
            throw refused("nothing follows its scheme");
        }
    }

    /// The origin that a browser would send from a page of this address, or empty for a private-use scheme.
    public String origin() {
        var uri = URI.create(value);
        if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
            return "";
        }
        // RFC 6454 §6.2: a browser leaves out the port that its scheme has anyway.
        var isStandard = uri.getPort() < 0 || uri.getPort() == ("https".equals(uri.getScheme()) ? 443 : 80);
        return uri.getScheme() + "://" + uri.getHost() + (isStandard ? "" : ":" + uri.getPort());
    }

    private static String authority(String value) {
        var start = value.indexOf("//");
        if (start < 0) {
            return "";
        }
        var end = start + 2;
        while (end < value.length() && "/?#".indexOf(value.charAt(end)) < 0) {
            end++;
        }
        return value.substring(start + 2, end);
    }

    private static boolean portIsPossible(String port) {
        return port == null || Integer.parseInt(port.substring(1)) <= 65_535;
    }

    private static String rest(String group) {
        return group == null ? "" : group;
    }

    private static OAuthException refused(String why) {
        return new OAuthException(
                OAuthError.INVALID_REDIRECT_URI, "This callback URL cannot be registered: " + why + ".");
    }

    @Override
    public String toString() {
        return value;
    }
}
