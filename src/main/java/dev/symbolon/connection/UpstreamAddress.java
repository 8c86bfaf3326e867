package dev.symbolon.connection;

import static dev.symbolon.connection.Enlistment.refused;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.regex.Pattern;

/// Addresses of other servers as an operator writes them: https, and http only on this machine, which is what
/// the way out keeps to as well. Whether one may be called is decided again when it is.
final class UpstreamAddress {
    static final int MAX_CHARACTERS = 1_000;

    private static final String DISCOVERY = "/.well-known/";
    private static final Pattern LOCAL = Pattern.compile("(.+\\.)?localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    private UpstreamAddress() {}

    /// An issuer, byte for byte: it is compared with what the provider says (OpenID Connect Discovery §4.3).
    static String issuer(String text) {
        if (text.contains(DISCOVERY)) {
            throw refused("An issuer is the address before " + DISCOVERY + "openid-configuration: "
                    + text.substring(0, text.indexOf(DISCOVERY)));
        }
        return parsed(text)
                .filter(uri -> uri.getRawQuery() == null)
                .map(_ -> text)
                .orElseThrow(() -> refused("The issuer of an OpenID provider is an https address without ? and #, such"
                        + " as https://id.example.com (http only on localhost); this one is not: " + text));
    }

    /// The address of a server with nothing behind it, without a trailing slash.
    static String server(String text) {
        var bare = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
        return parsed(bare)
                .filter(uri -> uri.getRawQuery() == null && uri.getRawPath().isEmpty())
                .map(_ -> bare)
                .orElseThrow(() -> refused("The issuer of a connection of kind github is the address of a GitHub"
                        + " Enterprise server with nothing behind it, such as https://github.example.com (http only on"
                        + " localhost); this one is not: " + text));
    }

    /// Where the other server answers.
    ///
    /// @param what its name in a sentence
    static String endpoint(String what, String text) {
        return parsed(text)
                .map(_ -> text)
                .orElseThrow(() -> refused("The " + what + " of a connection is an https URL without # (http only on"
                        + " localhost); this one is not: " + text));
    }

    // RFC 6749 §3.1 and §3.2: no fragment.
    private static Optional<URI> parsed(String text) {
        if (text.length() > MAX_CHARACTERS) {
            throw refused(
                    "An address has at most " + MAX_CHARACTERS + " characters; this one has " + text.length() + ".");
        }
        try {
            var uri = new URI(text);
            return uri.getHost() != null
                            && uri.getRawUserInfo() == null
                            && uri.getRawFragment() == null
                            && ("https".equals(uri.getScheme())
                                    || "http".equals(uri.getScheme())
                                            && LOCAL.matcher(uri.getHost()).matches())
                    ? Optional.of(uri)
                    : Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }
}
